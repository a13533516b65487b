"""The page that is sent when a page cannot be made; it names the telephone numbers (safety 25).

It queries neither the database nor the session, because both may be the cause.
"""

import sys
from collections.abc import Iterable

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from catalog.models import Branch

DATABASE_AWAY = (OperationalError, InterfaceError)
RETRY_AFTER_SECONDS = 30

# Kept per process: the error page cannot read them when the database is away.
_telephones: dict[str, str] = {}


def remember_telephones(branches: Iterable[Branch]) -> None:
    """Store the numbers that a page has just read."""
    _telephones.update({branch.name: branch.telephone for branch in branches})


def known_telephones() -> list[tuple[str, str]]:
    """Return (name, number) of each branch that this process has read."""
    # `list` copies in one step; another thread may add a branch during a loop.
    return [(name, telephone) for name, telephone in list(_telephones.items()) if telephone]


def database_is_away(error: BaseException | None) -> bool:
    """Whether this error or one of its causes means that the database is away or too busy."""
    while error is not None:
        if isinstance(error, DATABASE_AWAY):
            return True
        if isinstance(error, DatabaseError) and (_has_no_sqlstate(error) or _connection_is_lost()):
            return True
        error = error.__cause__ or error.__context__
    return False


def _has_no_sqlstate(error: DatabaseError) -> bool:
    """Whether the connection broke during a query.

    libpq then reports the error, not the server, so there is no SQLSTATE, and the driver raises
    DatabaseError itself instead of a subclass.
    """
    cause = error.__cause__
    return type(error) is DatabaseError and getattr(cause, "sqlstate", "") is None


def _connection_is_lost() -> bool:
    """Whether the connection is closed. Queries on a lost connection raise many kinds of errors."""
    return connection.connection is not None and bool(connection.connection.closed)


def page_could_not_be_made(request: HttpRequest) -> HttpResponse:
    """Django's handler500: 503 if the database is away or too busy, otherwise 500."""
    away = database_is_away(sys.exc_info()[1])
    template, status = ("503.html", 503) if away else ("500.html", 500)
    page = render_to_string(template, {"telephones": known_telephones()})
    response = HttpResponse(page, status=status)
    # No cache may show the failure after it is over.
    response.headers["Cache-Control"] = "no-store"
    if away:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
