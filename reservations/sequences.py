"""順番予約: reservations of a patron that come one after the other (rule 5.6).

Each member keeps its own place in its own queue. A successor is given no copy until its
predecessor has been lent or has ended. Membership changes only under the patron's lock. A verb that
adds a member locks its bib as well, so that no copy is assigned to it at the same moment.

The stored name of a sequence is the id of one of its members, so two never share a name.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import groupby

from django.utils import timezone

from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Busy
from catalog.copies import whereabouts
from patrons import patron_lock
from patrons.models import Patron
from reservations import mails, queue
from reservations.models import Reservation, ReservationQuerySet, State
from reservations.models.states import CLOSED_STATES
from reservations.refusals import NotInSequence, SequenceNeedsTwo
from reservations.transitions import LIBRARY, PATRON, By, lock_queues_of, log

FREED = {
    State.CANCELLED: "前の巻の予約が取り消されたため、順番が来ればご用意します",
    State.LAPSED: "前の巻が取置期限切れになったため、順番が来ればご用意します",
}
NO_COPY_LEFT = "貸出できる所蔵がなくなったため、順番予約から外しました"
PREDECESSOR_HAS_NO_COPY = "前の巻の所蔵がなくなったため、前の巻を待たずに、順番が来ればご用意します"


@locked_transaction
def form_sequence(
    patron: Patron,
    reservations: Sequence[Reservation],
    *,
    at: datetime | None = None,
    by: By = PATRON,
) -> list[Reservation]:
    """Let the patron's reservations come in this order; return the members.

    They leave their former sequences. Only the first may have a copy already: a later one that has
    one need not wait any more. Raises SequenceNeedsTwo.
    """
    patron_lock.lock(patron)
    named = list(dict.fromkeys(one.pk for one in reservations))
    # Read under the lock. A number of another patron's reservation in the form has no effect.
    mine = Reservation.objects.open().filter(patron=patron, bib__isnull=False, pk__in=named)
    lock_queues_of(mine)
    found = mine.in_bulk()
    ordered = sequence_candidates([found[pk] for pk in named if pk in found])
    if len(ordered) < 2:
        raise SequenceNeedsTwo
    at = at or timezone.now()
    freed = write_sequence(ordered, at=at, by=by)
    queue.offer_after_commit([*freed, *(one.bib_id for one in ordered)])
    return ordered


def sequence_candidates(candidates: Sequence[Reservation]) -> list[Reservation]:
    """Return the first in any state, and those of the rest that wait."""
    return [one for n, one in enumerate(candidates) if one.state == State.WAITING or n == 0]


def write_sequence(ordered: Sequence[Reservation], *, at: datetime, by: By) -> list[int | None]:
    """Write a sequence; the caller holds the locks. Return bibs that may be free now."""
    left_behind = _members_of({one.order_group for one in ordered}, without=ordered)
    freed: list[int | None] = []
    for _, rest in groupby(left_behind, key=lambda one: one.order_group):
        freed += _write(list(rest), at=at, by=by)
    _write(ordered, at=at, by=by)
    return freed


@locked_transaction
def move_up(reservation: Reservation, *, at: datetime | None = None) -> None:
    """Change places with the predecessor, if both wait."""
    _change_places(reservation, -1, at or timezone.now())


@locked_transaction
def move_down(reservation: Reservation, *, at: datetime | None = None) -> None:
    """Change places with the successor, if both wait."""
    _change_places(reservation, 1, at or timezone.now())


def _change_places(reservation: Reservation, step: int, at: datetime) -> None:
    members, place = _lock_sequence(reservation)
    other = place + step
    if not 0 <= other < len(members):
        return
    moving = (members[place], members[other])
    # A copy is on its way to the first already: changing places now would turn it back.
    if any(one.state != State.WAITING for one in moving):
        return
    members[place], members[other] = members[other], members[place]
    _write(members, at=at, by=PATRON)
    queue.offer_after_commit(one.bib_id for one in moving)


@locked_transaction
def leave_sequence(reservation: Reservation, *, at: datetime | None = None) -> None:
    """Take one reservation out of its sequence; the others keep their order."""
    members, place = _lock_sequence(reservation)
    out = members.pop(place)
    at = at or timezone.now()
    _leave(out, at=at, by=PATRON)
    freed = _write(members, at=at, by=PATRON)
    queue.offer_after_commit([out.bib_id, *freed])


@locked_transaction
def dissolve(reservation: Reservation, *, at: datetime | None = None) -> None:
    """Let every member of the sequence come as soon as it is ready."""
    members, _ = _lock_sequence(reservation)
    at = at or timezone.now()
    for one in members:
        _leave(one, at=at, by=PATRON)
    queue.offer_after_commit(one.bib_id for one in members)


def note_end_of_predecessor(ended: Reservation, *, at: datetime, by: By) -> list[int | None]:
    """Tell the patron that the successor of an ended reservation is free.

    This is part of the verb that ended it. A patron who cancelled it gets no mail about that.
    Returns the bibs to offer after the commit.
    """
    if ended.order_group is None:
        return []
    later = _waiting_successors(ended)
    if later and not open_predecessors(later[0]).exclude(pk=ended.pk).exists():
        _log(later[0], FREED[State(ended.state)], at=at, by=by)
        if by != PATRON:
            mails.announce_successor_freed(later[0], at=at)
    return [one.bib_id for one in later]


def predecessors_without_copy() -> list[int]:
    """Return members that wait before others although no copy of them is left."""
    later = Reservation.objects.waiting().filter(order_group__isnull=False)
    return [
        one.pk
        for one in later.filter(bib__status__circulating=0).order_by("pk")
        if _waiting_successors(one)
    ]


def remove_predecessors_without_copy(*, at: datetime | None = None) -> int:
    """Remove all of these, one sequence per transaction; return how many."""
    taken_out = 0
    for reservation_id in predecessors_without_copy():
        with suppress(Busy):  # the next run finds it again
            taken_out += remove_predecessor_without_copy(reservation_id, at=at)
    return taken_out


@locked_transaction
def remove_predecessor_without_copy(pk: int, *, at: datetime | None = None) -> bool:
    """Take a reservation that no copy can reach out of its sequence; tell the successor.

    It goes on waiting alone. Staff ask the patron; nothing is cancelled silently (rule 12.9).
    """
    reservation = Reservation.objects.select_related("patron").filter(pk=pk).first()
    if reservation is None or reservation.patron is None:
        return False
    try:
        members, place = _lock_sequence(reservation)
    except NotInSequence:
        return False
    out = members.pop(place)
    # A copy may have been found or accepted since the list was read.
    status = whereabouts.lock_statuses([out.queue_bib])[out.queue_bib]
    if out.state != State.WAITING or status.circulating:
        return False
    at = at or timezone.now()
    following = next((one for one in members[place:] if one.state == State.WAITING), None)
    _leave(out, at=at, by=LIBRARY, why=NO_COPY_LEFT)
    _renumber(members, at=at, by=LIBRARY)  # without their log: one sentence below says why
    if following is not None:
        _log(following, PREDECESSOR_HAS_NO_COPY, at=at, by=LIBRARY)
        mails.announce_successor_freed(following, at=at)
    queue.offer_after_commit(one.bib_id for one in members)
    return True


def _lock_sequence(reservation: Reservation) -> tuple[list[Reservation], int]:
    """Lock the sequence of a reservation; return its members and the place in it."""
    if reservation.patron is None:
        raise NotInSequence
    patron_lock.lock(reservation.patron)
    # Read under the lock: another press may have moved it to another sequence meanwhile.
    group = Reservation.objects.values_list("order_group", flat=True).get(pk=reservation.pk)
    if group is not None:
        lock_queues_of(Reservation.objects.filter(order_group=group))
    members = _members_of({group})
    for place, one in enumerate(members):
        if one.pk == reservation.pk and one.is_open:
            return members, place
    raise NotInSequence


def _members_of(
    groups: Collection[int | None], *, without: Collection[Reservation] = ()
) -> list[Reservation]:
    """Return the members. Ended ones are included, so that the second stays the second."""
    named = {group for group in groups if group is not None}
    if not named:
        return []
    return list(
        Reservation.objects.filter(order_group__in=named)
        .exclude(pk__in=[one.pk for one in without])
        .select_related("bib")
        .order_by("order_group", "order_no")
    )


def _waiting_successors(reservation: Reservation) -> list[Reservation]:
    return list(
        Reservation.objects.waiting()
        .filter(order_group=reservation.order_group, order_no__gt=reservation.order_no)
        .select_related("patron__mail_address")
        .order_by("order_no")
    )


def open_predecessors(reservation: Reservation) -> ReservationQuerySet:
    return Reservation.objects.open().filter(
        order_group=reservation.order_group, order_no__lt=reservation.order_no
    )


def _write(members: Sequence[Reservation], *, at: datetime, by: By) -> list[int | None]:
    """Renumber the members and log each new number. Return their bibs."""
    for one in _renumber(members, at=at, by=by):
        _log(one, f"順番予約の{one.order_no}番目にしました", at=at, by=by)
    return [one.bib_id for one in members]


def _renumber(members: Sequence[Reservation], *, at: datetime, by: By) -> list[Reservation]:
    """Number the members 1, 2, 3 under the id of the first. One member is no sequence.

    Returns the open ones whose number changed.
    """
    if len(members) == 1 or all(one.state in CLOSED_STATES for one in members):
        for one in members:
            _leave(one, at=at, by=by)
        return []
    moved, changed = [], []
    for number, one in enumerate(members, start=1):
        if (one.order_group, one.order_no) == (members[0].pk, number):
            continue
        if one.is_open and one.order_no != number:
            moved.append(one)
        one.order_group, one.order_no = members[0].pk, number
        changed.append(one)
    # The unique constraint is deferred, so two members can exchange numbers in one statement.
    Reservation.objects.bulk_update(changed, ["order_group", "order_no"])
    return moved


def _leave(one: Reservation, *, at: datetime, by: By, why: str = "順番予約から外しました") -> None:
    if one.order_group is None:
        return
    one.order_group = one.order_no = None
    one.save(update_fields=["order_group", "order_no"])
    if one.is_open:
        _log(one, why, at=at, by=by)


def _log(one: Reservation, why: str, *, at: datetime, by: By) -> None:
    log(one, came_from=State(one.state), at=at, by=by, why=why)
