"""取置: sends a scanned copy to its hold shelf, and keeps the deadlines there.

A function whose `at` has no default is part of a verb, which holds the locks already.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Busy
from catalog.calendar import opening_hours
from catalog.copies import whereabouts
from catalog.models import Branch, Copy
from japanese.date_format import spoken_day
from reservations import mails, queue
from reservations.ending import end
from reservations.models import CloseReason, Reservation, State
from reservations.transitions import LIBRARY, By, lock, lock_queues_of, log, move

PREDECESSOR_IS_BACK = "前の巻の貸出が取り消されたため、前の巻を待ちます"
WANTED_BACK = "ほかの図書館へ返す日を過ぎたため、もとの順番に戻りました"
BECAME_A_HOLD = "順番はそのままで、取り寄せから予約に変更しました"


def deadline_for(branch: Branch, copy: Copy | None = None, *, at: datetime) -> date:
    """Return the pickup deadline: ten days later, moved off closed days (rule 5.9).

    A copy of another library is promised to its lender's day at most (rule 12.10).
    """
    today = timezone.localdate(at)
    day = opening_hours.next_open_day(branch, today + timedelta(days=policy.HOLD_SHELF_DAYS))
    if copy is None or copy.lender_due_on is None or day <= copy.lender_due_on:
        return day
    return opening_hours.last_open_day(branch, today, copy.lender_due_on)


def claim_of(copy: Copy) -> Reservation | None:
    """Return the reservation for which this copy is fetched, sent or kept."""
    return (
        Reservation.objects.with_copy()
        .filter(copy=copy)
        .select_related("pickup_branch", "patron__mail_address")
        .first()
    )


def route(copy: Copy, reservation: Reservation, *, branch: Branch, at: datetime, by: By) -> None:
    """Send a copy that was scanned at `branch` towards the hold shelf of its reservation."""
    # A second scan at the same desk must not start the ten days anew.
    if reservation.state == State.READY and reservation.pickup_branch_id == branch.pk:
        return
    # A returned copy can go to a waiting reservation in the same scan, without an assignment
    # before it.
    claim = {"copy": copy, "assigned_at": reservation.assigned_at or at}
    if reservation.pickup_branch_id == branch.pk:
        whereabouts.put(copy, Copy.Whereabouts.HOLD_SHELF, branch=branch)
        _make_ready(reservation, claim, at=at, by=by)
    else:
        whereabouts.send(copy, to=reservation.pickup_branch, sent_from=branch, at=at)
        _set_on_its_way(reservation, claim, branch=branch, at=at, by=by)


def _set_on_its_way(
    reservation: Reservation, claim: dict, *, branch: Branch, at: datetime, by: By
) -> None:
    # Scanned at a branch in between: the reservation is on its way already.
    if reservation.state == State.IN_TRANSIT:
        return
    mails.withdraw_hold_ready(reservation, at=at)
    move(
        reservation,
        State.IN_TRANSIT,
        at=at,
        by=by,
        why=f"{branch.name}から送りました",
        ready_at=None,
        deadline=None,
        **claim,
    )


def _make_ready(reservation: Reservation, claim: dict, *, at: datetime, by: By) -> None:
    move(
        reservation,
        State.READY,
        at=at,
        by=by,
        why=f"{reservation.pickup_branch.name}に届きました",
        ready_at=at,
        deadline=deadline_for(reservation.pickup_branch, claim["copy"], at=at),
        **claim,
    )
    mails.announce_hold_ready(reservation, at=at)


def release_claim(reservation: Reservation, *, at: datetime, by: By, why: str) -> None:
    """Take the copy from the reservation, which gets another one or its old place (5.4)."""
    mails.withdraw_hold_ready(reservation, at=at)
    without = {"copy": None, "assigned_at": None, "ready_at": None, "deadline": None}
    move(reservation, State.WAITING, at=at, by=by, why=why, **without)
    # `assign` counts copies only when it serves somebody; the copy that left must be counted
    # anyway.
    whereabouts.count_copies([reservation.queue_bib])
    queue.assign(reservation.queue_bib, at=at)
    # `assign` may have given it another copy through an instance of its own.
    reservation.refresh_from_db()
    if reservation.state == State.WAITING and reservation.is_transfer:
        reservation.is_transfer, reservation.became_hold_at = False, at
        reservation.save(update_fields=["is_transfer", "became_hold_at"])
        log(reservation, came_from=State.WAITING, at=at, by=by, why=BECAME_A_HOLD)


@locked_transaction
def lapse(reservation: Reservation, *, at: datetime | None = None) -> bool:
    """End a reservation whose deadline has passed; return False when it has not.

    The copy stays on the hold shelf until staff take it off. Until then the counter may still hand
    it to the patron who comes (rule 5.10).
    """
    reservation = lock(reservation)
    if not reservation.is_past_deadline(at):
        return False
    end(reservation, CloseReason.LAPSED, at=at or timezone.now(), by=LIBRARY)
    return True


@locked_transaction
def release_wanted_back(reservation: Reservation, *, at: datetime | None = None) -> bool:
    """Take a copy from its reservation when its lender wants it back (rule 12.10).

    What is ready lapses by its deadline. Returns False when it is another case by now.
    """
    at = at or timezone.now()
    reservation = lock(reservation)
    copy = reservation.copy
    if reservation.state not in (State.TO_FETCH, State.IN_TRANSIT) or copy is None:
        return False
    if not copy.is_wanted_back(timezone.localdate(at)):
        return False
    if reservation.state == State.TO_FETCH:
        whereabouts.put(copy, Copy.Whereabouts.SHELF)
    release_claim(reservation, at=at, by=LIBRARY, why=WANTED_BACK)
    return True


@locked_transaction
def release_early_claim(reservation: Reservation, *, at: datetime) -> bool:
    """Take a copy that nobody has fetched yet from a later volume whose predecessor is open again.

    That is so when the lending of the predecessor is undone. Returns False when it is not so.
    """
    reservation = lock(reservation)
    copy = reservation.copy
    before = Reservation.objects.open().filter(
        order_group=reservation.order_group, order_no__lt=reservation.order_no or 0
    )
    if copy is None or reservation.state != State.TO_FETCH or not before.exists():
        return False
    whereabouts.put(copy, Copy.Whereabouts.SHELF)
    release_claim(reservation, at=at, by=LIBRARY, why=PREDECESSOR_IS_BACK)
    return True


def release_all_wanted_back(*, at: datetime | None = None) -> int:
    """Do so for each, in its own transaction."""
    today, released = timezone.localdate(at), 0
    claimed = Reservation.objects.filter(state__in=(State.TO_FETCH, State.IN_TRANSIT))
    for reservation in claimed.filter(copy__lender_due_on__lt=today).order_by("bib_id", "pk"):
        with suppress(Busy):  # the next run finds it again
            released += release_wanted_back(reservation, at=at)
    return released


def lapse_all_overdue(*, at: datetime | None = None) -> int:
    """End every reservation past its deadline, each in its own transaction."""
    ended = 0
    for reservation in Reservation.objects.past_deadline(at).order_by("bib_id", "pk"):
        with suppress(Busy):  # the next run finds it again
            ended += lapse(reservation, at=at)
    return ended


@dataclass(frozen=True)
class MovedDeadline:
    """A deadline that a closed day moves. Staff see it before and after."""

    reservation_id: int
    before: date
    after: date


def deadlines_to_move(branch: Branch, *, at: datetime | None = None) -> list[MovedDeadline]:
    """Return deadlines of the branch that fall on a day on which it is closed (rule 5.9).

    A preview calls this in a transaction that enters the closure and is rolled back.
    """
    today = timezone.localdate(at)
    held = Reservation.objects.filter(
        state=State.READY, pickup_branch=branch, deadline__gte=today
    ).order_by("deadline", "pk")
    deadlines = [
        (pk, day)
        for pk, day, lender in held.values_list("pk", "deadline", "copy__lender_due_on")
        if day and (lender is None or day < lender)
    ]
    if not deadlines:
        return []
    # The next open day may lie after the last deadline: closures follow each other at the year
    # end.
    last = max(day for _, day in deadlines)
    calendar = opening_hours.OpeningCalendar([branch], today, last + opening_hours.FURTHEST)
    moved = [(pk, day, calendar.next_open_day(branch, day)) for pk, day in deadlines]
    return [MovedDeadline(*one) for one in moved if one[2] > one[1]]


def move_deadlines_off_closed_days(
    branch: Branch, *, at: datetime | None = None, by: By = LIBRARY
) -> list[MovedDeadline]:
    """Move deadlines later after a closure was entered, each in its own transaction.

    They never move earlier: the patron may have read the later day in a mail.
    """
    return [one for one in deadlines_to_move(branch, at=at) if _move_deadline(one, at=at, by=by)]


@locked_transaction
def _move_deadline(moved: MovedDeadline, *, at: datetime | None, by: By) -> bool:
    reservation = Reservation.objects.get(pk=moved.reservation_id)
    lock_queues_of(Reservation.objects.filter(pk=reservation.pk))
    # Only if the deadline is still that of the preview: another run may have moved it.
    done = Reservation.objects.filter(
        pk=moved.reservation_id, state=State.READY, deadline=moved.before
    ).update(deadline=moved.after)
    if done:
        at = at or timezone.now()
        why = f"休館のため、取置期限を{spoken_day(moved.after, at=at)}まで延ばしました"
        log(reservation, came_from=State.READY, at=at, by=by, why=why)
    return bool(done)


@transaction.atomic
def forget_closed_reservations(*, at: datetime | None = None) -> int:
    """Cut closed reservations from their patrons after seven days (rule 10.2).

    Their notices are deleted too: an address beside the number of a reservation names the reader.
    """
    before = (at or timezone.now()) - policy.CLOSED_RESERVATION_VISIBLE
    closed = list(
        Reservation.objects.filter(closed_at__lte=before, patron__isnull=False).values_list(
            "pk", flat=True
        )
    )
    mails.forget_notices(closed)
    return Reservation.objects.filter(pk__in=closed).update(patron=None)
