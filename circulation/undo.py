"""取り消し: undoes a wrong scan within five minutes (rule 12.12)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from akiruno_library.locking import locked_transaction
from catalog.copies import whereabouts
from catalog.models import Copy
from catalog.models.statistics import Kind
from catalog.statistics import record
from circulation import acquisition
from circulation.models import RecentScan
from circulation.refusals import MovedOn, NothingToUndo, TooLateToUndo
from loans import history
from loans.loan_notices import delete_notices, reinstate_notices
from loans.models import Loan
from patrons.models import User
from patrons.patron_lock import lock_by_id
from reservations import hold_shelf, mails, queue
from reservations.models import Reservation, State
from reservations.models.states import WITHOUT_COPY
from reservations.scan_undo import BeforeScan, revert_to
from reservations.transitions import By, by_staff, log

Whereabouts = Copy.Whereabouts
MAIL_WENT_OUT = "用意ができたというメールは、もう送られています。予約した方へご連絡ください。"
NEXT_VOLUME_CAME = "順番予約の次の巻は、もう用意が始まっています。そのまま進みます。"
CLAIM_MOVED = "この資料を割り当てられていた方の予約は、順番に戻ります。"
TRANSFER_AGAIN = "先に借りられた貸出が取り消されたため、取り寄せに戻りました"
ENDED_MEANWHILE = "この資料を待っていた方の予約は、もう終わっています。"


@dataclass(frozen=True)
class UndoneScan:
    """The state of the copy after the undo, and what could not be undone."""

    kind: RecentScan.Kind
    copy: Copy
    notes: list[str] = field(default_factory=list)


@locked_transaction
def undo(scan: RecentScan, *, staff: User | None = None, at: datetime | None = None) -> UndoneScan:
    """Give copy, loan and reservation the state that they had before the scan.

    A return that is undone reopens the loan; a loan that is undone is deleted. Sent mails and later
    volumes are not undone but reported in the notes. Raises NothingToUndo, TooLateToUndo, MovedOn
    if a later scan of the copy exists.
    """
    at = at or timezone.now()
    # The patron is locked before the bib and the copy, as in every verb; another order could
    # deadlock.
    _lock_the_patron(scan)
    copy = whereabouts.lock_copy(scan.copy)
    # Read again under the lock: another counter may have undone the scan.
    still = RecentScan.objects.filter(pk=scan.pk).first()
    if still is None:
        raise NothingToUndo
    if not RecentScan.objects.undoable(at).filter(pk=scan.pk).exists():
        raise TooLateToUndo
    if RecentScan.objects.filter(copy=copy, pk__gt=still.pk).exists():
        raise MovedOn(barcode=copy.barcode)
    kind = RecentScan.Kind(still.kind)
    undo_it = _undo_loan if kind == RecentScan.Kind.LENT else _undo_return
    notes = undo_it(still, copy, at, by_staff(staff))
    RecentScan.objects.filter(pk=still.pk).delete()
    whereabouts.count_copies([copy.bib_id])
    queue.assign(copy.bib_id, at=at)
    copy = Copy.objects.select_related("bib", "current_branch").get(pk=copy.pk)
    return UndoneScan(kind, copy, notes)


def forget_recent_scans(*, at: datetime | None = None) -> int:
    """Delete old scans, and with them the last links from returned loans to patrons."""
    return _forget(RecentScan.objects.forgotten(at))


def forget_scans_of(copy: Copy) -> None:
    """Delete all scans of the copy, when a verb followed that cannot be undone."""
    _forget(RecentScan.objects.filter(copy=copy))


@transaction.atomic
def _forget(scans: QuerySet[RecentScan]) -> int:
    ended = scans.filter(loan__returned_at__isnull=False)
    delete_notices(list(Loan.objects.filter(pk__in=ended.values("loan"))))
    return scans.delete()[0]


def _lock_the_patron(scan: RecentScan) -> None:
    """Lock the patron of the scan, if another counter has not undone it meanwhile."""
    whose = RecentScan.objects.filter(pk=scan.pk).values_list("patron", "loan__patron").first()
    patron_id = next((pk for pk in whose or () if pk is not None), None)
    if patron_id is not None:
        lock_by_id(patron_id)


def _undo_return(scan: RecentScan, copy: Copy, at: datetime, by: By) -> list[str]:
    """Undo a return: the copy was not here, so its reservation gets its old place in the queue."""
    notes = []
    claim = hold_shelf.claim_of(copy)
    if claim is not None and claim.pk == scan.reservation_id:
        if mails.hold_ready_was_sent(claim):
            notes.append(MAIL_WENT_OUT)
        revert_to(claim, _before(scan), at=at, by=by)
    elif claim is not None and scan.loan_id is not None:
        why = "返却が取り消されたため、順番に戻りました"
        hold_shelf.release_claim(claim, at=at, by=by, why=why)
        notes.append(CLAIM_MOVED)
    elif scan.reservation_id is not None and claim is None:
        notes.append(ENDED_MEANWHILE)
    if scan.loan is not None:
        Loan.objects.filter(pk=scan.loan.pk).update(returned_at=None, patron=scan.patron_id)
        reinstate_notices(scan.loan)
    acquisition.accept_no_more(copy, was=Whereabouts(scan.was_whereabouts), at=scan.at)
    _put_back(scan, copy)
    return notes


def _undo_loan(scan: RecentScan, copy: Copy, at: datetime, by: By) -> list[str]:
    """Undo a loan: the copy is back, and a reservation that it fulfilled is open again."""
    notes: list[str] = []
    if scan.loan is not None:
        if scan.loan.patron is not None:
            history.delete_mistaken_entry(copy.bib_id, scan.loan.patron, lent_at=scan.loan.lent_at)
        scan.loan.delete()
        record.subtract_bibs(Kind.LOAN, [copy.bib], branch=scan.branch, at=scan.at)
    # Imports can set the count to 0, and it must not become negative.
    Copy.objects.filter(pk=copy.pk).update(times_lent=max(copy.times_lent - 1, 0))
    reservation = scan.reservation
    if (
        reservation is not None
        and reservation.state == State.COLLECTED
        and reservation.patron_id is not None
    ):
        before = _before(scan)
        if before.copy_id != copy.pk:
            before = BeforeScan(State.WAITING)
        revert_to(reservation, before, at=at, by=by)
        if _later_members(reservation, (State.IN_TRANSIT, State.READY)).exists():
            notes.append(NEXT_VOLUME_CAME)
        _release_early_claims_after_commit(reservation, at)
    _make_transfers_again(scan, copy, at, by)
    _put_back(scan, copy)
    return notes


def _before(scan: RecentScan) -> BeforeScan:
    state = State(scan.was_state)
    if state in WITHOUT_COPY:
        return BeforeScan(state)
    return BeforeScan(
        state, scan.was_copy_id, scan.was_assigned_at, scan.was_ready_at, scan.was_deadline
    )


def _put_back(scan: RecentScan, copy: Copy) -> None:
    """Give the copy the whereabouts that it had before the scan.

    The queue may have changed since, so claimed and shelf follow from the present reservations.
    """
    was = Whereabouts(scan.was_whereabouts)
    claimed = Reservation.objects.filter(copy=copy, state=State.TO_FETCH).exists()
    if was == Whereabouts.CLAIMED and not claimed:
        was = Whereabouts.SHELF
    elif was == Whereabouts.SHELF and claimed:
        was = Whereabouts.CLAIMED
    if was == Whereabouts.IN_TRANSIT and scan.was_sent_from and scan.was_sent_at:
        to = scan.was_branch_id
        whereabouts.send(copy, to=to, sent_from=scan.was_sent_from, at=scan.was_sent_at)
    else:
        whereabouts.put(copy, was, branch=scan.was_branch_id)


def _later_members(reservation: Reservation, states: Collection[State]) -> QuerySet[Reservation]:
    if reservation.order_group is None:
        return Reservation.objects.none()
    return Reservation.objects.filter(
        state__in=states, order_group=reservation.order_group, order_no__gt=reservation.order_no
    )


def _release_early_claims_after_commit(reservation: Reservation, at: datetime) -> None:
    """The lending freed the next volume, which may have been given a copy since (rule 5.6).

    It is of another bib, which this transaction has not locked.
    """
    for later in _later_members(reservation, (State.TO_FETCH,)):
        transaction.on_commit(partial(hold_shelf.release_early_claim, later, at=at), robust=True)


def _make_transfers_again(scan: RecentScan, copy: Copy, at: datetime, by: By) -> None:
    """The visitor's loan turned the 取り寄せ of another patron into a 予約 (rule 5.4)."""
    turned = Reservation.objects.open().filter(bib_id=copy.bib_id, became_hold_at=scan.at)
    for one in turned:
        one.is_transfer, one.became_hold_at = True, None
        one.save(update_fields=["is_transfer", "became_hold_at"])
        log(one, came_from=State(one.state), at=at, by=by, why=TRANSFER_AGAIN)
