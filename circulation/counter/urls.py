from django.urls import path

from circulation.counter import views

app_name = "counter"
urlpatterns = [
    path("", views.counter, name="counter"),
    path("scan/", views.read_code, name="scan"),
    path("finish/", views.finish, name="finish"),
    path("branch/", views.choose_branch, name="branch"),
]
