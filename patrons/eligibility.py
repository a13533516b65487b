"""Who may reserve: pupils from junior high school on, with a valid card (rules 2.5, 2.6)."""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils import timezone

from akiruno_library import policy
from akiruno_library.refusals import Refusal
from patrons.models import Patron
from patrons.refusals import BirthDateUnknown, CardExpired, NotYetJuniorHigh, Suspended


def first_day_at_junior_high(birth_date: date) -> date:
    """The 1 April from which the law of school years counts the person as 中学生."""
    month, day = policy.SCHOOL_YEAR_STARTS
    late_in_the_year = (birth_date.month, birth_date.day) > (month, day)
    year = birth_date.year + policy.JUNIOR_HIGH_AGE + (1 if late_in_the_year else 0)
    return date(year, month, day)


def age_refusals(patron: Patron, *, at: datetime | None = None) -> Iterator[Refusal]:
    """Why this patron may not see or make reservations on the web yet, if so."""
    if patron.category == Patron.Category.ORGANISATION:
        return
    if patron.birth_date is None:
        yield BirthDateUnknown()
        return
    first_day = first_day_at_junior_high(patron.birth_date)
    if timezone.localdate(at) < first_day:
        yield NotYetJuniorHigh(first_day=first_day)


def placing_refusals(patron: Patron, *, at: datetime | None = None) -> Iterator[Refusal]:
    """Every reason for which this patron may not place reservations now."""
    yield from age_refusals(patron, at=at)
    if patron.card_expired(at):
        yield CardExpired(expired_on=patron.card_expires_on)
    if patron.is_suspended:
        yield Suspended()


def may_use_reservations(patron: Patron, *, at: datetime | None = None) -> bool:
    return not any(age_refusals(patron, at=at))
