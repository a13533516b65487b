"""Who may reserve: pupils from junior high school on, with a valid card (rules 2.5, 2.6)."""

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
    """The 1 April from which the law of school years counts the person as 中学生."""
    month, day = policy.SCHOOL_YEAR_STARTS
    late_in_the_year = (birth_date.month, birth_date.day) > (month, day)
    year = birth_date.year + policy.JUNIOR_HIGH_AGE + (1 if late_in_the_year else 0)
    return date(year, month, day)


def web_reservation_refusals(patron: Patron, *, at: datetime | None = None) -> Iterator[Refusal]:
    """Why this patron may not see or make reservations on the web, if so (rules 2.5, 2.7)."""
    if patron.category == Patron.Category.ORGANISATION:
        yield OrganisationAtTheCounter()
        return
    if patron.may_reserve_until and timezone.localdate(at) <= patron.may_reserve_until:
        return  # an exception made by staff, with its reason and end
    if patron.birth_date is None:
        yield BirthDateUnknown()
        return
    first_day = first_day_at_junior_high(patron.birth_date)
    if timezone.localdate(at) < first_day:
        yield NotYetJuniorHigh(first_day=first_day)


def card_refusals(patron: Patron, *, at: datetime | None = None) -> Iterator[Refusal]:
    """Why nothing may be placed for this patron or lent to them, at the counter neither (2.6)."""
    if patron.card_expired(at):
        yield CardExpired(expired_on=patron.card_expires_on)
    if patron.is_suspended:
        yield Suspended()


def closed_refusals(patron: Patron, *, at: datetime | None = None) -> Iterator[Refusal]:
    """Why reading history and children's mail can be neither seen nor changed now (2.1, 2.2).

    Services that run go on: this closes the pages and the verbs that change, nothing else.
    """
    if patron.closed_until is not None and patron.is_closed(at):
        yield ClosedForNow(until=patron.closed_until)


def may_use_reservations(patron: Patron, *, at: datetime | None = None) -> bool:
    return not any(web_reservation_refusals(patron, at=at))
