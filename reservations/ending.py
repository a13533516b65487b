"""終わり: what follows when a reservation ends without a loan, whoever ended it.

Cancelling by the patron or by staff, declining a request, a passed deadline and the merge of two
bibs all end a reservation here, so that none of them forgets a step.
"""

from datetime import datetime

from catalog.copies import whereabouts
from catalog.models import Copy
from reservations import mails, queue, sequences
from reservations.models import CloseReason, Reservation, State
from reservations.transitions import By, close


def end(
    reservation: Reservation, reason: CloseReason, *, at: datetime, by: By, note: str = ""
) -> None:
    """End the reservation and offer its copy to the next. The caller holds the bib's lock."""
    was_to_fetch = reservation.state == State.TO_FETCH
    freed = end_and_keep_copy_unassigned(reservation, reason, at=at, by=by, note=note)
    if was_to_fetch:
        whereabouts.count_copies([reservation.queue_bib])
        queue.assign(reservation.queue_bib, at=at)
    queue.offer_after_commit(freed)


def end_and_keep_copy_unassigned(
    reservation: Reservation, reason: CloseReason, *, at: datetime, by: By, note: str = ""
) -> list[int | None]:
    """End the reservation; the caller assigns the free copies later in its transaction.

    A claimed copy becomes free. A copy that has moved stays where it is until staff scan it: only
    a scan may move a copy. Returns the bibs of successors, to be offered after the commit.
    """
    copy, was = reservation.copy, State(reservation.state)
    close(reservation, reason, at=at, by=by, note=note)
    mails.withdraw_hold_ready(reservation, at=at)
    if copy is not None and was == State.TO_FETCH:
        whereabouts.put(copy, Copy.Whereabouts.SHELF)
    return sequences.note_end_of_predecessor(reservation, at=at, by=by)
