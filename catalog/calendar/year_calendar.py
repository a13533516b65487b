"""The opening days of a year as months, for the screen and for print (rule 11)."""

from calendar import Calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from catalog.calendar.opening_hours import OpeningCalendar
from catalog.models import Branch
from japanese.date_format import WEEKDAYS

SUNDAY = 6
FIRST_YEAR, LAST_YEAR = 2000, 2100
WEEK = WEEKDAYS[SUNDAY] + WEEKDAYS[:SUNDAY]  # 日月火水木金土, as on Japanese wall calendars


@dataclass(frozen=True)
class Day:
    number: int
    state: str  # open, closed, special (other hours), or past
    words: str  # 10:00〜18:00, 休館(特別整理日)
    url: str = ""
    is_today: bool = False


@dataclass(frozen=True)
class Month:
    name: str
    weeks: list[list[Day | None]]
    is_over: bool


@dataclass(frozen=True)
class BranchYear:
    branch: Branch
    months: list[Month]


def months_from(first: date, number: int) -> list[date]:
    """Return the first days of this number of months."""
    start = first.year * 12 + first.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(start, start + number)]


def branch_years(
    branches: Iterable[Branch],
    months: list[date],
    *,
    url_of: Callable[[Branch, date], str] = lambda branch, day: "",
    at: datetime | None = None,
) -> list[BranchYear]:
    """Return each branch with its months, in a constant number of queries."""
    branches, today = list(branches), timezone.localdate(at)
    calendar = OpeningCalendar(branches, months[0], months_from(months[-1], 2)[-1])
    return [
        BranchYear(branch, [_leaf(branch, month, calendar, url_of, today) for month in months])
        for branch in branches
    ]


def _leaf(
    branch: Branch,
    month: date,
    calendar: OpeningCalendar,
    url_of: Callable[[Branch, date], str],
    today: date,
) -> Month:
    weeks = Calendar(firstweekday=SUNDAY).monthdatescalendar(month.year, month.month)
    return Month(
        name=f"{month.year}年{month.month}月",
        weeks=[
            [
                _day(branch, day, calendar, url_of(branch, day), today)
                if day.month == month.month
                else None
                for day in week
            ]
            for week in weeks
        ],
        is_over=month < today.replace(day=1),
    )


def _day(branch: Branch, day: date, calendar: OpeningCalendar, url: str, today: date) -> Day:
    hours = calendar.hours_on(branch, day)
    if hours is None:
        why = calendar.why_closed(branch, day)
        state, words = "closed", f"休館({why})" if why else "休館"
    else:
        extra = calendar.extra_opening(branch, day)
        state = "special" if extra else "open"
        words = f"{hours.opens:%H:%M}〜{hours.closes:%H:%M}{f' {extra}' if extra else ''}"
    return Day(day.day, state, words, url, is_today=day == today)


@dataclass(frozen=True)
class Half:
    name: str
    branches: list[BranchYear]


def halves_of(year: int, *, at: datetime | None = None) -> list[Half]:
    """Return a school year (April to March) in two halves."""
    months = months_from(date(year, 4, 1), 12)
    whole = branch_years(Branch.objects.all(), months, at=at)
    return [
        Half(
            f"{leaves[0].name}〜{leaves[-1].name}",
            [BranchYear(line.branch, line.months[half : half + 6]) for line in whole],
        )
        for half in (0, 6)
        for leaves in [whole[0].months[half : half + 6]]
    ]


def year_of(text: str, *, at: datetime | None = None) -> int:
    """Return the year in the text; this year if it is invalid."""
    now = timezone.localdate(at).year
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else now
    return year if FIRST_YEAR <= year <= LAST_YEAR else now


def school_year_of(text: str, *, at: datetime | None = None) -> int:
    """Return the 年度 in the text, which begins in April; the present one if it is invalid."""
    today = timezone.localdate(at)
    now = today.year if today.month >= 4 else today.year - 1
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else now
    return year if FIRST_YEAR <= year < LAST_YEAR else now
