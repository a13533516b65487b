from django.urls import path

from patrons import news_views

app_name = "news_desk"
urlpatterns = [
    path("<int:pk>/send/", news_views.prepare, name="prepare"),
    path("<int:pk>/stop/", news_views.stop, name="stop"),
]
