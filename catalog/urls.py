from django.urls import path

from catalog import views

app_name = "catalog"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("search/advanced/", views.advanced, name="advanced"),
    path("bib/<int:pk>/", views.detail, name="detail"),
    path("news/<int:pk>/", views.news, name="news"),
    path("branches/", views.branches, name="branches"),
    path("branches/calendar/", views.calendar, name="calendar"),
    path("branches/<slug:code>/", views.branch, name="branch"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
]
