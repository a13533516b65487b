from django.urls import path, re_path

from catalog.machines import api, feeds, sitemap, views

app_name = "machines"
urlpatterns = [
    path("api/v1/search/", api.search, name="search"),
    path("api/v1/bib/<int:pk>/", api.bib, name="bib"),
    path("api/v1/openapi.json", api.openapi, name="openapi"),
    # With its slash, so that an address that only lacks one is still led to its place.
    re_path(r"^api/v1/(?P<rest>.*)/$", api.nothing_here, name="nothing_here"),
    path("bib/<int:pk>.bib", views.bibtex, name="bibtex"),
    path("bib/<int:pk>.ris", views.ris, name="ris"),
    path("feeds/new.atom", feeds.new, name="new_feed"),
    path("feeds/search.atom", feeds.search, name="search_feed"),
    path("search/suggest/", api.suggest, name="suggest"),
    path("opensearch.xml", views.opensearch, name="opensearch"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap.part, name="sitemap_part"),
]
