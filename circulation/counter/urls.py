from django.urls import path

from circulation.counter import views

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
    path("card/", views.renew_card, name="renew_card"),
    path("slips/<int:pk>/", views.slip, name="slip"),
]
