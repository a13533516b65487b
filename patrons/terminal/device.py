"""The cookie that identifies a terminal: signed, and not readable by scripts."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from akiruno_library import policy
from patrons.models import Terminal
from patrons.origin import comes_from
from patrons.terminal.enrolment_codes import terminal_with

SALT = "patrons.terminal.device"


def terminal_of(request: HttpRequest) -> Terminal | None:
    """Return the terminal that sent the request, or None.

    The database is asked on every request, so a revocation works at once. A browser without the
    cookie costs no query. A cookie that was carried out of the library's networks is none.
    """
    key = _key(request)
    return terminal_with(key) if key and may_stand_here(request) else None


def may_stand_here(request: HttpRequest) -> bool:
    return not settings.TERMINAL_ADDRESSES or comes_from(request, settings.TERMINAL_ADDRESSES)


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
    """Renew the cookie, because browsers delete one after 400 days."""
    if key := _key(request):
        give_key(response, key)


def _key(request: HttpRequest) -> str | None:
    return request.get_signed_cookie(settings.TERMINAL_COOKIE_NAME, default=None, salt=SALT)
