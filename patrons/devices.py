"""Devices on which a patron has logged in with the right password: strangers cannot lock them out.

The cookie is a random word; the database knows its hash (safety 2).
"""

import hashlib
import secrets
from datetime import datetime

from django.utils import timezone

from akiruno_library import policy
from patrons.models import KnownDevice, Patron


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def is_known(token: str, card_number: str) -> bool:
    return bool(token) and (
        KnownDevice.objects.filter(
            token_hash=_hashed(token), patron__card_number=card_number
        ).exists()
    )


def remember(patron: Patron, token: str, *, at: datetime | None = None) -> str:
    """Know this device from now on; returns the word for its cookie.

    A word that the database has never met is not taken up: somebody else may have set it.
    """
    at = at or timezone.now()
    if not token or not KnownDevice.objects.filter(token_hash=_hashed(token)).exists():
        token = secrets.token_urlsafe(32)
    KnownDevice.objects.update_or_create(
        token_hash=_hashed(token), patron=patron, defaults={"last_used_at": at}
    )
    return token


def forget(patron: Patron, *, but: str = "") -> None:
    """After a new password only the device it was set on is known."""
    patron.known_devices.exclude(token_hash=_hashed(but)).delete()


def forget_old(*, at: datetime | None = None) -> int:
    unused_since = (at or timezone.now()) - policy.DEVICE_KNOWN_FOR
    return KnownDevice.objects.filter(last_used_at__lt=unused_since).delete()[0]
