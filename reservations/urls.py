from django.urls import path

from reservations.views import basket, mypage, suspension
from reservations.views.childrens_basket import childrens_basket

app_name = "reservations"
urlpatterns = [
    path("basket/", basket.basket, name="basket"),
    path("basket/add/", basket.add, name="add"),
    path("basket/remove/", basket.remove, name="remove"),
    path("basket/favourite/", basket.keep_as_favourite, name="favourite"),
    path("basket/order/<slug:action>/", basket.order, name="basket_order"),
    path("basket/confirm/", basket.confirm_basket, name="confirm"),
    path("basket/placed/", basket.placed, name="placed"),
    path("kids/basket/", childrens_basket, name="childrens_basket"),
    path("mypage/reservations/", mypage.list_all, name="list"),
    path("mypage/reservations/deadlines.ics", mypage.deadlines, name="deadlines"),
    path("mypage/reservations/order/", mypage.form_sequence, name="form_sequence"),
    path("mypage/reservations/pickup/", mypage.change_pickup, name="change_pickup"),
    path("mypage/reservations/<int:pk>/", mypage.detail, name="detail"),
    path("mypage/reservations/<int:pk>/cancel/", mypage.cancel, name="cancel"),
    path("mypage/reservations/<int:pk>/change/", mypage.change, name="change"),
    path("mypage/reservations/<int:pk>/again/", mypage.place_one_again, name="place_again"),
    path("mypage/reservations/<int:pk>/order/<slug:action>/", mypage.order, name="order"),
    path("mypage/settings/skip/", suspension.suspension_page, name="suspension"),
    path("mypage/settings/skip/end/", suspension.end_suspension, name="end_suspension"),
]
