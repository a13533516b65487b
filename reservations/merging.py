"""まとめる: two bibs of the same material become one, and so do their queues (rule 5.5).

Every table that names a bib is listed below, so that a merge loses no row that refers to one.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from django.db import IntegrityError, transaction
from django.db.models import Exists, Model, OuterRef
from django.utils import timezone

from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Refusal, refuse
from catalog.copies import merged, whereabouts
from catalog.models import Bib, BibStatus, Contribution, Copy, MergedBib, ReadingListEntry
from loans.models import Loan
from loans.models.history import HistoryEntry
from patrons.models import FavouriteEntry
from patrons.models.newsletter import NewsletterTitle
from reservations import queue
from reservations.ending import end_and_keep_copy_unassigned
from reservations.models import (
    BasketEntry,
    CloseReason,
    Reservation,
    ReservationQuerySet,
    State,
)
from reservations.refusals import (
    AnotherMaterialType,
    AnotherVolume,
    ChangedMeanwhile,
    MergedWithItself,
    OneIsHidden,
)
from reservations.sequences import open_predecessors
from reservations.transitions import By, log_all

MOVED: tuple[type[Model], ...] = (Copy, Reservation, HistoryEntry)
MOVED_ONCE: dict[type[Model], list[str]] = {  # unique together with the bib
    BasketEntry: ["patron"],
    FavouriteEntry: ["list"],
    NewsletterTitle: [],
    ReadingListEntry: ["list"],
}
LEFT: dict[type[Model], str] = {
    Contribution: "The bib that stays is described by its own authors.",
    BibStatus: "It is the duplicate's lock and its counts; those of the other are counted anew.",
    MergedBib: "Its old numbers lead to the bib that stays (catalog/copies/merged.py).",
}

FURTHEST_LAST = [State.WAITING, State.TO_FETCH, State.IN_TRANSIT, State.READY]
JOINED = "資料の登録を一つにまとめました。受け付けた日時の順に並びます"


@locked_transaction
def merge(duplicate: Bib, into: Bib, *, at: datetime | None = None, by: By) -> Bib:
    """Move everything that belongs to the duplicate to the other bib, and delete the duplicate.

    Its URL leads to the other bib from then on, and an import of its record updates the other.

    A patron who reserved both keeps the reservation that is further along. A patron who has one on
    loan and waits for the other keeps waiting; staff ask whether the patron still wants it.

    Raises what `refusals` gives, and ChangedMeanwhile when one of the bibs is gone already.
    """
    locked = whereabouts.lock_statuses([duplicate.pk, into.pk])
    if len(locked) < len({duplicate.pk, into.pk}):
        raise ChangedMeanwhile
    # A transaction that inserts a row with a foreign key to the duplicate waits for this lock and
    # then fails: nothing can refer to the duplicate after its rows have been moved.
    bibs = Bib.objects.select_related("material_type")
    duplicate = bibs.select_for_update(of=("self",)).get(pk=duplicate.pk)
    into = bibs.get(pk=into.pk)
    refuse(refusals(duplicate, into))
    at = at or timezone.now()
    freed = _end_what_is_held_twice(duplicate, into, at=at, by=by)
    _move_everything(duplicate, into, at=at, by=by)
    merged.remember(duplicate, into, at=at)
    duplicate.delete()
    whereabouts.count_copies([into.pk])
    waiting = Reservation.objects.waiting().filter(bib=into).count()
    BibStatus.objects.filter(pk=into.pk).update(waiting=waiting)
    # A free copy of one bib can serve the queue of the other now.
    queue.assign(into.pk, at=at)
    queue.offer_after_commit(freed)
    return into


def refusals(duplicate: Bib, into: Bib) -> Iterator[Refusal]:
    """Return every reason why these two are not the same material."""
    if duplicate.pk == into.pk:
        yield MergedWithItself()
        return
    if duplicate.material_type_id != into.material_type_id:
        yield AnotherMaterialType(one=duplicate.material_type, other=into.material_type)
    if duplicate.hidden != into.hidden:
        yield OneIsHidden()
    sets = {bib.volume_set_id for bib in (duplicate, into) if bib.volume_set_id}
    if len(sets) > 1 or duplicate.volume_order != into.volume_order:
        yield AnotherVolume(one=duplicate.volume or "なし", other=into.volume or "なし")


def held_twice(duplicate: Bib, into: Bib) -> ReservationQuerySet:
    """Return open reservations of either bib whose patron has reserved both."""
    both = Reservation.objects.open().filter(bib__in=[duplicate, into])
    other = both.filter(patron=OuterRef("patron")).exclude(bib=OuterRef("bib"))
    return both.filter(Exists(other))


def waited_for_by_borrowers(duplicate: Bib, into: Bib) -> ReservationQuerySet:
    """Return open reservations of either bib whose patron has the other bib on loan."""
    loan = Loan.objects.open().filter(patron=OuterRef("patron"), copy__bib__in=[duplicate, into])
    both = Reservation.objects.open().filter(bib__in=[duplicate, into])
    return both.filter(Exists(loan.exclude(copy__bib=OuterRef("bib"))))


def _end_what_is_held_twice(duplicate: Bib, into: Bib, *, at: datetime, by: By) -> list[int | None]:
    """Keep one open reservation per patron; return the bibs of freed successors."""
    # The copies are assigned only after the queues have become one: before that, a freed copy
    # would go to the first of one queue although an earlier patron waits in the other.
    pairs: dict[int | None, list[Reservation]] = {}
    for one in held_twice(duplicate, into).select_related("copy", "patron").order_by("pk"):
        pairs.setdefault(one.patron_id, []).append(one)
    freed: list[int | None] = []
    for pair in pairs.values():
        kept, *others = sorted(pair, key=_least_to_lose)
        for one in others:
            _hand_down(one, kept)
            freed += end_and_keep_copy_unassigned(one, CloseReason.MERGED, at=at, by=by)
    return freed


def _hand_down(ended: Reservation, kept: Reservation) -> None:
    """Give the reservation that stays the earlier place, the priority and the sequence of both.

    A later volume must not come first because its predecessor was the duplicate (rule 5.6). Only
    the first of a sequence may have a copy.
    """
    kept.placed_at = min(kept.placed_at, ended.placed_at)
    kept.priority = max(kept.priority, ended.priority)
    kept.save(update_fields=["placed_at", "priority"])
    is_only_in_the_others = kept.order_group is None and ended.order_group is not None
    if is_only_in_the_others and (
        kept.state == State.WAITING or not open_predecessors(ended).exists()
    ):
        _take_over_place(ended, kept)


def _take_over_place(ended: Reservation, kept: Reservation) -> None:
    """Let `kept` stand in the sequence instead, which is named by one of its own members."""
    group, number = ended.order_group, ended.order_no
    ended.order_group = ended.order_no = None
    ended.save(update_fields=["order_group", "order_no"])
    Reservation.objects.filter(order_group=group).update(order_group=kept.pk)
    kept.order_group, kept.order_no = kept.pk, number
    kept.save(update_fields=["order_group", "order_no"])


def _least_to_lose(one: Reservation) -> tuple[int, datetime, int]:
    return -FURTHEST_LAST.index(State(one.state)), one.placed_at, one.pk


def _move_everything(duplicate: Bib, into: Bib, *, at: datetime, by: By) -> None:
    """Let all rows name the other bib, and log which reservations joined its queue."""
    # Read before the rows move: afterwards both queues are one and nobody can tell who joined.
    moving = list(Reservation.objects.open().filter(bib=duplicate).order_by("state", "pk"))
    for table in MOVED:
        table._default_manager.filter(bib=duplicate).update(bib=into)
    for table, within in MOVED_ONCE.items():
        _move_once(table, within, duplicate, into)
    for state, some in groupby(moving, key=lambda one: State(one.state)):
        log_all(some, came_from=state, at=at, by=by, why=lambda _: JOINED)


def _move_once(table: type[Model], within: list[str], duplicate: Bib, into: Bib) -> None:
    """Move the rows of the duplicate. A row goes where the other bib has one already."""
    rows = table._default_manager.filter(bib=duplicate)
    named = table._default_manager.filter(bib=into, **{name: OuterRef(name) for name in within})
    while True:
        rows.filter(Exists(named)).delete()
        try:
            with transaction.atomic():
                rows.update(bib=into)
        except IntegrityError:  # a patron added the other bib meanwhile: try again
            continue
        return
