"""破損・紛失: a copy leaves use; the compensation is linked to the patron until it is settled."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from akiruno_library.locking import locked_transaction
from catalog.copies import whereabouts
from catalog.models import Copy
from circulation import undo
from circulation.models import Compensation, RecentScan
from circulation.refusals import MovedOn, NothingToUndo
from loans.loan_notices import delete_notices
from loans.models import Loan
from loans.refusals import AlreadyReturned
from patrons.models import Patron, User
from patrons.patron_lock import lock_by_id
from reservations import hold_shelf
from reservations.models import Reservation
from reservations.transitions import by_staff

Whereabouts = Copy.Whereabouts


@dataclass(frozen=True)
class DamagedCopy:
    reservation: Reservation | None
    compensation: Compensation | None


@locked_transaction
def declare_damaged(
    scan: RecentScan, *, staff: User | None = None, at: datetime | None = None
) -> DamagedCopy:
    """Send a copy that was just returned to repair; its reservation waits again at its old place.

    The patron of the loan is known from the scan for five minutes only; the Compensation keeps the
    link. Raises NothingToUndo, MovedOn.
    """
    at = at or timezone.now()
    copy = whereabouts.lock_copy(scan.copy)
    still = RecentScan.objects.undoable(at).filter(pk=scan.pk).first()
    if still is None or still.kind != RecentScan.Kind.TAKEN_BACK:
        raise NothingToUndo
    if RecentScan.objects.filter(copy=copy, pk__gt=still.pk).exists():
        raise MovedOn(barcode=copy.barcode)
    claim = hold_shelf.claim_of(copy)
    whereabouts.put(copy, Whereabouts.REPAIR, branch=still.branch_id)
    if claim is not None:
        why = "用意した資料が傷んでいたため、順番に戻りました"
        hold_shelf.release_claim(claim, at=at, by=by_staff(staff), why=why)
    compensation = None
    if still.patron is not None:
        compensation = _open(still.patron, copy, Compensation.Kind.DAMAGED, at)
    undo.forget_scans_of(copy)
    whereabouts.count_copies([copy.bib_id])
    return DamagedCopy(claim, compensation)


@locked_transaction
def declare_lost(
    loan: Loan, *, staff: User | None = None, at: datetime | None = None
) -> Compensation:
    """End the loan of a copy that the patron reports lost. Raises AlreadyReturned."""
    if loan.patron_id is None:
        raise AlreadyReturned
    at = at or timezone.now()
    patron = lock_by_id(loan.patron_id)
    copy = whereabouts.lock_copy(loan.copy)
    # One conditional UPDATE: its row count shows whether another counter ended the loan first.
    ended = Loan.objects.open().filter(pk=loan.pk).update(returned_at=at, patron=None)
    if ended != 1:
        raise AlreadyReturned
    delete_notices([loan])
    undo.forget_scans_of(copy)
    whereabouts.put(copy, Whereabouts.LOST)
    whereabouts.count_copies([copy.bib_id])
    return _open(patron, copy, Compensation.Kind.LOST, at)


def settle(compensation: Compensation) -> None:
    """Delete the compensation. Then nothing links the patron to the copy (rule 10.1)."""
    Compensation.objects.filter(pk=compensation.pk).delete()


def _open(patron: Patron, copy: Copy, kind: Compensation.Kind, at: datetime) -> Compensation:
    compensation, _ = Compensation.objects.get_or_create(
        patron=patron, copy=copy, defaults={"kind": kind, "opened_on": timezone.localdate(at)}
    )
    return compensation
