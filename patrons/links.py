"""Links sent by mail (safety 3, 7): the database knows a hash; the mail's writer knows the secret.

A link is made in the transaction of its event and written out when its mail is sent, so the token
is derived from a random salt in the row and the server's secret. Who reads the table cannot make
it, and nothing but its hash finds it.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from notifications.models import MailAddress
from patrons.models import OneTimeLink, Patron


def make(
    patron: Patron,
    purpose: OneTimeLink.Purpose,
    address: MailAddress,
    *,
    valid_for: timedelta,
    at: datetime,
) -> OneTimeLink:
    salt = secrets.token_hex(32)
    return OneTimeLink.objects.create(
        patron=patron,
        address=address,
        purpose=purpose,
        salt=salt,
        token_hash=_hashed(_token(salt)),
        created_at=at,
        expires_at=at + valid_for,
    )


def token_of(link: OneTimeLink) -> str:
    return _token(link.salt)


def find(
    token: str, purpose: OneTimeLink.Purpose, *, at: datetime | None = None
) -> OneTimeLink | None:
    """The link of this token while it can be used; changes nothing."""
    return (
        OneTimeLink.objects.usable(at)
        .filter(purpose=purpose, token_hash=_hashed(token))
        .select_related("patron__user", "patron__mail_address", "address")
        .first()
    )


def use(link: OneTimeLink, *, at: datetime) -> bool:
    """True for the one who uses it first."""
    return OneTimeLink.objects.usable(at).filter(pk=link.pk).update(used_at=at) == 1


def withdraw(patron: Patron, purpose: OneTimeLink.Purpose, *, at: datetime) -> None:
    """What was sent for this purpose opens nothing any more."""
    OneTimeLink.objects.usable(at).filter(patron=patron, purpose=purpose).update(used_at=at)


def forget_old(*, at: datetime | None = None) -> int:
    """Once expired, a link only counts towards the day's limits of its kind."""
    day_before = (at or timezone.now()) - timedelta(days=1)
    old = OneTimeLink.objects.filter(expires_at__lt=day_before, created_at__lt=day_before)
    return old.delete()[0]


def _token(salt: str) -> str:
    return salted_hmac("patrons.links", salt, algorithm="sha256").hexdigest()


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
