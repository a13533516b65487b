"""取り消す: by the patron before the copy has moved, or by staff at any time (rule 5.11)."""

from datetime import datetime

from django.utils import timezone

from akiruno_library.locking import locked_transaction
from patrons.models import User
from reservations.ending import end
from reservations.models import CloseReason, Reservation, State
from reservations.refusals import AlreadyClosed, NeedsAReason, NotCancellable
from reservations.transitions import PATRON, by_staff, lock

CANCELLABLE_BY_PATRON = frozenset({State.WAITING, State.TO_FETCH})


@locked_transaction
def cancel(reservation: Reservation, *, at: datetime | None = None) -> Reservation:
    """Cancel the patron's own reservation. Raises NotCancellable once a copy has moved."""
    reservation = lock(reservation)
    if not reservation.is_open:
        raise AlreadyClosed
    if reservation.state not in CANCELLABLE_BY_PATRON:
        raise NotCancellable(state=reservation.get_state_display())
    end(reservation, CloseReason.CANCELLED, at=at or timezone.now(), by=PATRON)
    return reservation


@locked_transaction
def cancel_by_staff(
    reservation: Reservation, why: str, *, staff: User | None, at: datetime | None = None
) -> None:
    """Cancel an open reservation in any state, because the patron asked the library to.

    A copy on the hold shelf stays there. It appears on the list 取置棚から下ろす.
    """
    if not why.strip():
        raise NeedsAReason
    reservation = lock(reservation)
    if not reservation.is_open:
        raise AlreadyClosed
    note = why.strip()[:200]
    at = at or timezone.now()
    end(reservation, CloseReason.CANCELLED, at=at, by=by_staff(staff), note=note)
