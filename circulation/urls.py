from django.urls import path

from circulation import views

app_name = "circulation"
urlpatterns = [
    path("", views.mypage, name="mypage"),
    path("loans/", views.loans, name="loans"),
    path("loans/print/", views.printed, name="print"),
    path("loans/due-days.ics", views.due_days, name="due_days"),
    path("loans/renew/", views.renew, name="renew"),
    path("export/", views.export, name="export"),
    path("export/all.csv", views.export_csv, name="export_csv"),
    path("export/all.json", views.export_json, name="export_json"),
    path("settings/", views.settings, name="settings"),
]
