from django.urls import path

from notifications.desk import views

app_name = "mail_desk"
urlpatterns = [
    path("", views.delivery, name="delivery"),
    path("letters/", views.letters, name="letters"),
    path("letters/<str:kind>/", views.letter, name="letter"),
    path("letters/<str:kind>/html/", views.letter_html, name="letter_html"),
]
