"""Rules that hold for every page on a terminal in the library (rule 8.2)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from akiruno_library import policy
from patrons.models import Terminal
from patrons.session_store import TERMINAL_KEY
from patrons.terminal.device import terminal_of

PAGES_FOR_PROGRAMS = "api"


class TerminalMiddleware:
    """Set `request.terminal` (None elsewhere) and close the terminal off.

    1. A session belongs to the place where it began. One from elsewhere, or from a terminal that
       was revoked, is ended.
    2. Staff pages and machine-readable pages do not open, and nothing can be downloaded.
    3. Browsers store no page, so that Back shows nothing of an earlier visitor.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        terminal = terminal_of(request)
        request.terminal = terminal  # type: ignore[attr-defined]
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            _end_session_of_another_place(request, terminal)
        if terminal is not None:
            request.session.expires_after = policy.TERMINAL_SESSION_EXPIRY  # type: ignore[attr-defined]
        response = self.get_response(request)
        if terminal is None:
            return response
        if response.headers.get("Content-Disposition", "").startswith("attachment"):
            response = render(request, "terminal/no_downloads.html", status=403)
        if request.session.accessed and not request.session.is_empty():
            request.session.setdefault(TERMINAL_KEY, terminal.pk)
        response.headers["Cache-Control"] = "no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.terminal is None:  # type: ignore[attr-defined]
            return None
        match = request.resolver_match
        for_programs = match is not None and PAGES_FOR_PROGRAMS in match.namespaces
        if for_programs or request.path.startswith(reverse("admin:index")):
            return redirect("terminal:home")
        return None


def _end_session_of_another_place(request: HttpRequest, terminal: Terminal | None) -> None:
    session = request.session
    began_on = session.get(TERMINAL_KEY)
    if began_on != (terminal.pk if terminal else None) and not session.is_empty():
        session.flush()
