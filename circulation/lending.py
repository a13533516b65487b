"""貸出: lends a copy to a patron."""

from collections.abc import Iterator
from datetime import datetime

from django.db import IntegrityError
from django.utils import timezone

from akiruno_library.constraints import broken_constraint
from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Refusal, refuse
from catalog.copies import whereabouts
from catalog.models import Branch, Copy
from catalog.models.statistics import Kind
from catalog.statistics import record
from circulation.models import RecentScan
from loans import history
from loans.due_dates import due_day
from loans.models import Loan
from loans.refusals import (
    AlreadyLent,
    DueAtLender,
    HeldForAnother,
    LibraryUseCopy,
    NotForLending,
    TooManyOfMedium,
    WaitedForByOthers,
)
from patrons.models import Patron, User
from patrons.patron_lock import lock
from patrons.privileges import card_refusals
from reservations import hold_shelf, mails, queue
from reservations.models import CloseReason, Reservation, State
from reservations.transitions import By, by_staff, close

Whereabouts = Copy.Whereabouts
IN_HAND = frozenset(
    {Whereabouts.SHELF, Whereabouts.CLAIMED, Whereabouts.HOLD_SHELF, Whereabouts.IN_TRANSIT}
)


@locked_transaction
def lend(
    copy: Copy,
    patron: Patron,
    *,
    branch: Branch,
    staff: User | None = None,
    at: datetime | None = None,
) -> Loan:
    """Lend the copy at `branch`; fulfil the patron's reservation of this bib. Raises Refusals.

    A copy that is only to be fetched for another patron may go to the visitor who has it in hand.
    That reservation gets another free copy or waits again at its old place (rule 5.4).
    """
    patron = lock(patron)
    copy = whereabouts.lock_copy(copy)
    at = at or timezone.now()
    claim = hold_shelf.claim_of(copy)
    refuse(_refusals(copy, patron, claim, at))

    by = by_staff(staff)
    scan = RecentScan.begin(RecentScan.Kind.LENT, copy, branch=branch, staff=staff, at=at)
    scan.loan = loan = _open_loan(copy, patron, branch, at)
    history.write(copy.bib, patron, at=at)
    record.note_bibs(Kind.LOAN, [copy.bib], branch=branch, at=at)
    _hand_over(copy, branch)
    reservation = _reservation_of(patron, copy)
    if reservation is not None:
        scan.touches(reservation)
        _fulfil(reservation, copy, at, by)
    if claim is not None and (reservation is None or claim.pk != reservation.pk):
        why = "窓口で先に借りられたため、もとの順番に戻りました"
        hold_shelf.release_claim(claim, at=at, by=by, why=why)
    whereabouts.count_copies([copy.bib_id])
    queue.assign(copy.bib_id, at=at)
    scan.save()
    return loan


def _refusals(
    copy: Copy, patron: Patron, claim: Reservation | None, at: datetime
) -> Iterator[Refusal]:
    yield from card_refusals(patron, at=at)
    if copy.lending != Copy.Lending.LENT:
        yield LibraryUseCopy(barcode=copy.barcode)
    elif copy.whereabouts == Whereabouts.ON_LOAN:
        yield AlreadyLent(barcode=copy.barcode)
    elif copy.whereabouts not in IN_HAND:
        yield NotForLending(barcode=copy.barcode, whereabouts=copy.get_whereabouts_display())
    elif claim and claim.patron_id != patron.pk and claim.state != State.TO_FETCH:
        yield HeldForAnother(barcode=copy.barcode)
    elif claim is None and copy.whereabouts == Whereabouts.HOLD_SHELF:
        yield from _refusals_of_what_lapsed(copy, patron, at)
    if copy.lender_due_on and copy.is_wanted_back(timezone.localdate(at)):
        yield DueAtLender(barcode=copy.barcode, lender=copy.lender, due_on=copy.lender_due_on)
    yield from _limit_refusals(copy, patron)


def _refusals_of_what_lapsed(copy: Copy, patron: Patron, at: datetime) -> Iterator[Refusal]:
    """Whoever comes too late may still have it, and the next in the queue; nobody else (5.10)."""
    waiting = Reservation.objects.waiting().filter(bib_id=copy.bib_id)
    following = waiting.eligible(at).in_queue_order().first()
    came_late = Reservation.objects.filter(copy=copy, patron=patron, state=State.LAPSED)
    if following and following.patron_id != patron.pk and not came_late.exists():
        yield WaitedForByOthers(barcode=copy.barcode)


def _limit_refusals(copy: Copy, patron: Patron) -> Iterator[Refusal]:
    material = copy.bib.material_type
    if material.loan_limit is None:
        return
    on_loan = (
        Loan.objects.open()
        .filter(patron=patron, copy__bib__material_type__medium=material.medium)
        .count()
    )
    if on_loan >= material.loan_limit:
        yield TooManyOfMedium(
            medium=material.get_medium_display(), limit=material.loan_limit, now=on_loan
        )


def _open_loan(copy: Copy, patron: Patron, branch: Branch, at: datetime) -> Loan:
    try:
        return Loan.objects.create(
            copy=copy,
            patron=patron,
            branch=branch,
            lent_at=at,
            due_on=due_day(copy, branch, at=at),
        )
    except IntegrityError as error:
        # The lock on the bib prevents this among our verbs; the constraint also covers imports and
        # the admin.
        if broken_constraint(error) == "loan_one_open_per_copy":
            raise AlreadyLent(barcode=copy.barcode) from error
        raise


def _hand_over(copy: Copy, branch: Branch) -> None:
    copy.times_lent += 1
    copy.save(update_fields=["times_lent"])
    whereabouts.put(copy, Whereabouts.ON_LOAN, branch=branch)


def _reservation_of(patron: Patron, copy: Copy) -> Reservation | None:
    return (
        Reservation.objects.open()
        .filter(patron=patron, bib_id=copy.bib_id)
        .select_related("copy")
        .first()
    )


def _fulfil(reservation: Reservation, copy: Copy, at: datetime, by: By) -> None:
    """Close the patron's reservation. Another copy that was claimed for it becomes free."""
    spare, freed = reservation.copy, queue.successors(reservation)
    mails.withdraw_hold_ready(reservation, at=at)
    close(reservation, CloseReason.LENT, at=at, by=by, copy=copy)
    if spare is not None and spare.pk != copy.pk and spare.whereabouts == Whereabouts.CLAIMED:
        whereabouts.put(spare, Whereabouts.SHELF)
    queue.offer_after_commit(freed)
