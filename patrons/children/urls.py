from django.urls import path

from patrons.children import views

app_name = "children"
urlpatterns = [
    path("mypage/children/", views.settings, name="settings"),
    path("mypage/children/stop/", views.stop, name="stop"),
    path("mypage/children/send-again/", views.resend, name="resend"),
    path("mypage/children/confirm/<slug:token>/", views.confirm, name="confirm"),
    path("mypage/children/replace/", views.send_replace_link, name="send_replace_link"),
    path("mypage/children/replace/<slug:token>/", views.replace, name="replace"),
    path("terminal/children/", views.press, name="press"),
    path("terminal/children/<slug:greeting>/", views.answer, name="answer"),
]
