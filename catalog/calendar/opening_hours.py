"""The opening hours of a branch (rule 11), from tables that staff can change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Protocol

from django.db import connection

from akiruno_library import policy
from catalog.models import Branch
from catalog.models.branches import Weekday

# How far the next open day is searched: longer than any renovation so far.
FURTHEST = timedelta(days=400)

# Four tables in one statement, because due days and deadlines need them on the busiest pages.
# The first SELECT casts its NULLs, because they give all four the types of the columns.
READ = """
SELECT 'week', branch_id, NULL::date, NULL::integer, weekday, opens, closes, ''
FROM catalog_openinghours WHERE branch_id = ANY (%(branches)s)
UNION ALL
SELECT 'month', branch_id, NULL, nth, weekday, NULL, NULL, ''
FROM catalog_nthweekdayclosing WHERE branch_id = ANY (%(branches)s)
UNION ALL
SELECT 'holiday', NULL, day, NULL, NULL, NULL, NULL, name
FROM catalog_publicholiday WHERE day BETWEEN %(first)s AND %(last)s
UNION ALL
SELECT 'exception', branch_id, day, NULL, NULL, opens, closes, reason
FROM catalog_calendarexception
WHERE branch_id = ANY (%(branches)s) AND day BETWEEN %(first)s AND %(last)s
"""


@dataclass(frozen=True)
class Hours:
    opens: time
    closes: time


@dataclass(frozen=True)
class Exceptional:
    """A day of a branch that differs from the weekly rule."""

    hours: Hours | None  # none: closed
    reason: str


class OpeningRules(Protocol):
    """The attributes of a branch that the calendar needs."""

    @property
    def pk(self) -> int: ...

    @property
    def opens_on_weekly_closed_holidays(self) -> bool: ...


class OpeningCalendar:
    """The days from `first` to `last` of some branches, read in one query."""

    def __init__(self, branches: Iterable[OpeningRules], first: date, last: date) -> None:
        branches = list(branches)
        self.first, self.last = first, last
        self._week: dict[int, dict[int, Hours]] = {branch.pk: {} for branch in branches}
        self._nth: dict[int, set[tuple[int, int]]] = {branch.pk: set() for branch in branches}
        self._holiday_overrides = {
            branch.pk: branch.opens_on_weekly_closed_holidays for branch in branches
        }
        self._holidays: dict[date, str] = {}
        self._exceptions: dict[tuple[int, date], Exceptional] = {}
        with connection.cursor() as cursor:
            cursor.execute(READ, {"branches": list(self._week), "first": first, "last": last})
            for row in cursor.fetchall():
                self._take(*row)

    def _take(
        self,
        table: str,
        branch: int,
        day: date,
        nth: int,
        weekday: int,
        opens: time | None,
        closes: time | None,
        words: str,
    ) -> None:
        hours = Hours(opens, closes) if opens is not None and closes is not None else None
        if table == "week" and hours is not None:
            self._week[branch][weekday] = hours
        elif table == "month":
            self._nth[branch].add((nth, weekday))
        elif table == "holiday":
            self._holidays[day] = words
        elif table == "exception":
            self._exceptions[branch, day] = Exceptional(hours, words)

    def hours_on(self, branch: OpeningRules, day: date) -> Hours | None:
        """Return the hours of that day; None if the branch is closed."""
        exception = self._exceptions.get((branch.pk, day))
        if exception is not None:
            return exception.hours
        if _is_year_end(day) or self._is_nth_weekday_closed(branch, day):
            return None
        week = self._week[branch.pk]
        usual = week.get(day.weekday())
        if day in self._holidays and (usual or self._holiday_overrides[branch.pk]):
            return week.get(Weekday.HOLIDAY)
        return usual

    def is_open(self, branch: OpeningRules, day: date) -> bool:
        return self.hours_on(branch, day) is not None

    def why_closed(self, branch: OpeningRules, day: date) -> str:
        """Return the reason of an unusual closure; empty for weekly closed days and open days."""
        if self.is_open(branch, day):
            return ""
        if exception := self._exceptions.get((branch.pk, day)):
            return exception.reason
        if _is_year_end(day):
            return "年末年始"
        if day.weekday() not in self._week[branch.pk]:
            return ""
        return "毎月の休館日" if self._is_nth_weekday_closed(branch, day) else self._holidays[day]

    def extra_opening(self, branch: OpeningRules, day: date) -> str:
        """Return the reason of special hours; empty for all other days."""
        exception = self._exceptions.get((branch.pk, day))
        return exception.reason if exception is not None and exception.hours else ""

    def next_open_day(self, branch: OpeningRules, day: date) -> date:
        """Return the first open day from `day` on; `day` itself if none is open."""
        ahead = (day + timedelta(days=n) for n in range((self.last - day).days + 1))
        return next((each for each in ahead if self.is_open(branch, each)), day)

    def _is_nth_weekday_closed(self, branch: OpeningRules, day: date) -> bool:
        return ((day.day - 1) // 7 + 1, day.weekday()) in self._nth[branch.pk]


def last_open_day(branch: Branch, first: date, last: date) -> date:
    """Return the last open day of the span; `last` if there is none."""
    calendar = OpeningCalendar([branch], first, last)
    days = (last - timedelta(days=n) for n in range((last - first).days + 1))
    return next((day for day in days if calendar.is_open(branch, day)), last)


def next_open_day(branch: Branch, day: date) -> date:
    """That day, or the first open day of the branch after it."""
    return OpeningCalendar([branch], day, day + FURTHEST).next_open_day(branch, day)


def hours_on(branch: Branch, day: date) -> Hours | None:
    return OpeningCalendar([branch], day, day).hours_on(branch, day)


def is_open(branch: Branch, day: date) -> bool:
    return hours_on(branch, day) is not None


def _is_year_end(day: date) -> bool:
    month_and_day = (day.month, day.day)
    # The closure spans the new year, so its open days are those between the two dates.
    return not policy.NEW_YEAR_LAST_CLOSED < month_and_day < policy.YEAR_END_FIRST_CLOSED
