"""How a device in the library becomes a terminal, and how it ceases to be one (rule 8.2).

1. Staff name a terminal of a branch and get a code: good once, for half an hour.
2. The code is typed on the device itself, which gets a key of its own in a signed cookie.
3. Staff revoke it: the key opens nothing from the next request on.
"""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from akiruno_library import policy
from patrons.models import Terminal
from patrons.refusals import WrongEnrolmentCode


def issue_code(terminal: Terminal, *, at: datetime | None = None) -> str:
    """A new code for this terminal, to be told to whoever stands before the device.

    An enrolled device goes on until the code is used: then it is replaced.
    """
    at = at or timezone.now()
    code = "".join(secrets.choice("0123456789") for _ in range(policy.ENROLMENT_CODE_DIGITS))
    terminal.code_digest = _digest(code)
    terminal.code_expires_at = at + policy.ENROLMENT_CODE_GOOD_FOR
    terminal.save(update_fields=["code_digest", "code_expires_at"])
    return code


@transaction.atomic
def enrol(code: str, *, at: datetime | None = None) -> tuple[Terminal, str]:
    """Make the device that shows this code the terminal; returns it with the device's key."""
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
    """The device is a terminal no longer, nor does an unused code make it one."""
    Terminal.objects.enrolled().filter(pk=terminal.pk).update(
        revoked_at=at or timezone.now(), device_digest=""
    )
    Terminal.objects.filter(pk=terminal.pk).update(code_digest="", code_expires_at=None)


def terminal_with(key: str) -> Terminal | None:
    """The enrolled terminal whose device holds this key."""
    return (
        Terminal.objects.enrolled()
        .select_related("branch")
        .filter(device_digest=_digest(key))
        .first()
    )


def _digest(secret: str) -> str:
    return salted_hmac("patrons.terminal", secret, algorithm="sha256").hexdigest()
