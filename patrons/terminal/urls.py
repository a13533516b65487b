from django.urls import path

from patrons.terminal import views

app_name = "terminal"
urlpatterns = [
    path("", views.home, name="home"),
    path("enrol/", views.enrol, name="enrol"),
    path("here/", views.here, name="here"),
    path("end/", views.end, name="end"),
]
