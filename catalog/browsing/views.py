"""Pages for browsing: open to everyone, without cookie or session (safety 21)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog import ndc
from catalog.browsing import heading_index
from catalog.browsing.arrivals import arrivals_page
from catalog.browsing.classes import class_page, classes_page
from catalog.browsing.ranking import ranking_page
from catalog.browsing.reading_lists import lists_seen_by, reading_list_page
from catalog.browsing.subjects import subjects_page
from catalog.models import Contributor, Series


@login_not_required
@require_safe
def arrivals(request: HttpRequest) -> HttpResponse:
    page = arrivals_page(request.path, request.GET)
    return render(request, "catalog/browsing/arrivals.html", page)


@login_not_required
@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    page = ranking_page(request.path, request.GET)
    return render(request, "catalog/browsing/ranking.html", page)


@login_not_required
@require_safe
def reading_list(request: HttpRequest, pk: int) -> HttpResponse:
    """A list that staff recommend; lists for children have furigana."""
    chosen = get_object_or_404(lists_seen_by(request), pk=pk)
    page = reading_list_page(chosen, request.path)
    return render(request, "catalog/browsing/reading_list.html", page)


@login_not_required
@require_safe
def classes(request: HttpRequest) -> HttpResponse:
    return render(request, "catalog/browsing/classes.html", classes_page())


@login_not_required
@require_safe
def ndc_class(request: HttpRequest, number: str) -> HttpResponse:
    if not ndc.is_class(number):
        raise Http404
    return render(request, "catalog/browsing/class.html", class_page(number))


@login_not_required
@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    return render(request, "catalog/browsing/subjects.html", subjects_page())


@login_not_required
@require_safe
def authors(request: HttpRequest) -> HttpResponse:
    page = heading_index.headings_page(request.path, request.GET, Contributor.objects.all())
    return render(request, "catalog/browsing/headings.html", page | {"heading": "著者からさがす"})


@login_not_required
@require_safe
def author(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Contributor, pk=pk)
    page = heading_index.author_page(person, request.path, request.GET)
    return render(request, "catalog/browsing/author.html", page)


@login_not_required
@require_safe
def all_series(request: HttpRequest) -> HttpResponse:
    page = heading_index.headings_page(request.path, request.GET, Series.objects.all())
    return render(
        request, "catalog/browsing/headings.html", page | {"heading": "シリーズからさがす"}
    )


@login_not_required
@require_safe
def series(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Series, pk=pk)
    page = heading_index.series_page(one, request.path, request.GET)
    return render(request, "catalog/browsing/series.html", page)
