from django.urls import path

from patrons import views
from patrons.account import views as account

app_name = "patrons"
urlpatterns = [
    path("login/", views.log_in, name="login"),
    path("logout/", views.log_out, name="logout"),
    path("register/", account.register, name="register"),
    path("reset/", account.reset, name="reset"),
    path("reset/<str:token>/", account.reset_by_link, name="reset_by_link"),
    path("password/", account.password, name="password"),
    path("email/", account.address, name="mail_address"),
    path("email/again/", account.send_confirmation, name="send_confirmation"),
    path("email/confirm/<str:token>/", account.confirm_address, name="confirm_address"),
    path("email/allow/", account.allow_our_mail, name="allow_our_mail"),
    path("sessions/", account.logins, name="sessions"),
    path("sessions/end/", account.end_login, name="end_login"),
    path("sessions/end-all/", account.end_logins, name="end_logins"),
    path("sessions/stay/", views.stay, name="stay"),
]
