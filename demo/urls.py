from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("", views.people, name="people"),
    path("mails/", views.mails, name="mails"),
    path("terminal/", views.become_terminal, name="become_terminal"),
    path("terminal/leave/", views.leave_terminal, name="leave_terminal"),
    path("refused/<int:status>/", views.refused, name="refused"),
    path("components/", views.components, name="components"),
]
