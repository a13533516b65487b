from django.urls import path

from reservations import views

app_name = "reservations"
urlpatterns = [
    path("basket/", views.basket, name="basket"),
    path("basket/add/", views.add, name="add"),
    path("basket/remove/", views.remove, name="remove"),
    path("basket/confirm/", views.confirm_basket, name="confirm"),
    path("basket/placed/", views.placed, name="placed"),
    path("mypage/reservations/<int:pk>/cancel/", views.cancel, name="cancel"),
]
