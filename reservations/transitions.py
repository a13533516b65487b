"""The states of a reservation, and the only functions that change them.

Every change is a conditional UPDATE under the lock of the bib's BibStatus. Its row count says
whether this transaction made the change. Each change writes a row of the log and keeps the number
of waiting reservations in BibStatus true.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, BooleanField, Case, F, Value, When

from catalog.copies import whereabouts
from catalog.models import BibStatus, Copy
from patrons.models import User
from reservations.models import (
    Actor,
    CloseReason,
    Reservation,
    ReservationEvent,
    ReservationQuerySet,
    State,
)
from reservations.models.states import why_closed
from reservations.refusals import ChangedMeanwhile

# From every state with a bib a reservation can become COLLECTED: the counter lends the copy that
# the patron has in hand (rule 5.4).
TRANSITIONS: dict[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.WAITING, State.CANCELLED}),
    State.WAITING: frozenset(
        {State.TO_FETCH, State.IN_TRANSIT, State.READY, State.COLLECTED, State.CANCELLED}
    ),
    State.TO_FETCH: frozenset(
        {State.WAITING, State.IN_TRANSIT, State.READY, State.COLLECTED, State.CANCELLED}
    ),
    State.IN_TRANSIT: frozenset({State.WAITING, State.READY, State.COLLECTED, State.CANCELLED}),
    State.READY: frozenset(
        {State.WAITING, State.IN_TRANSIT, State.COLLECTED, State.CANCELLED, State.LAPSED}
    ),
    State.COLLECTED: frozenset(),
    State.CANCELLED: frozenset(),
    State.LAPSED: frozenset(),
}


@dataclass(frozen=True)
class By:
    """Who acts, for the log."""

    actor: Actor
    staff: User | None = None


PATRON = By(Actor.PATRON)
LIBRARY = By(Actor.LIBRARY)


def by_staff(user: User | None) -> By:
    return By(Actor.STAFF, user)


def lock_queues_of(reservations: ReservationQuerySet) -> dict[int, BibStatus]:
    """Lock the bibs in whose queues these reservations stand (level ② of the lock order).

    The bibs are read without a lock. A merge may move reservations to another bib and delete theirs
    in between: when one could not be locked, they are read again.
    """
    # A loop, because another merge may follow the first. Each merge deletes a bib, so it ends.
    while True:
        bibs = set(reservations.filter(bib__isnull=False).values_list("bib_id", flat=True))
        locked = whereabouts.lock_statuses(bibs)
        if bibs <= locked.keys():
            return locked


def lock(reservation: Reservation) -> Reservation:
    """Lock the bib in whose queue the reservation stands, and read the reservation anew."""
    lock_queues_of(Reservation.objects.filter(pk=reservation.pk))
    # The reservation's own row is not locked: every change of state is a conditional UPDATE. That
    # also holds for a request, which is in no queue and so locks nothing here.
    read = Reservation.objects.select_related("copy", "pickup_branch", "patron__mail_address")
    return read.get(pk=reservation.pk)


def move(
    reservation: Reservation, to: State, *, at: datetime, by: By, why: str, **changes: Any
) -> None:
    """Take the reservation to another state, write `changes` with it, and log it.

    `close` does this for the states in which a reservation ends.

    The caller holds the bib's lock. Raises ChangedMeanwhile when the stored state is another.
    """
    came_from = State(reservation.state)
    if to not in TRANSITIONS[came_from]:
        raise ChangedMeanwhile
    changes |= {"state": to}
    # The caller may have read the state before the lock; the WHERE clause finds out.
    moved = Reservation.objects.filter(pk=reservation.pk, state=came_from).update(**changes)
    if moved != 1:
        raise ChangedMeanwhile
    for name, value in changes.items():
        setattr(reservation, name, value)
    count_waiting(reservation, (to == State.WAITING) - (came_from == State.WAITING))
    log(reservation, came_from=came_from, at=at, by=by, why=why)


def close(
    reservation: Reservation,
    reason: CloseReason,
    *,
    at: datetime,
    by: By,
    note: str = "",
    **changes: Any,
) -> None:
    """Take the reservation to its last state, with the moment, the actor and the reason.

    The caller holds the bib's lock and does what follows (`ending.end`, or lending).
    """
    changes |= {
        "closed_at": at,
        "closed_by": by.actor,
        "close_reason": reason,
        "close_note": note,
    }
    why = why_closed(reason, note)
    move(reservation, reason.state, at=at, by=by, why=why, **changes)


def give(
    given: Mapping[Reservation, Copy], *, at: datetime, transfers: Container[int] = ()
) -> None:
    """Assign copies on the shelf to waiting reservations, each of another bib.

    It makes the same change as `move`, for several in few statements. The caller holds the locks
    and counts copies and waiting reservations. Those among `transfers` become a 取り寄せ (5.4).
    """
    for one in given:
        one.is_transfer = one.is_transfer or one.pk in transfers
    # One UPDATE for all: a basket of twenty bibs needs as many statements as a basket of one.
    whose = [When(pk=one.pk, then=Value(copy.pk)) for one, copy in given.items()]
    transfer = [When(pk=one.pk, then=Value(one.is_transfer)) for one in given]
    waiting = Reservation.objects.filter(pk__in=[one.pk for one in given], state=State.WAITING)
    moved = waiting.update(
        state=State.TO_FETCH,
        assigned_at=at,
        copy=Case(*whose, output_field=BigIntegerField()),
        is_transfer=Case(*transfer, output_field=BooleanField()),
    )
    if moved != len(given):
        raise ChangedMeanwhile
    for one, copy in given.items():
        one.state, one.assigned_at, one.copy = State.TO_FETCH, at, copy
    why = "棚の資料を割り当てました"
    log_all(given, came_from=State.WAITING, at=at, by=LIBRARY, why=lambda _: why)


def log(
    reservation: Reservation, *, came_from: State | None, at: datetime, by: By, why: str
) -> None:
    log_all([reservation], came_from=came_from, at=at, by=by, why=lambda _: why)


def log_all(
    reservations: Iterable[Reservation],
    *,
    came_from: State | None,
    at: datetime,
    by: By,
    why: Callable[[Reservation], str],
) -> None:
    """Log the same for several reservations, in one statement."""
    ReservationEvent.objects.bulk_create(
        ReservationEvent(
            reservation=reservation,
            at=at,
            actor=by.actor,
            staff=by.staff,
            from_state=came_from or "",
            to_state=reservation.state,
            why=why(reservation),
        )
        for reservation in reservations
    )


def newly_waiting(reservations: Iterable[Reservation]) -> None:
    """Count reservations, each of another bib, that have just joined their queues."""
    bibs = [reservation.queue_bib for reservation in reservations]
    BibStatus.objects.filter(pk__in=bibs).update(waiting=F("waiting") + 1)


def count_waiting(reservation: Reservation, change: int) -> None:
    """Add to the number of waiting reservations in BibStatus."""
    if change and reservation.bib_id:
        # F() adds in the database: the number in memory may be older than the lock.
        BibStatus.objects.filter(pk=reservation.bib_id).update(waiting=F("waiting") + change)
