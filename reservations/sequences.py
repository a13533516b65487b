"""順番予約: reservations that are to come one after the other (rule 5.6).

Each keeps its own place in its own queue; a later one is given no copy until the earlier one has
been lent or has ended. Which order a reservation stands in changes only under the patron's lock;
who joins an order is also locked by its bib, so that no copy comes to it at that moment.

An order is named by one of its own reservations, so no two ever share a name.
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
    """Let the patron's reservations come in this order; returns those that stand in it now.

    They leave the orders they stood in. Only the first may have a copy already: who would come
    later and has one needs no order any more. Raises SequenceNeedsTwo.
    """
    patron_lock.lock(patron)
    named = list(dict.fromkeys(one.pk for one in reservations))
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
    """The first, whatever it has, and of the rest those that still wait."""
    return [one for n, one in enumerate(candidates) if one.state == State.WAITING or n == 0]


def write_sequence(ordered: Sequence[Reservation], *, at: datetime, by: By) -> list[int | None]:
    """Write an order; the caller holds the locks. Returns bibs that may be free of theirs now."""
    left_behind = _members_of({one.order_group for one in ordered}, without=ordered)
    freed: list[int | None] = []
    for _, rest in groupby(left_behind, key=lambda one: one.order_group):
        freed += _write(list(rest), at=at, by=by)
    _write(ordered, at=at, by=by)
    return freed


@locked_transaction
def move_up(reservation: Reservation, *, at: datetime | None = None) -> None:
    """Change places with the one before it, where that one still waits."""
    _change_places(reservation, -1, at or timezone.now())


@locked_transaction
def move_down(reservation: Reservation, *, at: datetime | None = None) -> None:
    """Change places with the one after it."""
    _change_places(reservation, 1, at or timezone.now())


def _change_places(reservation: Reservation, step: int, at: datetime) -> None:
    members, place = _lock_sequence(reservation)
    other = place + step
    if not 0 <= other < len(members):
        return
    moving = (members[place], members[other])
    if any(one.state != State.WAITING for one in moving):
        return
    members[place], members[other] = members[other], members[place]
    _write(members, at=at, by=PATRON)
    queue.offer_after_commit(one.bib_id for one in moving)


@locked_transaction
def leave_sequence(reservation: Reservation, *, at: datetime | None = None) -> None:
    """Let one come by itself; the others keep their order."""
    members, place = _lock_sequence(reservation)
    out = members.pop(place)
    at = at or timezone.now()
    _leave(out, at=at, by=PATRON)
    freed = _write(members, at=at, by=PATRON)
    queue.offer_after_commit([out.bib_id, *freed])


@locked_transaction
def dissolve(reservation: Reservation, *, at: datetime | None = None) -> None:
    """Let every reservation of this order come as it is ready."""
    members, _ = _lock_sequence(reservation)
    at = at or timezone.now()
    for one in members:
        _leave(one, at=at, by=PATRON)
    queue.offer_after_commit(one.bib_id for one in members)


def note_end_of_predecessor(ended: Reservation, *, at: datetime, by: By) -> list[int | None]:
    """When one of an order was cancelled or has lapsed: tell the patron that the next is free.

    Part of the verb that ended it. Whoever cancelled it themselves needs no mail about it.
    Returns the bibs to offer after the commit.
    """
    if ended.order_group is None:
        return []
    later = _waiting_successors(ended)
    if later and not _open_predecessors(later[0]).exclude(pk=ended.pk).exists():
        _log(later[0], FREED[State(ended.state)], at=at, by=by)
        if by != PATRON:
            mails.announce_successor_freed(later[0], at=at)
    return [one.bib_id for one in later]


def predecessors_without_copy() -> list[int]:
    """Waiting in an order before others, with no copy left that could come."""
    later = Reservation.objects.waiting().filter(order_group__isnull=False)
    return [
        one.pk
        for one in later.filter(bib__status__circulating=0).order_by("pk")
        if _waiting_successors(one)
    ]


def remove_predecessors_without_copy(*, at: datetime | None = None) -> int:
    """One order a transaction; how many were taken out of theirs."""
    taken_out = 0
    for reservation_id in predecessors_without_copy():
        with suppress(Busy):  # the next run finds it again
            taken_out += remove_predecessor_without_copy(reservation_id, at=at)
    return taken_out


@locked_transaction
def remove_predecessor_without_copy(pk: int, *, at: datetime | None = None) -> bool:
    """Take a reservation that no copy can reach out of its order, and tell the next.

    It waits on by itself: the library asks about it, and cancels nothing silently (rule 12.9).
    """
    reservation = Reservation.objects.select_related("patron").filter(pk=pk).first()
    if reservation is None or reservation.patron is None:
        return False
    try:
        members, place = _lock_sequence(reservation)
    except NotInSequence:
        return False
    out = members.pop(place)
    status = whereabouts.lock_statuses([out.queue_bib])[out.queue_bib]
    if out.state != State.WAITING or status.circulating:
        return False
    at = at or timezone.now()
    following = next((one for one in members[place:] if one.state == State.WAITING), None)
    _leave(out, at=at, by=LIBRARY, why=NO_COPY_LEFT)
    _renumber(members, at=at, by=LIBRARY)  # the sentence below says what happened
    if following is not None:
        _log(following, PREDECESSOR_HAS_NO_COPY, at=at, by=LIBRARY)
        mails.announce_successor_freed(following, at=at)
    queue.offer_after_commit(one.bib_id for one in members)
    return True


def _lock_sequence(reservation: Reservation) -> tuple[list[Reservation], int]:
    """The whole order of a reservation, and which of it the reservation is."""
    if reservation.patron is None:
        raise NotInSequence
    patron_lock.lock(reservation.patron)
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
    """Those that ended stay in their order, so that the second volume is still the second."""
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


def _open_predecessors(reservation: Reservation) -> ReservationQuerySet:
    return Reservation.objects.open().filter(
        order_group=reservation.order_group, order_no__lt=reservation.order_no
    )


def _write(members: Sequence[Reservation], *, at: datetime, by: By) -> list[int | None]:
    """Renumber them and log each new number. Returns their bibs."""
    for one in _renumber(members, at=at, by=by):
        _log(one, f"順番予約の{one.order_no}番目にしました", at=at, by=by)
    return [one.bib_id for one in members]


def _renumber(members: Sequence[Reservation], *, at: datetime, by: By) -> list[Reservation]:
    """Number them 1, 2, 3 under the name of the first; one alone is no order.

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
