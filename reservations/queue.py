"""The queue of a bib: who gets the next copy (rules 5.5 to 5.8).

There is one queue per bib, in the order of placing. A free copy goes to the first reservation
that may have one at this moment. Whoever is passed over keeps the place: a suspended patron, or a
reservation that waits for its predecessor.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import takewhile

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Busy
from catalog.copies import whereabouts
from catalog.models import BibStatus, Copy
from reservations.models import Reservation, State
from reservations.obstacles import STOPPED, first_obstacle
from reservations.transitions import LIBRARY, give, log_all


def call_next(bib_id: int, *, at: datetime) -> Reservation | None:
    """Return the first reservation of the bib that may be given a copy now.

    The log of each reservation that was passed over says why.
    """
    queue = Reservation.objects.waiting().filter(bib_id=bib_id).in_queue_order()
    chosen = (
        queue.eligible(at)
        .annotate(head=Subquery(queue.values("pk")[:1]))
        .select_related("pickup_branch", "patron__mail_address")
        .first()
    )
    # `head` is the first in the queue, eligible or not: when it is another, it was passed over.
    if chosen is not None and chosen.head != chosen.pk:
        note_passed_over(chosen, at=at)
    return chosen


def note_passed_over(chosen: Reservation, *, at: datetime) -> None:
    """Write into the log of earlier reservations why the copy went to the next (5.13).

    A waiting reservation ahead of the chosen one was not eligible. At most one page of them is
    noted, so that the cost does not grow with the length of the queue.
    """
    first = list(
        Reservation.objects.waiting()
        .filter(bib_id=chosen.queue_bib)
        .select_related("patron")
        .with_obstacles(at)
        .in_queue_order()[: policy.PASSED_OVER_NOTED]
    )
    before = list(takewhile(lambda one: one.pk != chosen.pk, first))
    log_all(
        before,
        came_from=State.WAITING,
        at=at,
        by=LIBRARY,
        why=lambda one: _why_passed_over(one, at),
    )


def _why_passed_over(reservation: Reservation, at: datetime) -> str:
    patron = reservation.patron
    obstacle = first_obstacle(
        card_expired=patron is not None and patron.card_expired(at),
        is_stopped=patron is not None and patron.is_suspended,
        suspended=reservation.suspended,  # type: ignore[attr-defined]
        has_open_predecessor=reservation.has_open_predecessor,  # type: ignore[attr-defined]
    )
    return (obstacle or STOPPED).why_passed_over


def assign(bib_id: int, *, at: datetime) -> list[Reservation]:
    """Give free copies to the next in the queue. The caller holds the bib's lock."""
    return assign_each([bib_id], at=at)


def assign_each(bib_ids: Collection[int], *, at: datetime) -> list[Reservation]:
    """Do the same for several bibs."""
    return _serve(_free_copies(bib_ids, at), at)


def serve_at_once(placed: Sequence[Reservation], *, at: datetime) -> None:
    """Give free copies after placing; a reservation that gets one is a 取り寄せ (5.4).

    Whoever waited before comes first.
    """
    free = _free_copies([one.queue_bib for one in placed], at)
    _serve(free, at, just_placed={one.pk: one for one in placed})


def _free_copies(bib_ids: Collection[int], at: datetime) -> dict[int, list[Copy]]:
    """Lock the free copies and return them by bib (level ③ of the lock order)."""
    free: dict[int, list[Copy]] = {}
    # A copy that its lender wants back is promised to nobody (rule 12.10).
    copies = Copy.objects.free().not_wanted_back(timezone.localdate(at)).filter(bib__in=bib_ids)
    for copy in copies.select_for_update(no_key=True).order_by("pk"):
        free.setdefault(copy.bib_id, []).append(copy)
    return free


def _serve(
    free: dict[int, list[Copy]], at: datetime, just_placed: Mapping[int, Reservation] | None = None
) -> list[Reservation]:
    """Assign copies in rounds: one copy of every bib in each round.

    A round needs as many statements as one bib does. A copy at the pickup branch is taken first,
    then the one with the lowest number. The copy is claimed where it stands: only a scan moves it.
    """
    served: list[Reservation] = []
    # Whoever was served is no longer waiting, so the next round finds the next in the queue.
    while chosen := _next_in_each(free, at, just_placed or {}):
        given = {one: _nearest(free[one.queue_bib], one) for one in chosen}
        whereabouts.claim(given.values())
        give(given, at=at, transfers=just_placed or ())
        served += chosen
        for one, copy in given.items():
            free[one.queue_bib].remove(copy)
        free = {bib_id: left for bib_id, left in free.items() if left}
    if served:
        counted = Counter(one.queue_bib for one in served)
        whereabouts.count_copies(counted, served=counted)
    return served


def _next_in_each(
    bib_ids: Collection[int], at: datetime, known: Mapping[int, Reservation]
) -> list[Reservation]:
    """Return the next reservation of each bib, and log those that were passed over."""
    if not bib_ids:
        return []
    # Two subqueries of one statement find the head and the chosen one of every bib.
    queue = Reservation.objects.waiting().filter(bib=OuterRef("pk")).in_queue_order()
    heads = BibStatus.objects.filter(pk__in=bib_ids).annotate(
        head=Subquery(queue.values("pk")[:1]),
        chosen=Subquery(queue.eligible(at).values("pk")[:1]),
    )
    found = [(head, pk) for head, pk in heads.values_list("head", "chosen") if pk is not None]
    unknown = [pk for _, pk in found if pk not in known]
    read = Reservation.objects.select_related("pickup_branch").in_bulk(unknown) if unknown else {}
    # Those placed in this transaction are used as they are: the caller returns the same objects.
    chosen = {pk: known.get(pk) or read[pk] for _, pk in found}
    for head, pk in found:
        if head != pk:
            note_passed_over(chosen[pk], at=at)
    return [chosen[pk] for pk in sorted(chosen)]


def _nearest(free: Sequence[Copy], one: Reservation) -> Copy:
    return min(free, key=lambda copy: (copy.current_branch_id != one.pickup_branch_id, copy.pk))


@locked_transaction
def offer_free_copies(bib_id: int, *, at: datetime | None = None) -> list[Reservation]:
    """Lock one bib and assign its free copies, in a transaction of its own."""
    status = whereabouts.lock_statuses([bib_id]).get(bib_id)
    # Most calls find nothing. The count says so without locking a copy.
    if status is None or not status.free_at:
        return []
    return assign(bib_id, at=at or timezone.now())


def offer_after_commit(bib_ids: Iterable[int | None]) -> None:
    """Offer the copies of other bibs after this transaction, each in one of its own.

    A transaction assigns only on bibs that it locked at its beginning. Locking further bibs now
    would break the lock order, and two transactions could wait for each other.
    """
    for bib_id in sorted({bib_id for bib_id in bib_ids if bib_id is not None}):
        # robust: a failure on one bib must not keep the others from their offers.
        transaction.on_commit(partial(offer_free_copies, bib_id), robust=True)


def successors(reservation: Reservation) -> list[int | None]:
    """Return bibs whose reservation in the same sequence may be freed when this one ends."""
    if reservation.order_group is None:
        return []
    return list(
        Reservation.objects.waiting()
        .filter(order_group=reservation.order_group, order_no__gt=reservation.order_no)
        .values_list("bib_id", flat=True)
    )


def bibs_with_missed_copies(*, at: datetime | None = None) -> list[int]:
    """Return bibs with a free copy and a reservation that may have it now.

    No event assigns such a copy: a suspension ended at midnight, a card was renewed, or the process
    died between a commit and the offers after it.
    """
    return list(
        Reservation.objects.waiting()
        .eligible(at or timezone.now())
        .filter(bib__status__free_at__len__gt=0)
        .order_by("bib_id")
        .values_list("bib_id", flat=True)
        .distinct()
    )


def offer_missed_copies(*, at: datetime | None = None) -> int:
    """Offer these copies, one bib per transaction; return how many were assigned."""
    offered = 0
    for bib_id in bibs_with_missed_copies(at=at):
        with suppress(Busy):  # the next run finds it again
            offered += len(offer_free_copies(bib_id, at=at))
    return offered
