from django.urls import path

from notifications.desk import views

app_name = "mail_desk"
urlpatterns = [
    path("", views.delivery, name="delivery"),
    path("letters/", views.samples, name="samples"),
    path("letters/<str:kind>/", views.sample, name="sample"),
    path("letters/<str:kind>/html/", views.sample_html, name="sample_html"),
]
