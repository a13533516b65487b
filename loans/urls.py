from django.urls import path

from loans import views

app_name = "loans"
urlpatterns = [
    path("history/", views.history, name="history"),
    path("history/consent/", views.consent, name="consent"),
    path("history/withdraw/", views.withdraw, name="withdraw"),
    path("history/delete/", views.delete_all, name="delete_all"),
    path("history/<int:pk>/delete/", views.delete_entry, name="delete_entry"),
    path("history/export/", views.export, name="export"),
]
