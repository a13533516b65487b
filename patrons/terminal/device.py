"""The cookie by which a device shows that it is a terminal: signed, and readable by no script."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from akiruno_library import policy
from patrons.models import Terminal
from patrons.terminal.enrolment_codes import terminal_with

SALT = "patrons.terminal.device"


def terminal_of(request: HttpRequest) -> Terminal | None:
    """Asked of the database each time, so that a revocation counts at once; for a browser
    without the cookie it costs nothing."""
    key = _key(request)
    return terminal_with(key) if key else None


def give_key(response: HttpResponse, key: str) -> None:
    response.set_signed_cookie(
        settings.TERMINAL_COOKIE_NAME,
        key,
        salt=SALT,
        max_age=int(policy.DEVICE_COOKIE_KEPT.total_seconds()),
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def give_key_again(request: HttpRequest, response: HttpResponse) -> None:
    """Browsers forget a cookie after 400 days; one that is in use begins anew."""
    if key := _key(request):
        give_key(response, key)


def _key(request: HttpRequest) -> str | None:
    return request.get_signed_cookie(settings.TERMINAL_COOKIE_NAME, default=None, salt=SALT)
