from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from patrons.models import Patron


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
    if not request.user.is_authenticated:
        return None
    return (
        Patron.objects.filter(user=request.user)
        .select_related("user", "pickup_branch", "mail_address")
        .first()
    )
