"""お知らせをやめる: from a link in the mail, without a login, by one press (RFC 8058).

The token is signed and names the patron's row and the mail, nothing else; whoever holds the mail
may stop it, and begin it again. It opens no page of a person.
"""

from datetime import datetime

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from akiruno_library.absolute_url import absolute
from notifications import outbox
from patrons.models import MailWishes, Patron

SALT = "unsubscribe"
# What may be stopped from a mail, by the kind of its letter.
STOPPABLE = {
    "newsletter": "新着のお便り",
    "due_soon": "返却期限のお知らせ",
    "news": "図書館からのお知らせ",
}


class UnknownToken(Exception):
    """Not one of ours, or cut off at the end of a line."""


def unsubscribe_address(patron_id: int, kind: str) -> str:
    return _address(_signer().sign_object([patron_id, kind]))


def sample_address() -> str:
    """For samples of letters: it stops nothing."""
    return _address("sample")


def read(token: str) -> tuple[Patron, str]:
    """Whose mails of which kind. Raises UnknownToken."""
    try:
        patron_id, kind = _signer().unsign_object(token)
        return Patron.objects.get(pk=patron_id), STOPPABLE[kind] and kind
    except (signing.BadSignature, ValueError, TypeError, KeyError, Patron.DoesNotExist) as error:
        raise UnknownToken from error


def _address(token: str) -> str:
    return absolute(reverse("patron_mails:unsubscribe", args=[token]))


def _signer() -> signing.Signer:
    """Without a date: a link in an old mail works as long as the mail is kept."""
    return signing.Signer(salt=SALT)


def is_wanted(patron: Patron, kind: str) -> bool:
    wishes = MailWishes.objects.filter(patron=patron).first() or MailWishes(patron=patron)
    if kind == "news":
        return wishes.news_declined_at is None
    return getattr(wishes, f"{kind}_since") is not None


def stop(patron: Patron, kind: str, *, at: datetime | None = None) -> None:
    """No more of them; what waits to be sent is taken back with it. The choices stay."""
    now = at or timezone.now()
    _write(patron, {"news_declined_at": now} if kind == "news" else {f"{kind}_since": None})
    outbox.withdraw_kind(kind, recipient=patron.pk, at=now)


def begin_again(patron: Patron, kind: str, *, at: datetime | None = None) -> None:
    now = at or timezone.now()
    _write(patron, {"news_declined_at": None} if kind == "news" else {f"{kind}_since": now})


def _write(patron: Patron, wishes: dict) -> None:
    MailWishes.objects.update_or_create(patron=patron, defaults=wishes)
