from django.urls import path

from catalog.browsing import views

app_name = "browsing"
urlpatterns = [
    path("new/", views.arrivals, name="arrivals"),
    path("ranking/", views.ranking, name="ranking"),
    path("lists/<int:pk>/", views.reading_list, name="reading_list"),
    path("browse/ndc/", views.classes, name="classes"),
    path("browse/ndc/<str:number>/", views.ndc_class, name="class"),
    path("browse/subject/", views.subjects, name="subjects"),
    path("browse/author/", views.authors, name="authors"),
    path("browse/author/<int:pk>/", views.author, name="author"),
    path("browse/series/", views.all_series, name="all_series"),
    path("browse/series/<int:pk>/", views.series, name="series"),
]
