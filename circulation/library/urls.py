from django.urls import path

from circulation.library import calendar_views, figures_views, patron_views

app_name = "library"
urlpatterns = [
    path("calendar/", calendar_views.year, name="year"),
    path("calendar/<slug:code>/<str:day>/", calendar_views.day, name="day"),
    path("figures/", figures_views.figures, name="figures"),
    path("figures/chart.svg", figures_views.chart, name="chart"),
    path("figures/csv/", figures_views.file, name="file"),
    path("patrons/<int:pk>/", patron_views.patron, name="patron"),
    path("patrons/<int:pk>/renew/", patron_views.renew, name="renew"),
]
