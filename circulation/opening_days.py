"""開館日を変える: staff close a branch or change its hours (rules 4.1, 5.9, 11).

Staff first see which deadlines and due days move. These only move later, never earlier.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from akiruno_library.refusals import Refusal, refuse
from catalog.models import Branch, CalendarException
from japanese.date_format import spoken_day
from loans import closures
from loans.closures import MovedDueDay
from patrons.models import User
from reservations import hold_shelf
from reservations.hold_shelf import MovedDeadline
from reservations.transitions import by_staff

LONGEST_CLOSURE = timedelta(days=92)


class DayHasPassed(Refusal):
    sentence = "過ぎた日は変えられません。本日からあとの日を選んでください。"


class PeriodBackwards(Refusal):
    sentence = "おわりの日は、はじめの日と同じか、あとの日にしてください。"


class ClosureTooLong(Refusal):
    sentence = f"一度に変えられるのは{LONGEST_CLOSURE.days}日までです。分けて入れてください。"


class HoursBackwards(Refusal):
    sentence = "閉館は、開館よりあとの時刻にしてください。"


@dataclass(frozen=True)
class DaysToChange:
    """Without hours: closed. Without a reason: back to the usual rule."""

    branch: Branch
    first: date
    last: date
    opens: time | None
    closes: time | None
    reason: str

    def days(self) -> Iterator[date]:
        for ahead in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=ahead)

    def __str__(self) -> str:
        days = spoken_day(self.first)
        if self.last != self.first:
            days += f"から{spoken_day(self.last)}まで"
        if not self.reason:
            return f"{days} ふだんどおり"
        if self.opens is None or self.closes is None:
            return f"{days} 休館({self.reason})"
        return f"{days} {self.opens:%H:%M}〜{self.closes:%H:%M}({self.reason})"


@dataclass(frozen=True)
class Effects:
    deadlines: list[MovedDeadline]
    due_days: list[MovedDueDay]


def effects_of(change: DaysToChange, *, at: datetime | None = None) -> Effects:
    """Return what the change would move. Raises Refusals.

    The change is written, measured and rolled back, so preview and change use the same code.
    """
    refuse(_refusals(change, at))
    known = _moving(change.branch, at)
    due_before = set(known.due_days)
    with transaction.atomic():
        _write(change)
        after = _moving(change.branch, at)
        transaction.set_rollback(True)
    return Effects(
        [move for move in after.deadlines if move not in known.deadlines],
        [move for move in after.due_days if move not in due_before],
    )


def _moving(branch: Branch, at: datetime | None) -> Effects:
    return Effects(
        hold_shelf.deadlines_to_move(branch, at=at), closures.due_days_to_move(branch, at=at)
    )


def change_days(change: DaysToChange, *, staff: User, at: datetime | None = None) -> None:
    """Write the change, then move deadlines and due days off closed days. Raises Refusals.

    The nightly job repeats the moves if this process is interrupted.
    """
    # Not in one transaction with the write: each move locks one bib, and all together would block
    # the counter.
    refuse(_refusals(change, at))
    with transaction.atomic():
        _write(change)
    hold_shelf.move_deadlines_off_closed_days(change.branch, at=at, by=by_staff(staff))
    closures.move_due_days_off_closed_days(change.branch, at=at)


def move_everything_off_closed_days(*, at: datetime | None = None) -> None:
    """Repeat the moves for changes of weekly hours or holidays, which have no preview."""
    for branch in Branch.objects.all():
        hold_shelf.move_deadlines_off_closed_days(branch, at=at)
        closures.move_due_days_off_closed_days(branch, at=at)


def _refusals(change: DaysToChange, at: datetime | None) -> Iterator[Refusal]:
    if change.first < timezone.localdate(at):
        yield DayHasPassed()
    if change.last < change.first:
        yield PeriodBackwards()
    elif change.last - change.first >= LONGEST_CLOSURE:
        yield ClosureTooLong()
    if change.opens is not None and change.closes is not None and change.closes <= change.opens:
        yield HoursBackwards()


def _write(change: DaysToChange) -> None:
    CalendarException.objects.filter(
        branch=change.branch, day__range=(change.first, change.last)
    ).delete()
    if change.reason:
        CalendarException.objects.bulk_create(
            CalendarException(
                branch=change.branch,
                day=day,
                opens=change.opens,
                closes=change.closes,
                reason=change.reason,
            )
            for day in change.days()
        )
