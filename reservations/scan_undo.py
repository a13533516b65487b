"""Undo of a wrong scan: the reservation has the state it had before the scan (rule 12.12).

This is not a transition, so the table of transitions does not list it. The log keeps the scan and
its undo. The caller holds the bib's lock.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from reservations import mails
from reservations.models import Reservation, State
from reservations.models.states import CLOSED_STATES
from reservations.refusals import ChangedMeanwhile
from reservations.transitions import By, count_waiting, log

UNDONE = "読み取りの取り消しで、もとに戻しました"


@dataclass(frozen=True)
class BeforeScan:
    """The state of a reservation before the scan."""

    state: State
    copy_id: int | None = None
    assigned_at: datetime | None = None
    ready_at: datetime | None = None
    deadline: date | None = None


def revert_to(reservation: Reservation, before: BeforeScan, *, at: datetime, by: By) -> None:
    """Put the reservation back. Raises ChangedMeanwhile when it has changed since the scan."""
    came_from = State(reservation.state)
    if came_from == State.READY:
        mails.withdraw_hold_ready(reservation, at=at)
    changes = {
        **asdict(before),
        "closed_at": None,
        "closed_by": "",
        "close_reason": "",
        "close_note": "",
    }
    # Without its patron it cannot be open again: the week after its end has passed (rule 10.2).
    moved = Reservation.objects.filter(
        pk=reservation.pk, state=came_from, patron__isnull=False
    ).update(**changes)
    if moved != 1 or before.state in CLOSED_STATES:
        raise ChangedMeanwhile
    reservation.refresh_from_db()
    count_waiting(reservation, (before.state == State.WAITING) - (came_from == State.WAITING))
    if before.state == State.READY:
        mails.reinstate_hold_ready(reservation)
    log(reservation, came_from=came_from, at=at, by=by, why=UNDONE)
