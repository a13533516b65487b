from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from patrons.models import Patron, User


def patron_of_the_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Put the logged-in patron on the request as `request.patron`; None for anybody else.

    Pages of a person are never stored by a browser or a proxy (safety 11).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.patron = SimpleLazyObject(lambda: _patron(request))  # type: ignore[attr-defined]
        response = get_response(request)
        if request.session.accessed and request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def _patron(request: HttpRequest) -> Patron | None:
    """Read together with the user (patrons/backends.py); staff are nobody's patron."""
    user = request.user
    if not user.is_authenticated or user.kind != User.Kind.PATRON:
        return None
    return getattr(user, "patron", None)
