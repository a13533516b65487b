"""The JSON of `/api/v1/` and `/search/suggest/`.

`openapi.json` beside this file documents it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import django.db
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from akiruno_library.absolute_url import bib_address
from catalog.bib_page.facts import bib_or_404
from catalog.bib_page.permanent_links import leads_on
from catalog.display.choices import CLASSES, LANGUAGES, Choices
from catalog.feeds.bib_data import in_order, names
from catalog.feeds.endpoints import View, open_to_programs
from catalog.models import Bib, Branch, Copy
from catalog.outage import database_is_away
from catalog.refusals import SearchUnavailable
from catalog.results.request import clean_text, read
from catalog.search import Facets, did_you_mean
from catalog.search import search as find
from catalog.search import suggest as suggested

OPENAPI = Path(__file__).with_name("openapi.json").read_text("utf-8")
NO_SUCH_BIB = "この番号の資料はありません。/api/v1/search/ で番号をお確かめください。"
NO_SUCH_ADDRESS = "このアドレスには何もありません。使い方は /api/v1/openapi.json をご覧ください。"
ONLY_READING = "読み出し(GET)だけを受け付けています。"
OUT_OF_REACH = "ただいま資料の情報を読み出せません。しばらくたってから、もう一度お試しください。"

KIND_NAMES = {"title": "題名", "author": "著者", "series": "シリーズ"}

Facts = dict[str, Any]


def answers_in_json(view: View) -> View:
    """Answer every request in JSON; an error is one Japanese sentence in `error`."""
    reading = open_to_programs(fresh_for=timedelta(seconds=30))(_refusing_in_json(view))

    @login_not_required
    @csrf_exempt  # a POST gets a JSON answer, too; no view here changes anything
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return reading(request, *args, **kwargs)
        refused = _json({"error": ONLY_READING}, status=405)
        refused["Allow"] = "GET, HEAD"
        return refused

    return answered


def _refusing_in_json(view: View) -> View:
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return _json({"error": NO_SUCH_BIB}, status=404)
        except SearchUnavailable as refusal:
            return _json({"error": str(refusal)}, status=503)
        except django.db.Error as error:
            if not database_is_away(error):
                raise
            return _json({"error": OUT_OF_REACH}, status=503)

    return answered


@answers_in_json
def search(request: HttpRequest) -> HttpResponse:
    choices = Choices.load()
    wanted = read(request.GET)
    answer = find(replace(wanted, as_typed=True))
    found = {
        "total": answer.total,
        "page": wanted.page,
        "per_page": wanted.per_page,
        "results": [_summary(bib, choices.branches.values()) for bib in in_order(answer.ids)],
        "facets": _facets(answer.facets, choices),
        "words_instead": answer.searched_words or None,
        "did_you_mean": (did_you_mean(wanted.q) if answer.searched_words else answer.meant) or None,
    }
    return _json(found)


@answers_in_json
def suggest(request: HttpRequest) -> HttpResponse:
    """Suggestions for each keystroke, so they do not use the database."""
    typed = clean_text(request.GET.get("q", ""))
    found = [
        {"words": one.words, "kind": one.kind, "kind_name": KIND_NAMES[one.kind]}
        for one in suggested(typed)
    ]
    return _json({"q": typed, "suggestions": found})


@answers_in_json
@leads_on
def bib(request: HttpRequest, pk: int) -> HttpResponse:
    record = bib_or_404(pk)
    branches = list(Branch.objects.all())
    return _json(_summary(record, branches) | _rest(record) | {"copies": _copies(record, branches)})


@answers_in_json
def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(OPENAPI, content_type="application/json; charset=utf-8")


@answers_in_json
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    return _json({"error": NO_SUCH_ADDRESS}, status=404)


def _json(facts: Facts, *, status: int = 200) -> HttpResponse:
    text = json.dumps(facts, ensure_ascii=False)
    return HttpResponse(text, content_type="application/json; charset=utf-8", status=status)


def _summary(bib: Bib, branches: Iterable[Branch]) -> Facts:
    return {
        "id": bib.pk,
        "url": bib_address(bib.pk),
        "title": bib.title,
        "volume": bib.volume,
        "subtitle": bib.subtitle,
        "title_reading": bib.title_reading,
        "authors": names(bib),
        "publisher": bib.publisher,
        "published": bib.published,
        "year": bib.year,
        "isbns": bib.isbns,
        "material": bib.material_type.code,
        "material_name": bib.material_type.name,
        "available": bool(bib.status.free_at),
        "available_at": [one.code for one in branches if one.pk in bib.status.free_at],
        "waiting": bib.status.waiting,
    }


def _rest(bib: Bib) -> Facts:
    """Return the fields that only the answer about one bib has."""
    return {
        "contributors": [
            {
                "name": one.contributor.name,
                "reading": one.contributor.reading,
                "role": one.role,
            }
            for one in bib.credits
        ],
        "series": bib.series.title if bib.series else "",
        "series_number": bib.series_number,
        "edition": bib.edition,
        "extent": bib.extent,
        "ndc": bib.ndc,
        "subjects": bib.subjects,
        "language": bib.language,
        "audience": bib.audience,
        "contents": bib.contents,
        "notes": bib.notes,
    }


def _copies(bib: Bib, branches: Iterable[Branch]) -> list[Facts]:
    by_number = {branch.pk: branch for branch in branches}
    copies = bib.copies.exclude(whereabouts=Copy.Whereabouts.WITHDRAWN)
    return [
        {
            "branch": by_number[copy.home_branch_id].code,
            "branch_name": by_number[copy.home_branch_id].name,
            "at_branch": by_number[copy.current_branch_id].code,
            "shelf": copy.shelf,
            "call_number": copy.call_number,
            "lending": copy.lending,
            "status": copy.whereabouts,
            "status_name": copy.get_whereabouts_display(),
        }
        for copy in copies.order_by("home_branch__position", "home_branch", "shelf", "barcode")
    ]


def _facets(facets: Facets, choices: Choices) -> dict[str, list[Facts]]:
    spoken: Mapping[str, Mapping[str, str]] = {
        "material": {code: material.name for code, material in choices.materials.items()},
        "branch": {code: branch.name for code, branch in choices.branches.items()},
        "language": LANGUAGES,
        "ndc": CLASSES,
        "available": {"1": "いま借りられるもの"},
    }
    return {
        facet: [
            {"value": value, "name": spoken.get(facet, {}).get(value, value), "count": count}
            for value, count in counted
        ]
        for facet, counted in facets.items()
    }
