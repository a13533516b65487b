"""What staff do with reservations apart from scanning (rules 5.5, 5.8, 9.2 and 12.9)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from akiruno_library.locking import locked_transaction
from catalog.copies import whereabouts
from catalog.models import Branch, Copy
from patrons.models import Patron, User
from reservations import hold_shelf
from reservations.models import PhoneCall, Reservation, State
from reservations.refusals import (
    ChangedMeanwhile,
    NeedsAReason,
    NotHereToBeMissing,
)
from reservations.transitions import By, by_staff, lock, log

Whereabouts = Copy.Whereabouts
MAY_BE_MISSING = frozenset(
    {
        Whereabouts.SHELF,
        Whereabouts.CLAIMED,
        Whereabouts.IN_TRANSIT,
        Whereabouts.HOLD_SHELF,
        Whereabouts.REPAIR,
    }
)
HIGHEST_PRIORITY = 9


@locked_transaction
def not_on_shelf(
    reservation: Reservation,
    *,
    sought_before: bool,
    staff: User | None,
    at: datetime | None = None,
) -> bool:
    """棚にない: the first time staff search again, the second time the copy is missing.

    `sought_before` is what the list said when staff pressed. Without it a press that is sent twice
    would count as two searches. Returns True when the copy is missing now.
    """
    reservation = lock(reservation)
    copy = reservation.copy
    if reservation.state != State.TO_FETCH or copy is None:
        raise ChangedMeanwhile
    at = at or timezone.now()
    if copy.sought_on is not None and sought_before:
        why = "棚に見つからなかったため、もとの順番に戻りました"
        _lose(copy, why, at, by_staff(staff))
        return True
    if copy.sought_on is None:
        # The day is kept on the copy, so that the list shows what was searched for already.
        Copy.objects.filter(pk=copy.pk).update(sought_on=timezone.localdate(at))
        why = "棚にありませんでした。もう一度さがします"
        log(reservation, came_from=State.TO_FETCH, at=at, by=by_staff(staff), why=why)
    return False


@locked_transaction
def mark_missing(copy: Copy, *, staff: User | None, at: datetime | None = None) -> None:
    """所在不明: the reservation gets another copy, or waits at its old place (5.8)."""
    copy = whereabouts.lock_copy(copy)
    if copy.whereabouts not in MAY_BE_MISSING:
        raise NotHereToBeMissing(whereabouts=copy.get_whereabouts_display())
    why = "資料が見つからないため、もとの順番に戻りました"
    _lose(copy, why, at or timezone.now(), by_staff(staff))


def _lose(copy: Copy, why: str, at: datetime, by: By) -> None:
    claim = hold_shelf.claim_of(copy)
    whereabouts.put(copy, Whereabouts.MISSING)
    if claim is not None:
        hold_shelf.release_claim(claim, at=at, by=by, why=why)
    whereabouts.count_copies([copy.bib_id])


@locked_transaction
def set_priority(
    reservation: Reservation,
    priority: int,
    why: str,
    *,
    staff: User | None,
    at: datetime | None = None,
) -> Reservation:
    """優先: the only thing that changes the order of a queue. It needs a reason (5.5)."""
    if not why.strip():
        raise NeedsAReason
    reservation = lock(reservation)
    if reservation.state != State.WAITING:
        raise ChangedMeanwhile
    at = at or timezone.now()
    # A mistyped number must not bar others from the queue for ever.
    reservation.priority = max(-HIGHEST_PRIORITY, min(priority, HIGHEST_PRIORITY))
    reservation.save(update_fields=["priority"])
    said = f"優先を{reservation.priority}にしました: {why.strip()}"[:200]
    log(reservation, came_from=State.WAITING, at=at, by=by_staff(staff), why=said)
    return reservation


def note_call(
    patron: Patron,
    branch: Branch,
    result: PhoneCall.Result,
    *,
    staff: User | None,
    at: datetime | None = None,
) -> Sequence[PhoneCall]:
    """Note one call about everything on the hold shelf of the branch for the patron."""
    ready = Reservation.objects.filter(patron=patron, pickup_branch=branch, state=State.READY)
    at = at or timezone.now()
    return PhoneCall.objects.bulk_create(
        PhoneCall(reservation=one, at=at, result=result, staff=staff) for one in ready
    )
