from django.urls import path

from patrons import views
from patrons.account import views as account
from patrons.favourite_lists import views as favourite_lists
from patrons.newsletter import views as mails

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
    path("newsletter/", mails.notification_preferences, name="newsletter"),
    path("notices/", mails.notices, name="notices"),
    path("notices/test/", mails.test_mail, name="test_mail"),
    path("sessions/stay/", views.stay, name="stay"),
    path("card/", views.card, name="card"),
    path("favourites/", favourite_lists.overview, name="favourites"),
    path("favourites/add/", favourite_lists.add, name="add_favourite"),
    path("favourites/<int:slot>/", favourite_lists.one_list, name="favourite_list"),
    path("favourites/<int:slot>/rename/", favourite_lists.rename, name="rename_favourites"),
    path("favourites/<int:slot>/delete/", favourite_lists.delete, name="delete_favourites"),
    path("favourites/<int:slot>/move/", favourite_lists.move, name="move_favourites"),
    path("favourites/<int:slot>/copy/", favourite_lists.copy, name="copy_favourites"),
    path("favourites/<int:slot>/take-out/", favourite_lists.take_out, name="take_out_favourites"),
    path("favourites/<int:slot>/arrange/", favourite_lists.arrange, name="arrange_favourites"),
    path("favourites/<int:slot>/note/", favourite_lists.note, name="note_favourite"),
]
