"""How long a waiting patron will probably wait: a range in words, from what is known now.

The range lies between two simple assumptions:

- soonest: every reader brings a copy back after half of the time that is left, or of the loan
  period, and the next reader has it one day later;
- latest: every reader keeps it to the due date, and before each reader it travels between branches
  and stands on the hold shelf to its last day.

Renewals lengthen nothing: a bib with waiting patrons is not renewed (rule 4.3), and a renewed due
date is simply the due date. An overdue copy comes back between today and its 30th day overdue;
after that it leaves the estimate (rule 12.4). Copies in repair or in processing do not count.
Everyone ahead in the queue counts, even a patron who may be passed over (suspension, predecessor):
the estimate is too long rather than too short.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from heapq import heapify, heapreplace
from typing import Any

from django.db import connection
from django.utils import timezone

from akiruno_library import policy
from catalog.models import Copy
from reservations.models import State
from reservations.summaries import ReservationSummary

WEEK, MONTH = 7, 30
IN_WEEKS_UP_TO = 12 * WEEK
_MANY_MONTHS = 12
_FAR_AWAY = 2 * _MANY_MONTHS * MONTH  # "over a year" needs no more exact number
_ON_ITS_WAY = {
    Copy.Whereabouts.CLAIMED,
    Copy.Whereabouts.HOLD_SHELF,
    Copy.Whereabouts.IN_TRANSIT,
    Copy.Whereabouts.ON_LOAN,  # its loan ended between the two reads
}
CIRCULATING = """
SELECT copy.bib_id, status.waiting, material.loan_days, copy.whereabouts, loan.due_on
FROM catalog_copy copy
JOIN catalog_bib bib ON bib.id = copy.bib_id
JOIN catalog_bibstatus status ON status.bib_id = copy.bib_id
JOIN catalog_materialtype material ON material.id = bib.material_type_id
LEFT JOIN loans_loan loan ON loan.copy_id = copy.id AND loan.returned_at IS NULL
WHERE copy.bib_id = ANY (%s) AND copy.lending = %s AND copy.whereabouts <> ALL (%s)
  AND (copy.lender_due_on IS NULL OR copy.lender_due_on >= %s)
"""


@dataclass(frozen=True)
class CopyInUse:
    whereabouts: str
    due_on: date | None = None


@dataclass(frozen=True)
class Wait:
    """A range in days from today; None when no copy can be expected."""

    soonest: int | None
    latest: int | None
    late_copies: int = 0

    def in_words(self) -> str:
        """Return お待ちいただく目安 3〜5週間 or 返却が遅れています; empty when nothing is known."""
        late = f"{self.late_copies}点は" if self.soonest is not None else ""
        late = f"{late}返却が遅れています" if self.late_copies else ""
        if self.soonest is None or self.latest is None:
            return late
        expected = f"お待ちいただく目安 {span_in_words(self.soonest, self.latest)}"
        return f"{expected}({late})" if late else expected


@dataclass
class Circulation:
    """The circulating copies of a bib, and how many patrons wait for them."""

    waiting: int
    loan_days: int
    copies: list[CopyInUse] = field(default_factory=list)


def estimate(copies: Iterable[CopyInUse], *, ahead: int, loan_days: int, today: date) -> Wait:
    """Estimate the wait with that many ahead in the queue. A pure function: no query."""
    reading = loan_days // 2 + 1
    longest_turn = policy.TRANSPORT_DAYS + policy.HOLD_SHELF_DAYS + loan_days
    soonest, latest, late = [], [], 0
    for copy in copies:
        if copy.due_on:
            left = (copy.due_on - today).days
            if left < -policy.LONG_OVERDUE_DAYS:
                late += 1
                continue
            soonest.append(max(left, 0) // 2)
            latest.append(left if left >= 0 else policy.LONG_OVERDUE_DAYS + left)
        elif copy.whereabouts in _ON_ITS_WAY:
            soonest.append(reading)
            latest.append(longest_turn)
        elif copy.whereabouts == Copy.Whereabouts.SHELF:
            soonest.append(0)
            latest.append(0)
    if not soonest:
        return Wait(None, None, late)
    return Wait(
        _turn(soonest, ahead, reading),
        _turn(latest, ahead, longest_turn) + policy.TRANSPORT_DAYS,
        late,
    )


def _turn(free_on: list[int], ahead: int, one_reader: int) -> int:
    """Return the day of the first free copy after each patron ahead has had one."""
    heapify(free_on)
    for _ in range(ahead):
        # A queue of thousands would loop for nothing: from here on the words stay the same.
        if free_on[0] > _FAR_AWAY:
            break
        heapreplace(free_on, free_on[0] + one_reader)
    return free_on[0]


def span_in_words(soonest: int, latest: int) -> str:
    """Return 3〜5週間, 2週間以内, 2〜4か月 or 1年以上."""
    unit, name = (WEEK, "週間") if latest <= IN_WEEKS_UP_TO else (MONTH, "か月")
    first, last = soonest // unit, max(-(-latest // unit), 1)
    if name == "か月" and first >= _MANY_MONTHS:
        return "1年以上"
    if name == "か月" and last > 2 * _MANY_MONTHS:
        return f"{max(first, 1)}か月以上"
    if not first:
        return f"{last}{name}以内"
    return f"{last}{name}ほど" if first == last else f"{first}〜{last}{name}"


def circulations(bib_ids: Iterable[int], today: date) -> dict[int, Circulation]:
    """Read the circulation of any number of bibs with one query; no copy its lender wants back."""
    gone = Copy.Whereabouts.gone()
    parameters: list[Any] = [list(bib_ids), Copy.Lending.LENT, gone, today]
    found: dict[int, Circulation] = {}
    with connection.cursor() as cursor:
        cursor.execute(CIRCULATING, parameters)
        for bib, waiting, loan_days, whereabouts, due_on in cursor.fetchall():
            circulation = found.setdefault(bib, Circulation(waiting, loan_days))
            circulation.copies.append(CopyInUse(whereabouts, due_on))
    return found


def estimates_for_a_new_reservation(
    bib_ids: Sequence[int], *, at: datetime | None = None
) -> dict[int, Wait]:
    """Estimate the wait for a reservation placed now; one query."""
    if not bib_ids:
        return {}
    today = timezone.localdate(at)
    return {
        bib: _estimate(circulation, circulation.waiting, today)
        for bib, circulation in circulations(bib_ids, today).items()
    }


def waits_for_a_new_reservation(
    bib_ids: Sequence[int], *, at: datetime | None = None
) -> dict[int, str]:
    """Give the same estimates in words."""
    found = estimates_for_a_new_reservation(bib_ids, at=at)
    return {bib: wait.in_words() for bib, wait in found.items()}


def waits_of(
    reservations: Iterable[ReservationSummary], *, at: datetime | None = None
) -> Mapping[int, str]:
    """Give the estimates of reservations in words, by reservation.

    There is none while an obstacle holds it back: nobody knows for how long (rule 2.6).
    """
    waiting = [
        (one, one.bib.pk)
        for one in reservations
        if one.bib and one.state == State.WAITING and one.obstacle is None
    ]
    today = timezone.localdate(at)
    found = circulations((bib for _, bib in waiting), today) if waiting else {}
    return {
        one.pk: _estimate(found[bib], one.position - 1, today).in_words()
        for one, bib in waiting
        if bib in found
    }


def _estimate(circulation: Circulation, ahead: int, today: date) -> Wait:
    return estimate(circulation.copies, ahead=ahead, loan_days=circulation.loan_days, today=today)
