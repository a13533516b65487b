"""Guards of a patron's pages: a login of staff does not open them (rule 2.7)."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from patrons.models import Patron, Terminal
from patrons.refusals import TooManyAttempts

View = Callable[..., HttpResponse]


class PortalRequest(HttpRequest):
    """A request after the portal's middleware: `patron` is falsy when nobody has logged in.

    `terminal` is the library's device that sent the request, or None.
    """

    patron: Patron
    terminal: Terminal | None


def patron_required(view: View) -> View:
    """Decorate a view so that a visitor without a patron's login goes to the login page."""

    @functools.wraps(view)
    def for_patrons(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.patron:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return for_patrons


def slow_down(request: HttpRequest, refusal: TooManyAttempts) -> HttpResponse:
    """Answer 429 with the time to wait. The page is the same whatever was tried (safety 2)."""
    response = render(
        request, "patrons/too_many_attempts.html", {"sentence": str(refusal)}, status=429
    )
    response.headers["Retry-After"] = str(refusal.seconds)
    response.headers["Cache-Control"] = "no-store"
    return response
