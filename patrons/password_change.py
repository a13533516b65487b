"""Change of a password by a patron who knows the current one (safety 8)."""

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone

from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import refuse
from patrons import attempts, devices, links, mails, password_rules, sessions, throttling
from patrons.models import OneTimeLink, Patron
from patrons.origin import Origin
from patrons.patron_lock import lock
from patrons.refusals import WrongPassword


def ask_again(patron: Patron, password: str, *, origin: Origin, at: datetime) -> None:
    """Check the patron's password again. Counts like a login.

    Raises TooManyAttempts or WrongPassword.
    """
    attempt = throttling.begin(attempts.of_login(patron.card_number, origin), at=at)
    if not check_password(password, patron.user.password):
        raise WrongPassword
    attempt.succeeded()


def change(
    patron: Patron,
    *,
    old: str,
    new: str,
    origin: Origin,
    this_session: str | None,
    at: datetime | None = None,
) -> Patron:
    """Set the new password, end every other login, and tell the address on file."""
    at = at or timezone.now()
    refuse(password_rules.refusals_for(new, patron))
    ask_again(patron, old, origin=origin, at=at)
    return _write(
        patron, make_password(new), this_session=this_session, device=origin.device, at=at
    )


@locked_transaction
def _write(
    patron: Patron, encoded: str, *, this_session: str | None, device: str, at: datetime
) -> Patron:
    patron = lock(patron)
    patron.user.password = encoded
    patron.user.save(update_fields=["password"])
    # Somebody else may know the old password. Their logins and devices end with it.
    sessions.end_all(patron.user, but=this_session)
    devices.forget(patron.user, but=device)
    links.withdraw(patron, OneTimeLink.Purpose.RESET, at=at)
    mails.tell(mails.PASSWORD_CHANGED, patron, at=at)
    return patron
