"""One-time links that are sent by mail (safety 3, 7).

A link is created in the transaction of its event, but its mail is written later. The token is
therefore derived from a random salt in the row and from the server's secret. Whoever reads the
table cannot compute it, and only its hash finds the row.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from akiruno_library import policy
from notifications.models import MailAddress
from patrons.models import OneTimeLink, Patron
from patrons.refusals import TooManyConfirmations


def make(
    patron: Patron,
    purpose: OneTimeLink.Purpose,
    address: MailAddress,
    *,
    valid_for: timedelta,
    at: datetime,
) -> OneTimeLink:
    """Create a link for the patron and return it."""
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


def make_confirmation(
    patron: Patron, purpose: OneTimeLink.Purpose, address: MailAddress, *, at: datetime
) -> OneTimeLink:
    """Create a link that is sent to an address which may be a stranger's (safety 9).

    Three limits hold for 24 hours, so that nobody fills a mailbox through the portal: a few links
    to the same card and address, some more from one card, and as many to one address.
    Raises TooManyConfirmations.
    """
    # Every link counts, also used and expired ones: each was a mail to the address.
    today = OneTimeLink.objects.filter(purpose=purpose, created_at__gt=at - timedelta(days=1))
    if (
        today.filter(patron=patron, address=address).count() > policy.CONFIRMATIONS_REPEATED
        or today.filter(patron=patron).count() >= policy.CONFIRMATIONS_OF_A_CARD
        or today.filter(address=address).count() >= policy.CONFIRMATIONS_TO_AN_ADDRESS
    ):
        raise TooManyConfirmations
    return make(patron, purpose, address, valid_for=policy.CONFIRMATION_VALID, at=at)


def token_of(link: OneTimeLink) -> str:
    """Return the token that goes into the mail."""
    return _token(link.salt)


def find(
    token: str, purpose: OneTimeLink.Purpose, *, at: datetime | None = None
) -> OneTimeLink | None:
    """Return the link of this token while it is usable. Changes nothing."""
    return (
        OneTimeLink.objects.usable(at)
        .filter(purpose=purpose, token_hash=_hashed(token))
        .select_related("patron__user", "patron__mail_address", "address")
        .first()
    )


def find_whatever_became_of_it(token: str, purpose: OneTimeLink.Purpose) -> OneTimeLink | None:
    """Return the link of this token also when it was used, withdrawn or has expired.

    Such a link opens nothing. It only tells a visitor what has become of it.
    """
    return (
        OneTimeLink.objects.filter(purpose=purpose, token_hash=_hashed(token))
        .select_related("patron", "address")
        .first()
    )


def use(link: OneTimeLink, *, at: datetime) -> bool:
    """Mark the link as used; return True only for the first caller."""
    # The condition and the mark are one UPDATE: of two presses at once only one changes a row.
    return OneTimeLink.objects.usable(at).filter(pk=link.pk).update(used_at=at) == 1


def withdraw(patron: Patron, purpose: OneTimeLink.Purpose, *, at: datetime) -> None:
    """Make every unused link of this purpose unusable."""
    OneTimeLink.objects.usable(at).filter(patron=patron, purpose=purpose).update(used_at=at)


def forget_old(*, at: datetime | None = None) -> int:
    """Delete links that have expired and count towards no daily limit any more."""
    day_before = (at or timezone.now()) - timedelta(days=1)
    old = OneTimeLink.objects.filter(expires_at__lt=day_before, created_at__lt=day_before)
    return old.delete()[0]


def _token(salt: str) -> str:
    return salted_hmac("patrons.links", salt, algorithm="sha256").hexdigest()


def _hashed(token: str) -> str:
    # A fast hash suffices: a token has 256 bits and cannot be guessed as a password can.
    return hashlib.sha256(token.encode()).hexdigest()
