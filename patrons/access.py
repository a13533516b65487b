"""Pages of a patron are for patrons: a staff login does not open them (rule 2.7)."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from patrons.models import Patron, Terminal
from patrons.refusals import TooManyTries

View = Callable[..., HttpResponse]


class PortalRequest(HttpRequest):
    """A request as the portal's middleware hands it on: falsy `patron` means nobody,
    `terminal` is the device in the library that asks, if it is one."""

    patron: Patron
    terminal: Terminal | None


def patron_required(view: View) -> View:
    @functools.wraps(view)
    def for_patrons(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.patron:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return for_patrons


def slow_down(request: HttpRequest, refusal: TooManyTries) -> HttpResponse:
    """429 with the time to wait, the same page whatever was tried (safety 2)."""
    response = render(
        request, "patrons/too_many_tries.html", {"sentence": str(refusal)}, status=429
    )
    response.headers["Retry-After"] = str(refusal.seconds)
    response.headers["Cache-Control"] = "no-store"
    return response
