"""こどものページ: open to everyone, without cookie or session, always with furigana."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control

from catalog.bib_page.facts import bib_or_404
from catalog.bib_page.permanent_links import leads_on
from catalog.browsing.reading_lists import lists_seen_by
from catalog.display.choices import Choices
from catalog.kids.bib_page import bib_page
from catalog.kids.face import for_children
from catalog.kids.front import front_page
from catalog.kids.search import KidsSearchRequest, results_page, suggestions
from catalog.kids.summaries import kids_books
from catalog.refusals import SearchUnavailable
from catalog.results.request import clean_text

SUGGESTIONS_FRESH_FOR = timedelta(seconds=30)


@for_children
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "catalog/kids/home.html", front_page(Choices.load()))


@for_children
def search(request: HttpRequest) -> HttpResponse:
    search_request = KidsSearchRequest.read(request.GET)
    try:
        page = results_page(search_request, Choices.load())
    except SearchUnavailable:
        return render(
            request, "catalog/kids/search_unavailable.html", {"q": search_request.q}, status=503
        )
    return render(request, "catalog/kids/results.html", page)


@for_children
@leads_on
def bib(request: HttpRequest, pk: int) -> HttpResponse:
    record = bib_or_404(pk)
    page = bib_page(record, list(Choices.load().branches.values()))
    return render(request, "catalog/kids/bib.html", page)


@for_children
def reading_list(request: HttpRequest, pk: int) -> HttpResponse:
    chosen = get_object_or_404(lists_seen_by(request), pk=pk)
    comments = dict(chosen.entries.values_list("bib", "comment"))
    books = kids_books(list(comments), Choices.load().branches.values(), comments=comments)
    context = {"list": chosen, "books": books, "here": request.path}
    return render(request, "catalog/kids/list.html", context)


@for_children
def suggest(request: HttpRequest) -> HttpResponse:
    try:
        found = suggestions(clean_text(request.GET.get("q", "")))
    except SearchUnavailable:
        found = []
    response = JsonResponse({"suggestions": found}, json_dumps_params={"ensure_ascii": False})
    patch_cache_control(response, public=True, max_age=int(SUGGESTIONS_FRESH_FOR.total_seconds()))
    return response
