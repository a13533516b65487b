from django.urls import path, re_path

from catalog.api import v1, views
from catalog.feeds import atom, sitemap

app_name = "api"
urlpatterns = [
    path("api/v1/search/", v1.search, name="search"),
    path("api/v1/bib/<int:pk>/", v1.bib, name="bib"),
    path("api/v1/openapi.json", v1.openapi, name="openapi"),
    # The slash matters: a URL that only lacks its slash must still be redirected by Django.
    re_path(r"^api/v1/(?P<rest>.*)/$", v1.nothing_here, name="nothing_here"),
    path("bib/<int:pk>.bib", views.bibtex, name="bibtex"),
    path("bib/<int:pk>.ris", views.ris, name="ris"),
    path("feeds/new.atom", atom.new, name="new_feed"),
    path("feeds/search.atom", atom.search, name="search_feed"),
    path("search/suggest/", v1.suggest, name="suggest"),
    path("opensearch.xml", views.opensearch, name="opensearch"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap.part, name="sitemap_part"),
]
