"""When a branch is open (rule 11). The tables are the truth; staff can change every one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from akiruno_library import policy
from catalog.models import (
    Branch,
    CalendarException,
    NthWeekdayClosing,
    OpeningHours,
    PublicHoliday,
)
from catalog.models.branches import Weekday

FURTHEST = timedelta(
    days=400
)  # how far the next open day is looked for: longer than any rebuilding


@dataclass(frozen=True)
class Hours:
    opens: time
    closes: time


class OpeningCalendar:
    """The days from `first` to `last` of some branches, read in a constant number of queries."""

    def __init__(self, branches: Iterable[Branch], first: date, last: date) -> None:
        branches = list(branches)
        self.first, self.last = first, last
        self._week: dict[int, dict[int, Hours]] = {branch.pk: {} for branch in branches}
        self._nth: dict[int, set[tuple[int, int]]] = {branch.pk: set() for branch in branches}
        self._holiday_overrides = {
            branch.pk: branch.opens_on_weekly_closed_holidays for branch in branches
        }
        for row in OpeningHours.objects.filter(branch__in=branches):
            self._week[row.branch_id][row.weekday] = Hours(row.opens, row.closes)
        for closing in NthWeekdayClosing.objects.filter(branch__in=branches):
            self._nth[closing.branch_id].add((closing.nth, closing.weekday))
        self._holidays = dict(
            PublicHoliday.objects.filter(day__range=(first, last)).values_list("day", "name")
        )
        self._exceptions = {
            (exception.branch_id, exception.day): exception
            for exception in CalendarException.objects.filter(
                branch__in=branches, day__range=(first, last)
            )
        }

    def hours_on(self, branch: Branch, day: date) -> Hours | None:
        """The hours of that day; None when the branch is closed."""
        exception = self._exceptions.get((branch.pk, day))
        if exception is not None:
            if exception.opens is None or exception.closes is None:
                return None
            return Hours(exception.opens, exception.closes)
        if _is_year_end(day) or self._is_nth_weekday_closed(branch, day):
            return None
        week = self._week[branch.pk]
        usual = week.get(day.weekday())
        if day in self._holidays and (usual or self._holiday_overrides[branch.pk]):
            return week.get(Weekday.HOLIDAY)
        return usual

    def is_open(self, branch: Branch, day: date) -> bool:
        return self.hours_on(branch, day) is not None

    def why_closed(self, branch: Branch, day: date) -> str:
        """Why it is closed although it is no weekly closed day; empty for those and open days."""
        if self.is_open(branch, day):
            return ""
        if exception := self._exceptions.get((branch.pk, day)):
            return exception.reason
        if _is_year_end(day):
            return "年末年始"
        if day.weekday() not in self._week[branch.pk]:
            return ""
        return "毎月の休館日" if self._is_nth_weekday_closed(branch, day) else self._holidays[day]

    def extra_opening(self, branch: Branch, day: date) -> str:
        """What a day with hours of its own is for; empty for all others."""
        exception = self._exceptions.get((branch.pk, day))
        return exception.reason if exception is not None and exception.is_open else ""

    def next_open_day(self, branch: Branch, day: date) -> date:
        """That day, or the first open one after it; that day itself when there is none at all."""
        ahead = (day + timedelta(days=n) for n in range((self.last - day).days + 1))
        return next((each for each in ahead if self.is_open(branch, each)), day)

    def _is_nth_weekday_closed(self, branch: Branch, day: date) -> bool:
        return ((day.day - 1) // 7 + 1, day.weekday()) in self._nth[branch.pk]


def next_open_day(branch: Branch, day: date) -> date:
    """That day, or the first open day of the branch after it."""
    return OpeningCalendar([branch], day, day + FURTHEST).next_open_day(branch, day)


def hours_on(branch: Branch, day: date) -> Hours | None:
    return OpeningCalendar([branch], day, day).hours_on(branch, day)


def is_open(branch: Branch, day: date) -> bool:
    return hours_on(branch, day) is not None


def _is_year_end(day: date) -> bool:
    month_and_day = (day.month, day.day)
    return not policy.NEW_YEAR_LAST_CLOSED < month_and_day < policy.YEAR_END_FIRST_CLOSED
