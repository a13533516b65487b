from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from patrons.models import Patron, User


def patron_of_the_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: set `request.patron` to the logged-in patron; it is falsy for anybody else.

    Browsers and proxies never store pages of a person (safety 11).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.patron = SimpleLazyObject(lambda: _patron(request))  # type: ignore[attr-defined]
        response = get_response(request)
        if request.session.accessed and request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def _patron(request: HttpRequest) -> Patron | None:
    """Return the patron, who was loaded together with the user. Staff have none."""
    user = request.user
    if not user.is_authenticated or user.kind != User.Kind.PATRON:
        return None
    return getattr(user, "patron", None)
