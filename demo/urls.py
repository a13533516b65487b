from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("", views.people, name="people"),
    path("mails/", views.mails, name="mails"),
    path("components/", views.components, name="components"),
]
