"""What staff do for a patron who shows their card: rules 2.2, 2.5, 2.6, 3.1, 12.2, 12.8."""

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
    """The password goes with every login; the patron registers one anew. Nothing is closed."""
    resetting.take_password_away(lock(patron), at=at or timezone.now())


def unlock(patron: Patron, *, at: datetime | None = None) -> None:
    """Forget every try with this card and these facts, their own and strangers'."""
    attempts.forgive(patron)


def lift(patron: Patron, *, at: datetime | None = None) -> None:
    """Reading history, children's mail and the mail address open before the 72 hours are over."""
    Patron.objects.filter(pk=patron.pk).update(closed_until=None)


def let_the_guardian_be_replaced(patron: Patron, *, at: datetime | None = None) -> None:
    """The guardian has come: their address can be replaced on My Page again (rule 2.2)."""
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
    """No registering and no reset on the web or at a terminal; a password there is goes on.

    Of somebody who is threatened, the password may be known and a login may be open elsewhere:
    both can go in the same step (rule 2.2). A reset ends every login, too.
    """
    at, patron = at or timezone.now(), lock(patron)
    patron.web_barred_at, patron.web_barred_reason = at, reason
    patron.save(update_fields=["web_barred_at", "web_barred_reason"])
    if reset and patron.user.has_usable_password():
        resetting.take_password_away(patron, at=at)
    elif reset or end_logins:
        resetting.end_everything(patron, at=at)


def unbar(patron: Patron, *, at: datetime | None = None) -> None:
    Patron.objects.filter(pk=patron.pk).update(web_barred_at=None, web_barred_reason="")


def suspend(patron: Patron, *, reason: str, at: datetime | None = None) -> None:
    """For assignments that begin from now on, too: they read it unlocked."""
    Patron.objects.filter(pk=patron.pk).update(
        suspended_at=at or timezone.now(), suspension_reason=reason
    )


def reinstate(patron: Patron, *, at: datetime | None = None) -> None:
    """Copies that passed by meanwhile are offered by the job of the next minute."""
    Patron.objects.filter(pk=patron.pk).update(suspended_at=None, suspension_reason="")


def let_reserve(patron: Patron, *, until: date, reason: str, at: datetime | None = None) -> None:
    """An exception to 中学生以上, through its last day."""
    if until < timezone.localdate(at):
        raise ExceptionHasEnded
    Patron.objects.filter(pk=patron.pk).update(may_reserve_until=until, may_reserve_reason=reason)


def end_exception(patron: Patron, *, at: datetime | None = None) -> None:
    Patron.objects.filter(pk=patron.pk).update(may_reserve_until=None, may_reserve_reason="")


@locked_transaction
def issue_card(patron: Patron, *, number: str, at: datetime | None = None) -> None:
    """The number is not the person: the old one dies at once, everything moves, logins end."""
    patron = lock(patron)
    patron.card_number = enrolment.usable_number(number)
    enrolment.save_with_new_number(patron, update_fields=["card_number"])
    sessions.end_all(patron.user)


@locked_transaction
def rename(patron: Patron, *, name: str, name_reading: str, at: datetime | None = None) -> None:
    """The former name is accepted for 90 days, so that nobody is shut out by a wedding."""
    patron = lock(patron)
    if (patron.name, patron.name_reading) == (name, name_reading):
        return
    FormerName.objects.create(
        patron=patron,
        name=patron.name,
        name_reading=patron.name_reading,
        changed_at=at or timezone.now(),
    )
    patron.name, patron.name_reading = name, name_reading
    patron.save(update_fields=["name", "name_reading"])


def register_address(patron: Patron, *, address: str, at: datetime | None = None) -> None:
    """As it was written on paper: kept in any case, marked when no mail can go there (3.1)."""
    mail_address.keep_as_given(patron, address, at=at)


def forget_former_names(*, at: datetime | None = None) -> int:
    accepted = FormerName.objects.accepted(at)
    return FormerName.objects.exclude(pk__in=accepted.values("pk")).delete()[0]
