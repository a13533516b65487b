"""Opening hours for the home page and the pages of branches (rule 11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby, islice
from urllib.parse import quote

from django.urls import reverse
from django.utils import timezone

from akiruno_library import policy
from catalog.calendar.opening_hours import FURTHEST, Hours, OpeningCalendar
from catalog.models import Branch
from catalog.models.branches import Weekday
from japanese.date_format import spoken_day

YEAR_END = "{}月{}日から{}月{}日まで休館".format(
    *policy.YEAR_END_FIRST_CLOSED, *policy.NEW_YEAR_LAST_CLOSED
)
CLOSED_DAYS_NAMED = 5
MAP = "https://www.google.com/maps/search/?api=1&query="


@dataclass(frozen=True)
class BranchLine:
    name: str
    url: str
    address: str
    telephone: str
    words: str  # 開館中 20:00まで
    tone: str
    opens_next: str  # 次は11月25日(水) 10:00から; empty while the branch is open


@dataclass(frozen=True)
class WeekdayLine:
    weekday: str
    hours: str


@dataclass(frozen=True)
class SpecialDay:
    day: str
    words: str


def branch_lines(branches: Iterable[Branch], *, at: datetime | None = None) -> list[BranchLine]:
    """Return each branch with its state now."""
    branches, now = list(branches), timezone.localtime(at)
    calendar = OpeningCalendar(branches, now.date(), now.date() + FURTHEST)
    return [_branch_line(branch, calendar, now) for branch in branches]


def branch_page(branch: Branch, *, at: datetime | None = None) -> dict[str, object]:
    now = timezone.localtime(at)
    calendar = OpeningCalendar([branch], now.date(), now.date() + FURTHEST)
    return {
        "branch": branch,
        "today": _branch_line(branch, calendar, now),
        "week": list(_week(branch)),
        "monthly_closings": [str(closing) for closing in branch.nth_weekday_closings.all()],
        "year_end": YEAR_END,
        "next_closed": _next_closed(branch, calendar, now),
        "map": f"{MAP}{quote(branch.address)}" if branch.address else "",
        "special_days": list(_special_days(branch, calendar, now)),
    }


def _branch_line(branch: Branch, calendar: OpeningCalendar, now: datetime) -> BranchLine:
    hours = calendar.hours_on(branch, now.date())
    is_open = hours is not None and hours.opens <= now.time() < hours.closes
    is_over = hours is None or now.time() >= hours.closes
    return BranchLine(
        name=branch.name,
        url=reverse("catalog:branch", args=[branch.code]),
        address=branch.address,
        telephone=branch.telephone,
        words=_now_in_words(hours, now.time(), calendar.why_closed(branch, now.date())),
        tone="good" if is_open else "plain",
        opens_next=_opens_next(branch, calendar, now) if is_over else "",
    )


def _now_in_words(hours: Hours | None, now: time, why_closed: str) -> str:
    if hours is None:
        return f"本日休館({why_closed})" if why_closed else "本日休館"
    if now < hours.opens:
        return f"開館前 {hours.opens:%H:%M}〜{hours.closes:%H:%M}"
    return f"開館中 {hours.closes:%H:%M}まで" if now < hours.closes else "本日は閉館しました"


def _opens_next(branch: Branch, calendar: OpeningCalendar, now: datetime) -> str:
    day = calendar.next_open_day(branch, now.date() + timedelta(days=1))
    hours = calendar.hours_on(branch, day)
    return f"次は{spoken_day(day, at=now)} {hours.opens:%H:%M}から" if hours else ""


def _next_closed(branch: Branch, calendar: OpeningCalendar, now: datetime) -> str:
    """Return the next closed days after today: 11月27日(金)、12月4日(金)."""
    ahead = (now.date() + timedelta(days=n) for n in range(1, policy.SPECIAL_DAYS_AHEAD.days))
    closed = (day for day in ahead if not calendar.is_open(branch, day))
    return "、".join(spoken_day(day, at=now) for day in islice(closed, CLOSED_DAYS_NAMED))


def _week(branch: Branch) -> Iterable[WeekdayLine]:
    """Yield 月曜日〜木曜日 10:00〜20:00; neighbouring days with equal hours share a line."""
    usual = {row.weekday: Hours(row.opens, row.closes) for row in branch.opening_hours.all()}
    for hours, days in groupby(Weekday, key=usual.get):
        yield WeekdayLine(
            _days_in_words(list(days)),
            f"{hours.opens:%H:%M}〜{hours.closes:%H:%M}" if hours else "休館",
        )


def _days_in_words(days: list[Weekday]) -> str:
    if len(days) > 2 and Weekday.HOLIDAY not in days:  # no day of the week to run up to
        return f"{days[0].label}〜{days[-1].label}"
    return "・".join(day.label for day in days)


def _special_days(branch: Branch, calendar: OpeningCalendar, now: datetime) -> Iterable[SpecialDay]:
    """Yield the coming days that differ from the weekly table."""
    for ahead in range(policy.SPECIAL_DAYS_AHEAD.days):
        day = now.date() + timedelta(days=ahead)
        hours, extra = calendar.hours_on(branch, day), calendar.extra_opening(branch, day)
        if hours and extra:
            words = f"{hours.opens:%H:%M}〜{hours.closes:%H:%M} {extra}"
            yield SpecialDay(spoken_day(day, at=now), words)
        elif why := calendar.why_closed(branch, day):
            yield SpecialDay(spoken_day(day, at=now), f"休館({why})")
