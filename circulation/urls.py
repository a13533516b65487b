from django.urls import path

from circulation import views

app_name = "circulation"
urlpatterns = [
    path("", views.mypage, name="mypage"),
    path("settings/", views.settings, name="settings"),
]
