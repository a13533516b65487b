"""Session expiry: a login that nobody uses ends (safety 11). Middleware, and data for the pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import resolve_url
from django.utils import timezone

from akiruno_library import policy
from patrons.models import Session

ENDED = "ended"


def expiry_of(request: HttpRequest) -> timedelta:
    """Return how long this session may be unused; a terminal counts before the person."""
    if request.terminal is not None:  # type: ignore[attr-defined]
        return policy.TERMINAL_SESSION_EXPIRY
    return policy.STAFF_SESSION_EXPIRY if request.user.is_staff else policy.SESSION_EXPIRY


def warning_of(limit: timedelta) -> timedelta:
    """Return how long before the end the page warns."""
    return min(policy.SESSION_WARNING, limit / 2)


def sessions_that_end(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: move the end of the session with each request of a login or a terminal.

    A visitor whose session has ended goes to the login page, which says so, and from there back to
    the page they were on (patrons/unfinished).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        came_with = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        on_terminal = request.terminal is not None  # type: ignore[attr-defined]
        if came_with and (on_terminal or request.user.is_authenticated):
            request.session.stay(expiry_of(request))  # type: ignore[attr-defined]
        response = get_response(request)
        if came_with and _leads_to_the_login(response) and not request.user.is_authenticated:
            _explain(request, response, came_with)
        return response

    return middleware


def _leads_to_the_login(response: HttpResponse) -> bool:
    """Return whether a guard sent the visitor to the login: only then the URL names a way back."""
    to = urlsplit(response.headers.get("Location", ""))
    return to.path == resolve_url(settings.LOGIN_URL) and REDIRECT_FIELD_NAME in QueryDict(to.query)


def _explain(request: HttpRequest, response: HttpResponse, session_key: str) -> None:
    query = QueryDict(urlsplit(response.headers["Location"]).query, mutable=True)
    if Session.objects.filter(pk=session_key, user__isnull=False).exists():
        query[ENDED] = "1"
    response.headers["Location"] = f"{resolve_url(settings.LOGIN_URL)}?{query.urlencode(safe='/')}"


def session_end(request: HttpRequest) -> dict[str, Any]:
    """Add the seconds until the end, until the warning and between reports, for the script."""
    ends_at = getattr(getattr(request, "session", None), "ends_at", None)
    if ends_at is None or not request.user.is_authenticated:
        return {}
    left = ends_at - timezone.now()
    limit = request.session.expires_after  # type: ignore[attr-defined]
    return {
        "session_left": max(0, int(left.total_seconds())),
        "session_warning": int(warning_of(limit).total_seconds()),
        "session_report": int((limit / policy.SESSION_TOUCH_SHARE).total_seconds()),
    }
