from django.urls import path

from operation import views

app_name = "operation"
urlpatterns = [path("", views.operation, name="page")]
