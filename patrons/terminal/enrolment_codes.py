"""How a device in the library becomes a terminal, and stops being one (rule 8.2).

1. Staff name a terminal of a branch and get an enrolment code: valid once, for half an hour.
2. The code is typed on the device, which gets a key of its own in a signed cookie.
3. Staff revoke the terminal: the key works no more from the next request on.
"""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from akiruno_library import policy
from patrons import attempts, throttling
from patrons.models import Terminal
from patrons.origin import Origin
from patrons.refusals import WrongEnrolmentCode


def issue_code(terminal: Terminal, *, at: datetime | None = None) -> str:
    """Create a new enrolment code for this terminal.

    A device that is enrolled already works on until the code is used. Then the new device replaces
    it.
    """
    at = at or timezone.now()
    code = "".join(secrets.choice("0123456789") for _ in range(policy.ENROLMENT_CODE_DIGITS))
    terminal.code_digest = _digest(code)
    terminal.code_expires_at = at + policy.ENROLMENT_CODE_GOOD_FOR
    terminal.save(update_fields=["code_digest", "code_expires_at"])
    return code


def enrol_device(code: str, *, origin: Origin, at: datetime | None = None) -> tuple[Terminal, str]:
    """Enrol the device that shows this code. Raises TooManyAttempts before any look-up."""
    attempt = throttling.begin(attempts.of_enrolment(origin), at=at)
    enrolled = enrol(code, at=at)
    attempt.succeeded()
    return enrolled


@transaction.atomic
def enrol(code: str, *, at: datetime | None = None) -> tuple[Terminal, str]:
    """Make the device that shows this code the terminal; return it with the device's key."""
    at = at or timezone.now()
    digest, key = _digest(code), secrets.token_urlsafe(32)
    terminal = Terminal.objects.awaiting(digest, at).first() if code else None
    won = terminal and Terminal.objects.awaiting(digest, at).filter(pk=terminal.pk).update(
        code_digest="",
        code_expires_at=None,
        device_digest=_digest(key),
        enrolled_at=at,
        revoked_at=None,
    )
    if terminal is None or not won:
        raise WrongEnrolmentCode
    terminal.refresh_from_db()
    return terminal, key


def revoke(terminal: Terminal, *, at: datetime | None = None) -> None:
    """End the terminal, and invalidate an unused code."""
    Terminal.objects.enrolled().filter(pk=terminal.pk).update(
        revoked_at=at or timezone.now(), device_digest=""
    )
    Terminal.objects.filter(pk=terminal.pk).update(code_digest="", code_expires_at=None)


def terminal_with(key: str) -> Terminal | None:
    """Return the enrolled terminal whose device holds this key, or None."""
    return (
        Terminal.objects.enrolled()
        .select_related("branch")
        .filter(device_digest=_digest(key))
        .first()
    )


def _digest(secret: str) -> str:
    return salted_hmac("patrons.terminal", secret, algorithm="sha256").hexdigest()
