"""When a page cannot be made: what happened, and whom to telephone (safety 25).

These pages ask neither the database nor the session: both may be what is missing.
"""

import sys
from collections.abc import Iterable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from catalog.models import Branch

DATABASE_AWAY = (OperationalError, InterfaceError)
TRY_AGAIN_SECONDS = 30

_telephones: dict[str, str] = {}


def remember_telephones(branches: Iterable[Branch]) -> None:
    """Keep in this process what any page has just read, for the page that cannot read."""
    _telephones.update({branch.name: branch.telephone for branch in branches})


def known_telephones() -> list[tuple[str, str]]:
    """Each branch's name and number, as far as this process has read them."""
    return [(name, telephone) for name, telephone in _telephones.items() if telephone]


def page_could_not_be_made(request: HttpRequest) -> HttpResponse:
    """Django's handler500: 503 while the database is away or too busy, 500 for our own faults."""
    away = isinstance(sys.exc_info()[1], DATABASE_AWAY)
    template, status = ("503.html", 503) if away else ("500.html", 500)
    page = render_to_string(template, {"telephones": known_telephones()})
    response = HttpResponse(page, status=status)
    response.headers["Cache-Control"] = "no-store"
    if away:
        response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response
