"""変更: pickup branch and contact method of a waiting reservation (rule 5.12)."""

from datetime import datetime

from django.utils import timezone

from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Refusal
from catalog.models import Branch
from patrons import patron_lock
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from patrons.refusals import NoMailAddress
from reservations.models import Reservation, State
from reservations.refusals import AlreadyClosed, NotChangeable
from reservations.transitions import PATRON, By, lock, lock_queues_of, log


@locked_transaction
def change(
    reservation: Reservation,
    *,
    pickup_branch: Branch,
    contact_method: ContactMethod,
    at: datetime | None = None,
    by: By = PATRON,
) -> Reservation:
    """Write another pickup branch and contact method; the place in the queue stays.

    Raises NotChangeable once a copy is assigned, and NoMailAddress.
    """
    if reservation.patron is None:
        raise AlreadyClosed
    patron = patron_lock.lock(reservation.patron)
    if contact_method not in patron.contact_methods():
        raise NoMailAddress
    reservation = lock(reservation)
    if reservation.state != State.WAITING:
        raise _too_late(reservation)
    _write(reservation, pickup_branch, contact_method, at or timezone.now(), by)
    return reservation


@locked_transaction
def change_all_waiting(
    patron: Patron, *, pickup_branch: Branch, at: datetime | None = None, by: By = PATRON
) -> int:
    """Change the pickup branch of all waiting reservations; return how many changed."""
    patron = patron_lock.lock(patron)
    elsewhere = patron.reservations.waiting().exclude(pickup_branch=pickup_branch)
    lock_queues_of(elsewhere)
    changed = list(elsewhere.select_related("pickup_branch").order_by("pk"))
    for reservation in changed:
        contact = ContactMethod(reservation.contact_method)
        _write(reservation, pickup_branch, contact, at or timezone.now(), by)
    return len(changed)


def _too_late(reservation: Reservation) -> Refusal:
    if not reservation.is_open:
        return AlreadyClosed()
    return NotChangeable(state=reservation.get_state_display())


def _write(
    reservation: Reservation,
    pickup_branch: Branch,
    contact_method: ContactMethod,
    at: datetime,
    by: By,
) -> None:
    said = []
    if reservation.pickup_branch_id != pickup_branch.pk:
        before = reservation.pickup_branch.name
        said.append(f"受取館を{before}から{pickup_branch.name}へ変更しました")
    if reservation.contact_method != contact_method:
        before = reservation.get_contact_method_display()
        said.append(f"連絡方法を「{before}」から「{contact_method.label}」へ変更しました")
    if not said:
        return
    reservation.pickup_branch, reservation.contact_method = pickup_branch, contact_method
    reservation.save(update_fields=["pickup_branch", "contact_method"])
    log(reservation, came_from=State(reservation.state), at=at, by=by, why="。".join(said))
