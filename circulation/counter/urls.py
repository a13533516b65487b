from django.urls import path

from circulation.counter import list_views, merge_views, reservation_views, views

app_name = "counter"
urlpatterns = [
    path("", views.counter, name="counter"),
    path("scan/", views.read_code, name="scan"),
    path("finish/", views.finish, name="finish"),
    path("branch/", views.choose_branch, name="branch"),
    path("drop/", views.drop, name="drop"),
    path("undo/", views.undo, name="undo"),
    path("return/", views.take_back, name="return"),
    path("return-and-lend/", views.return_and_lend, name="return_and_lend"),
    path("renew/", views.renew, name="renew"),
    path("damaged/", views.damaged, name="damaged"),
    path("lost/", views.lost, name="lost"),
    path("open/", views.open_card, name="open_card"),
    path("card/", views.renew_card, name="renew_card"),
    path("slips/<int:pk>/", views.slip, name="slip"),
    path("lists/", list_views.index, name="lists"),
    path("lists/<slug:slug>/", list_views.work_list, name="list"),
    path("lists/<slug:slug>/scan/", list_views.scan, name="list_scan"),
    path("lists/<slug:slug>/undo/", list_views.undo, name="list_undo"),
    path("lists/<slug:slug>/slips/", list_views.slips, name="list_slips"),
    path("lists/<slug:slug>/<slug:name>/", list_views.list_action, name="list_action"),
    path("reserve/", reservation_views.reserve, name="reserve"),
    path("merge/", merge_views.merging, name="merge"),
    path("bibs/<int:pk>/", reservation_views.queue, name="queue"),
    path("reservations/<int:pk>/", reservation_views.reservation, name="reservation"),
    path("reservations/<int:pk>/priority/", reservation_views.priority, name="priority"),
    path("reservations/<int:pk>/end/", reservation_views.end, name="end"),
    path("reservations/<int:pk>/grant/", reservation_views.grant, name="grant"),
    path("reservations/<int:pk>/decline/", reservation_views.decline, name="decline"),
]
