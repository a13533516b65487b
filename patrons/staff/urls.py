from django.urls import path

from patrons.staff import views

app_name = "staff"
urlpatterns = [
    path("", views.code, name="code"),
    path("enrol/", views.enrol, name="enrol"),
]
