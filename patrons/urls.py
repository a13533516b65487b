from django.urls import path

from patrons import views

app_name = "patrons"
urlpatterns = [
    path("login/", views.log_in, name="login"),
    path("logout/", views.log_out, name="logout"),
    path("sessions/stay/", views.stay, name="stay"),
]
