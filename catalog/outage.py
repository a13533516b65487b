"""When a page cannot be made: what happened, and whom to telephone (safety 25).

These pages ask neither the database nor the session: both may be what is missing.
"""

import sys
from collections.abc import Iterable

from django.db import DatabaseError, InterfaceError, OperationalError, connection
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
    # A copy in one step: another thread may just be learning a branch.
    return [(name, telephone) for name, telephone in list(_telephones.items()) if telephone]


def database_is_away(error: BaseException | None) -> bool:
    """Whether this error, or one it arose from, says that the database is away or too busy."""
    while error is not None:
        if isinstance(error, DATABASE_AWAY):
            return True
        if isinstance(error, DatabaseError) and (_has_no_sqlstate(error) or _connection_is_lost()):
            return True
        error = error.__cause__ or error.__context__
    return False


def _has_no_sqlstate(error: DatabaseError) -> bool:
    """A connection that breaks in the middle of an answer: libpq says so, not the server.

    The driver knows no class for an error without SQLSTATE and raises its most general one.
    """
    cause = error.__cause__
    return type(error) is DatabaseError and getattr(cause, "sqlstate", "") is None


def _connection_is_lost() -> bool:
    """What is asked on a lost connection fails in many ways; none is a fault of the question."""
    return connection.connection is not None and bool(connection.connection.closed)


def page_could_not_be_made(request: HttpRequest) -> HttpResponse:
    """Django's handler500: 503 while the database is away or too busy, 500 for our own faults."""
    away = database_is_away(sys.exc_info()[1])
    template, status = ("503.html", 503) if away else ("500.html", 500)
    page = render_to_string(template, {"telephones": known_telephones()})
    response = HttpResponse(page, status=status)
    response.headers["Cache-Control"] = "no-store"
    if away:
        response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response
