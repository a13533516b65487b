"""Devices on which somebody has got in before: strangers cannot lock them out there.

The cookie is a random word; the database knows its hash (safety 2).
"""

import hashlib
import secrets
from datetime import datetime

from django.utils import timezone

from akiruno_library import policy
from patrons.models import KnownDevice, User


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def is_known(token: str, card_number: str) -> bool:
    """To the holder of this card."""
    of_token = KnownDevice.objects.filter(token_hash=_hashed(token))
    return bool(token) and of_token.filter(user__patron__card_number=card_number).exists()


def is_known_of_staff(token: str, username: str) -> bool:
    of_token = KnownDevice.objects.filter(token_hash=_hashed(token))
    return bool(token) and of_token.filter(user__username=username).exists()


def remember(user: User, token: str, *, at: datetime | None = None) -> str:
    """Know this device from now on; returns the word for its cookie.

    A word that the database has never met is not taken up: somebody else may have set it.
    """
    at = at or timezone.now()
    if not token or not KnownDevice.objects.filter(token_hash=_hashed(token)).exists():
        token = secrets.token_urlsafe(32)
    KnownDevice.objects.update_or_create(
        token_hash=_hashed(token), user=user, defaults={"last_used_at": at}
    )
    return token


def forget(user: User, *, but: str = "") -> None:
    """After a new password only the device it was set on is known."""
    user.known_devices.exclude(token_hash=_hashed(but)).delete()


def forget_old(*, at: datetime | None = None) -> int:
    unused_since = (at or timezone.now()) - policy.DEVICE_KNOWN_FOR
    return KnownDevice.objects.filter(last_used_at__lt=unused_since).delete()[0]
