"""返却ポスト: the day on which returns from the book drop count (rule 4.5)."""

from datetime import date, timedelta

from akiruno_library import policy
from catalog.calendar.opening_hours import OpeningCalendar
from catalog.models import Branch


def last_day_in_time(branch: Branch, today: date) -> date:
    """Return the last open day before today.

    A copy that was dropped since then could not be returned at the counter earlier, so it counts as
    of that day.
    """
    calendar = OpeningCalendar([branch], today - policy.BOOK_DROP_FURTHEST, today)
    days = (today - timedelta(days=n) for n in range(1, policy.BOOK_DROP_FURTHEST.days + 1))
    return next((day for day in days if calendar.is_open(branch, day)), today)
