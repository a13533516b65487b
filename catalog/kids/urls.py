from django.urls import path

from catalog.kids import views

app_name = "kids"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("suggest/", views.suggest, name="suggest"),
    path("bib/<int:pk>/", views.bib, name="bib"),
    path("lists/<int:pk>/", views.reading_list, name="list"),
]
