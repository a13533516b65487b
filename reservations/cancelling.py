"""取り消す: by the patron while waiting or before the copy has moved (rule 5.11)."""

from datetime import datetime

from django.utils import timezone

from akiruno_library.locking import locked_transaction
from catalog.copies import whereabouts
from catalog.models import Copy
from reservations import queue, sequences
from reservations.models import Reservation, State
from reservations.refusals import AlreadyClosed, NotCancellable
from reservations.transitions import PATRON, By, lock_queues_of, move

BY_THE_PATRON = frozenset({State.WAITING, State.TO_FETCH})


@locked_transaction
def cancel(
    reservation: Reservation,
    *,
    why: str = "ご本人が取り消しました",
    at: datetime | None = None,
    by: By = PATRON,
) -> Reservation:
    """End a reservation that no copy has moved for yet; a claimed copy goes to the next."""
    lock_queues_of(Reservation.objects.filter(pk=reservation.pk))
    at = at or timezone.now()
    reservation = Reservation.objects.select_related("copy").get(pk=reservation.pk)
    if not reservation.is_open:
        raise AlreadyClosed
    if reservation.state not in BY_THE_PATRON:
        raise NotCancellable(state=reservation.get_state_display())
    copy = reservation.copy
    move(reservation, State.CANCELLED, at=at, by=by, why=why)
    if copy is not None:
        whereabouts.put(copy, Copy.Whereabouts.SHELF)
        whereabouts.count_copies([copy.bib_id])
        queue.assign(copy.bib_id, at=at)
    queue.offer_after_commit(sequences.note_end(reservation, at=at, by=by))
    return reservation
