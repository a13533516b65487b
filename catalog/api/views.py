from collections.abc import Callable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse

from akiruno_library.absolute_url import absolute
from catalog.bib_page.facts import bib_or_404
from catalog.bib_page.permanent_links import leads_on
from catalog.feeds.citation import bibtex as as_bibtex
from catalog.feeds.citation import ris as as_ris
from catalog.feeds.endpoints import open_to_programs
from catalog.models import Bib


@open_to_programs(fresh_for=timedelta(days=1))
def opensearch(request: HttpRequest) -> HttpResponse:
    addresses = {
        "search": absolute(reverse("catalog:search")),
        "feed": absolute(reverse("api:search_feed")),
        "icon": absolute(static("icons/mark.svg")),
    }
    return render(
        request,
        "catalog/feeds/opensearch.xml",
        addresses,
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )


@open_to_programs(fresh_for=timedelta(hours=1))
@leads_on
def bibtex(request: HttpRequest, pk: int) -> HttpResponse:
    return _download(pk, as_bibtex, "bib", "application/x-bibtex")


@open_to_programs(fresh_for=timedelta(hours=1))
@leads_on
def ris(request: HttpRequest, pk: int) -> HttpResponse:
    return _download(pk, as_ris, "ris", "application/x-research-info-systems")


def _download(pk: int, written: Callable[[Bib], str], ending: str, media_type: str) -> HttpResponse:
    bib = bib_or_404(pk)
    response = HttpResponse(written(bib), content_type=f"{media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="akiruno-{bib.pk}.{ending}"'
    return response
