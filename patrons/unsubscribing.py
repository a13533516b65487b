"""お知らせをやめる: stop a kind of mail from a link in it, without a login (RFC 8058).

The token is signed. It names the patron's row and the kind of mail, nothing else. Whoever holds the
mail can stop it and subscribe anew, but opens no page of the person.
"""

from datetime import datetime

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from akiruno_library.absolute_url import absolute
from patrons.models import NotificationPreferences, Patron
from patrons.notification_preferences import preferences_of, reinstate, withdraw

SALT = "unsubscribe"
# The kinds of mail that a link in the mail can stop.
STOPPABLE = {
    "newsletter": "新着のお便り",
    "due_soon": "返却期限のお知らせ(期限を過ぎたお知らせも)",
    "news": "図書館からのお知らせ",
}


class UnknownToken(Exception):
    """The token is not one of ours, or was cut off at the end of a line."""


def unsubscribe_address(patron_id: int, kind: str) -> str:
    return _address(_signer().sign_object([patron_id, kind]))


def sample_address() -> str:
    """Return a URL for sample mails; it stops nothing."""
    return _address("sample")


def read(token: str) -> tuple[Patron, str]:
    """Return whose mails of which kind the token names. Raises UnknownToken."""
    try:
        patron_id, kind = _signer().unsign_object(token)
        return Patron.objects.get(pk=patron_id), STOPPABLE[kind] and kind
    except (signing.BadSignature, ValueError, TypeError, KeyError, Patron.DoesNotExist) as error:
        raise UnknownToken from error


def _address(token: str) -> str:
    return absolute(reverse("patron_mails:unsubscribe", args=[token]))


def _signer() -> signing.Signer:
    """Return a signer without a timestamp: a link works as long as somebody keeps the mail."""
    return signing.Signer(salt=SALT)


def is_wanted(patron: Patron, kind: str) -> bool:
    preferences = preferences_of(patron)
    if kind == "news":
        return preferences.news_declined_at is None
    return getattr(preferences, f"{kind}_since") is not None


def stop(patron: Patron, kind: str, *, at: datetime | None = None) -> None:
    """Stop this kind of mail and withdraw what waits to be sent. The other preferences stay."""
    now = at or timezone.now()
    _write(patron, {"news_declined_at": now} if kind == "news" else {f"{kind}_since": None})
    withdraw(patron, kind, at=now)


def resubscribe(patron: Patron, kind: str, *, at: datetime | None = None) -> None:
    now = at or timezone.now()
    _write(patron, {"news_declined_at": None} if kind == "news" else {f"{kind}_since": now})
    reinstate(patron, kind)


def _write(patron: Patron, preferences: dict) -> None:
    NotificationPreferences.objects.update_or_create(patron=patron, defaults=preferences)
