"""Pages that a mail or a feed leads to: open to everybody."""

from django.urls import path

from patrons.newsletter import archive, views

app_name = "patron_mails"
urlpatterns = [
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("newsletter/<int:number>/", views.issue, name="issue"),
    path("feeds/newsletter.atom", archive.feed, name="feed"),
]
