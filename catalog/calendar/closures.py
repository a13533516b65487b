"""休館のお知らせ for the choice of a branch: closures longer than usual (rule 12.13)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from akiruno_library import policy
from catalog.calendar.opening_hours import OpeningCalendar
from catalog.models import Branch
from japanese.date_format import spoken_day

LONGER_THAN_USUAL = 2  # days; a single day is the weekly closed day, which patrons know


def closures_ahead(branches: Iterable[Branch], *, at: datetime | None = None) -> dict[int, str]:
    """Return branch → 12月5日(土)まで休館 or 12月29日(火)から1月3日(日)まで休館.

    The first closure that includes today or begins within the time of a hold. Branches without one
    are left out.
    """
    branches, today = list(branches), timezone.localdate(at)
    calendar = OpeningCalendar(branches, today, today + policy.CLOSURES_AHEAD * 4)
    found = {branch.pk: _first_closure(calendar, branch, today, at) for branch in branches}
    return {pk: words for pk, words in found.items() if words}


def _first_closure(
    calendar: OpeningCalendar, branch: Branch, today: date, at: datetime | None
) -> str:
    day = today
    while day <= today + policy.CLOSURES_AHEAD:
        last = day
        while last < calendar.last and not calendar.is_open(branch, last):
            last += timedelta(days=1)
        if (last - day).days >= LONGER_THAN_USUAL:
            until = f"{spoken_day(last - timedelta(days=1), at=at)}まで休館"
            return until if day == today else f"{spoken_day(day, at=at)}から{until}"
        day = last + timedelta(days=1)
    return ""
