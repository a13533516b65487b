"""Actions of staff for a patron who shows their card: rules 2.2, 2.5, 2.6, 3.1, 12.2, 12.8."""

from datetime import date, datetime

from django.utils import timezone

from akiruno_library.locking import locked_transaction
from patrons import attempts, enrolment, mail_address, resetting, sessions
from patrons.children import guarding
from patrons.models import FormerName, Patron
from patrons.patron_lock import lock
from patrons.refusals import ExceptionHasEnded


@locked_transaction
def reset_password(patron: Patron, *, at: datetime | None = None) -> None:
    """Remove the password and every login. Nothing is closed, because staff saw the card."""
    resetting.take_password_away(lock(patron), at=at or timezone.now())


def unlock(patron: Patron, *, at: datetime | None = None) -> None:
    """Forget all failed attempts with this card and these facts, also those of strangers."""
    attempts.forgive(patron)


def lift(patron: Patron, *, at: datetime | None = None) -> None:
    """Open history, children's mail and the mail address before the closed hours are over."""
    Patron.objects.filter(pk=patron.pk).update(closed_until=None)


def let_the_guardian_be_replaced(patron: Patron, *, at: datetime | None = None) -> None:
    """Allow My Page to replace the guardian's address: the guardian has come (rule 2.2)."""
    guarding.end(patron)


@locked_transaction
def bar(
    patron: Patron,
    *,
    reason: str,
    reset: bool = False,
    end_logins: bool = False,
    at: datetime | None = None,
) -> None:
    """Refuse registration and reset on the web and at terminals. A password stays valid."""
    at, patron = at or timezone.now(), lock(patron)
    patron.web_barred_at, patron.web_barred_reason = at, reason
    patron.save(update_fields=["web_barred_at", "web_barred_reason"])
    if reset and patron.user.has_usable_password():
        resetting.take_password_away(patron, at=at)
    elif reset or end_logins:
        resetting.end_everything(patron, at=at)


def unbar(patron: Patron, *, at: datetime | None = None) -> None:
    """Allow registration and reset on the web again."""
    # One UPDATE of two columns needs no lock: nothing is read that could be out of date.
    Patron.objects.filter(pk=patron.pk).update(web_barred_at=None, web_barred_reason="")


def suspend(patron: Patron, *, reason: str, at: datetime | None = None) -> None:
    """Suspend the patron. Assignments that begin from now on see it; they read patrons unlocked."""
    Patron.objects.filter(pk=patron.pk).update(
        suspended_at=at or timezone.now(), suspension_reason=reason
    )


def reinstate(patron: Patron, *, at: datetime | None = None) -> None:
    """End the suspension. The assignment sweep of the next minute offers copies again."""
    Patron.objects.filter(pk=patron.pk).update(suspended_at=None, suspension_reason="")


def let_reserve(patron: Patron, *, until: date, reason: str, at: datetime | None = None) -> None:
    """Make an exception to 中学生以上 until its last day. Raises ExceptionHasEnded."""
    if until < timezone.localdate(at):
        raise ExceptionHasEnded
    Patron.objects.filter(pk=patron.pk).update(may_reserve_until=until, may_reserve_reason=reason)


def end_exception(patron: Patron, *, at: datetime | None = None) -> None:
    """End the exception at once."""
    Patron.objects.filter(pk=patron.pk).update(may_reserve_until=None, may_reserve_reason="")


@locked_transaction
def issue_card(patron: Patron, *, number: str, at: datetime | None = None) -> None:
    """Give the patron a new card number. The old number dies at once and every login ends."""
    patron = lock(patron)
    patron.card_number = enrolment.usable_number(number)
    enrolment.save_with_new_number(patron, update_fields=["card_number"])
    sessions.end_all(patron.user)


@locked_transaction
def rename(patron: Patron, *, name: str, name_reading: str, at: datetime | None = None) -> None:
    """Change the name. The former name is accepted for a while, so a wedding locks nobody out."""
    patron = lock(patron)
    if (patron.name, patron.name_reading) == (name, name_reading):
        return
    keep_former_name(patron, at=at)
    patron.name, patron.name_reading = name, name_reading
    patron.save(update_fields=["name", "name_reading"])


def keep_former_name(patron: Patron, *, at: datetime | None = None) -> None:
    """Store the present name, which is about to change."""
    FormerName.objects.create(
        patron=patron,
        name=patron.name,
        name_reading=patron.name_reading,
        changed_at=at or timezone.now(),
    )


def register_address(patron: Patron, *, address: str, at: datetime | None = None) -> None:
    """Register an address from paper: kept in any case, and marked if it takes no mail (3.1)."""
    mail_address.keep_as_given(patron, address, at=at)


def forget_former_names(*, at: datetime | None = None) -> int:
    """Delete former names that are accepted no longer; return how many."""
    accepted = FormerName.objects.accepted(at)
    return FormerName.objects.exclude(pk__in=accepted.values("pk")).delete()[0]
