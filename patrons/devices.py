"""Devices on which somebody has logged in before.

Wrong passwords of strangers do not make such a device wait. The cookie is a random token; the
database stores only its hash (safety 2).
"""

import hashlib
import secrets
from datetime import datetime

from django.utils import timezone

from akiruno_library import policy
from patrons.models import KnownDevice, User


def _hashed(token: str) -> str:
    # A plain hash suffices: the token has 256 random bits, so nobody can try them all.
    return hashlib.sha256(token.encode()).hexdigest()


def is_known(token: str, card_number: str) -> bool:
    """Return whether the holder of this card has logged in on the device before."""
    of_token = KnownDevice.objects.filter(token_hash=_hashed(token))
    return bool(token) and of_token.filter(user__patron__card_number=card_number).exists()


def is_known_of_staff(token: str, username: str) -> bool:
    of_token = KnownDevice.objects.filter(token_hash=_hashed(token))
    return bool(token) and of_token.filter(user__username=username).exists()


def remember(user: User, token: str, *, at: datetime | None = None) -> str:
    """Register the device and return the token for its cookie.

    A token that the database does not know is replaced: another person may have planted it.
    """
    at = at or timezone.now()
    if not token or not KnownDevice.objects.filter(token_hash=_hashed(token)).exists():
        token = secrets.token_urlsafe(32)
    KnownDevice.objects.update_or_create(
        token_hash=_hashed(token), user=user, defaults={"last_used_at": at}
    )
    return token


def forget(user: User, *, but: str = "") -> None:
    """Forget the devices; `but` keeps the one on which the new password was set."""
    user.known_devices.exclude(token_hash=_hashed(but)).delete()


def forget_old(*, at: datetime | None = None) -> int:
    unused_since = (at or timezone.now()) - policy.DEVICE_KNOWN_FOR
    return KnownDevice.objects.filter(last_used_at__lt=unused_since).delete()[0]
