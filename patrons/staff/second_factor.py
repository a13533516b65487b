"""The second factor of staff: a code from their telephone or a backup code (safety 19)."""

from dataclasses import dataclass
from datetime import datetime

import segno
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django_otp import match_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from akiruno_library import policy
from patrons import attempts, devices, throttling
from patrons.models import User
from patrons.origin import Origin
from patrons.refusals import WrongCode, WrongCodeOrPassword

TELEPHONE, PAPER = "電話", "控え"


@dataclass(frozen=True)
class Enrolment:
    """The secret for the telephone: as a picture, and as text for whoever cannot scan it."""

    picture: SafeString
    secret: str


def has_one(user: User) -> bool:
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def begin(user: User) -> Enrolment:
    """Return the secret to transfer; it stays the same until a code proves that it arrived."""
    device, _ = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": TELEPHONE}
    )
    qr = segno.make(device.config_url, error="m")
    svg = qr.svg_inline(border=4, light="#fff", omitsize=True)
    key = device.config_url.partition("secret=")[2].partition("&")[0]
    return Enrolment(
        mark_safe(svg),  # noqa: S308  # nosec: made from our own key, not from input
        " ".join(key[at : at + 4] for at in range(0, len(key), 4)),
    )


def finish(
    user: User, code: str, *, password: str, origin: Origin, at: datetime | None = None
) -> tuple[Device, list[str]]:
    """Confirm the telephone by a code and the person by the password; return the backup codes."""
    attempt = throttling.begin(attempts.of_second_factor(user, origin), at=at)
    enrolled = _finish(user, code, password=password)
    attempt.succeeded()
    return enrolled


@transaction.atomic
def _finish(user: User, code: str, *, password: str) -> tuple[Device, list[str]]:
    # Locked, so that two presses at once cannot both confirm and print two sets of backup codes.
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    known = check_password(password, user.password)
    if device is None or not known or not device.verify_token(code):
        raise WrongCodeOrPassword
    forget(user, but=device)
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    return device, _new_backup_codes(user)


def verify(user: User, code: str, *, origin: Origin, at: datetime | None = None) -> Device:
    """Check a code and return its device. Raises TooManyAttempts during a wait, else WrongCode.

    django-otp's own waits are off (settings): they double without end, and answer a right code that
    came too early like a wrong one.
    """
    attempt = throttling.begin(attempts.of_second_factor(user, origin), at=at)
    device = match_token(user, code)
    if device is None:
        raise WrongCode
    attempt.succeeded()
    return device


def forget(user: User, *, but: Device | None = None) -> None:
    """Remove the second factor of a lost or changed telephone; the next login enrols anew."""
    TOTPDevice.objects.filter(user=user).exclude(pk=but.pk if but else None).delete()
    StaticDevice.objects.filter(user=user).delete()
    if but is None:
        devices.forget(user)


def _new_backup_codes(user: User) -> list[str]:
    paper = StaticDevice.objects.create(user=user, name=PAPER, confirmed=True)
    codes = [StaticToken.random_token() for _ in range(policy.BACKUP_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=paper, token=code) for code in codes)
    return codes
