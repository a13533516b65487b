from django.urls import path

from patrons.display import views

app_name = "display"
urlpatterns = [path("display/", views.change, name="change")]
