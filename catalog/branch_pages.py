"""What home and the pages of the branches say of opening hours (rule 11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from akiruno_library.japanese_dates import spoken_day
from catalog.models import Branch
from catalog.models.branches import Weekday
from catalog.opening import FURTHEST, Hours, OpeningCalendar

CLOSED_DAYS_SHOWN = timedelta(days=60)


@dataclass(frozen=True)
class BranchLine:
    name: str
    href: str
    address: str
    telephone: str
    words: str
    tone: str


@dataclass(frozen=True)
class WeekdayLine:
    weekday: str
    hours: str


@dataclass(frozen=True)
class ClosedDay:
    day: str
    why: str


def branch_lines(branches: Iterable[Branch], *, at: datetime | None = None) -> list[BranchLine]:
    """Each branch with what is true of it right now."""
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
        "special_days": list(_special_days(branch, calendar, now.date())),
    }


def _branch_line(branch: Branch, calendar: OpeningCalendar, now: datetime) -> BranchLine:
    words, tone = _now_in_words(branch, calendar, now)
    return BranchLine(
        name=branch.name,
        href=reverse("catalog:branch", args=[branch.code]),
        address=branch.address,
        telephone=branch.telephone,
        words=words,
        tone=tone,
    )


def _now_in_words(branch: Branch, calendar: OpeningCalendar, now: datetime) -> tuple[str, str]:
    """開館中 20:00まで, 本日休館 …, with the tone in which it is shown."""
    today = now.date()
    hours = calendar.hours_on(branch, today)
    if hours and hours.opens <= now.time() < hours.closes:
        return f"開館中 {hours.closes:%H:%M}まで", "good"
    if hours and now.time() < hours.opens:
        return f"本日は{hours.opens:%H:%M}から{hours.closes:%H:%M}まで", "plain"
    why = calendar.reason_closed(branch, today)
    state = "本日は閉館しました" if hours else f"本日休館({why})" if why else "本日休館"
    following = calendar.next_open_day(branch, today + timedelta(days=1))
    opens = calendar.hours_on(branch, following)
    if opens is None:
        return state, "plain"
    return f"{state}・次は{_near(following, now)}{opens.opens:%H:%M}から", "plain"


def _near(day: date, now: datetime) -> str:
    tomorrow = day == now.date() + timedelta(days=1)
    return "あす" if tomorrow else spoken_day(day, at=now)


def _week(branch: Branch) -> Iterable[WeekdayLine]:
    usual = {row.weekday: Hours(row.opens, row.closes) for row in branch.opening_hours.all()}
    for weekday in Weekday:
        hours = usual.get(weekday)
        yield WeekdayLine(
            weekday.label, f"{hours.opens:%H:%M}〜{hours.closes:%H:%M}" if hours else "休館"
        )


def _special_days(branch: Branch, calendar: OpeningCalendar, today: date) -> Iterable[ClosedDay]:
    """The days ahead on which the weekly table does not hold."""
    usual = {row.weekday for row in branch.opening_hours.all()}
    for ahead in range(CLOSED_DAYS_SHOWN.days):
        day = today + timedelta(days=ahead)
        hours, exception = calendar.hours_on(branch, day), calendar.reason_closed(branch, day)
        if hours is None and (exception or day.weekday() in usual):
            yield ClosedDay(spoken_day(day), exception)
