"""Who may reserve on the web: pupils from junior high school on, with a valid card (2.5, 2.6)."""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils import timezone

from akiruno_library import policy
from akiruno_library.refusals import Refusal
from patrons.models import Patron
from patrons.refusals import (
    BirthDateUnknown,
    CardExpired,
    ClosedForNow,
    NotYetJuniorHigh,
    OrganisationAtTheCounter,
    Suspended,
)


def first_day_at_junior_high(birth_date: date) -> date:
    """Return the 1 April from which the person is 中学生.

    By the School Education Act the school year starts on 1 April. By the law of age a person
    reaches an age on the day before the birthday, so a child born on 1 April belongs to the year
    before.
    """
    month, day = policy.SCHOOL_YEAR_STARTS
    late_in_the_year = (birth_date.month, birth_date.day) > (month, day)
    year = birth_date.year + policy.JUNIOR_HIGH_AGE + (1 if late_in_the_year else 0)
    return date(year, month, day)


def web_reservation_refusals(patron: Patron, *, at: datetime | None = None) -> Iterator[Refusal]:
    """Yield why this patron may not see or make reservations on the web (rules 2.5, 2.7)."""
    if patron.category == Patron.Category.ORGANISATION:
        yield OrganisationAtTheCounter()
        return
    if patron.may_reserve_until and timezone.localdate(at) <= patron.may_reserve_until:
        return  # staff made an exception, with a reason and a last day
    if patron.birth_date is None:
        yield BirthDateUnknown()
        return
    first_day = first_day_at_junior_high(patron.birth_date)
    if timezone.localdate(at) < first_day:
        yield NotYetJuniorHigh(first_day=first_day)


def card_refusals(patron: Patron, *, at: datetime | None = None) -> Iterator[Refusal]:
    """Yield why nothing can be placed for or lent to this patron, at a counter either (2.6)."""
    if patron.card_expired(at):
        yield CardExpired(expired_on=patron.card_expires_on)
    if patron.is_suspended:
        yield Suspended()


def closed_refusals(patron: Patron, *, at: datetime | None = None) -> Iterator[Refusal]:
    """Yield why reading history and children's mail can be neither seen nor changed now (2.1, 2.2).

    Only the pages and the verbs that change something are closed. Services that run continue.
    """
    if patron.closed_until is not None and patron.is_closed(at):
        yield ClosedForNow(until=patron.closed_until)


def may_use_reservations(patron: Patron, *, at: datetime | None = None) -> bool:
    """Return whether nothing bars the patron from reservations on the web."""
    return not any(web_reservation_refusals(patron, at=at))
