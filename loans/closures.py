"""Due dates and closures: a closure entered later moves due dates on, never back (rule 4.1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from akiruno_library.locking import locked_transaction
from catalog.calendar import opening_hours
from catalog.copies import whereabouts
from catalog.models import Branch
from loans.loan_notices import delete_notices
from loans.models import Loan

BATCH = 200  # loans whose bibs are locked together: more would keep the counters waiting


@dataclass(frozen=True)
class MovedDueDay:
    loan_id: int
    bib_id: int
    before: date
    after: date


def due_days_to_move(branch: Branch, *, at: datetime | None = None) -> list[MovedDueDay]:
    """Return loans of the branch due today or later on a day on which it is closed now.

    Interlibrary loans are left out: the lender's day stands even when we are closed (12.10).
    """
    today = timezone.localdate(at)
    due = Loan.objects.open().filter(branch=branch, due_on__gte=today, copy__lender="")
    days = sorted(due.values_list("due_on", flat=True).distinct())
    if not days:
        return []
    calendar = opening_hours.OpeningCalendar([branch], today, days[-1] + opening_hours.FURTHEST)
    moves = {day: calendar.next_open_day(branch, day) for day in days}
    moves = {day: later for day, later in moves.items() if later > day}
    rows = due.filter(due_on__in=moves).order_by("copy__bib_id", "pk")
    return [
        MovedDueDay(pk, bib_id, day, moves[day])
        for pk, bib_id, day in rows.values_list("pk", "copy__bib_id", "due_on")
    ]


def move_due_days_off_closed_days(branch: Branch, *, at: datetime | None = None) -> int:
    """Move the due dates, some hundred per transaction; return how many moved."""
    moves = due_days_to_move(branch, at=at)
    return sum(_move(batch) for batch in _batches(moves))


def _batches(moves: Sequence[MovedDueDay]) -> Iterator[Sequence[MovedDueDay]]:
    for first in range(0, len(moves), BATCH):
        yield moves[first : first + BATCH]


@locked_transaction
def _move(moves: Sequence[MovedDueDay]) -> int:
    whereabouts.lock_statuses(move.bib_id for move in moves)
    moved = 0
    for before, after in {(move.before, move.after) for move in moves}:
        ids = [move.loan_id for move in moves if move.before == before]
        due = Loan.objects.open().filter(pk__in=ids, due_on=before)
        # Before the date moves: the key of the notice contains it.
        delete_notices(list(due))
        moved += due.update(due_on=after)
    return moved
