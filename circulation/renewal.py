"""返却期限の延長: once, if nobody waits and the loan is not overdue (rules 4.3, 4.4, 12.10)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import F

from akiruno_library import policy
from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Refusal, refuse
from catalog.copies import whereabouts
from loans.due_dates import renewed_due_days
from loans.loan_notices import delete_notices
from loans.models import Loan
from loans.refusals import (
    AlreadyReturned,
    InterlibraryLoan,
    OverdueLoan,
    RenewedAlready,
    SomebodyWaits,
    SuspendedBorrower,
)
from loans.summaries import WITH_LOAN, LoanSummary
from patrons import staff_log
from patrons.models import Patron, User
from patrons.models.staff_actions import StaffAction
from patrons.patron_lock import lock_by_id
from reservations.models import Reservation


@dataclass(frozen=True)
class Prospect:
    """The result of a renewal now: a new due day, or all reasons against it."""

    until: date | None
    reasons: list[Refusal]


def prospects(
    loans: Sequence[LoanSummary], patron: Patron, *, at: datetime | None = None
) -> dict[int, Prospect]:
    """Return for each open loan of the patron what a renewal would do."""
    loans = without_own_reservations(loans, patron)
    days = renewed_due_days(loans)
    found = {}
    for loan in loans:
        reasons = list(_refusals(loan, patron, at))
        found[loan.pk] = Prospect(None if reasons else days[loan.pk], reasons)
    return found


def without_own_reservations(loans: Sequence[LoanSummary], patron: Patron) -> Sequence[LoanSummary]:
    """Return the loans with the numbers of others who wait (rule 4.3).

    After a merge of two bibs a patron can wait for a bib that they have at home.
    """
    bibs = [loan.bib_id for loan in loans if loan.waiting]
    if not bibs:
        return loans
    waiting = Reservation.objects.waiting().filter(patron=patron, bib__in=bibs)
    own = set(waiting.values_list("bib_id", flat=True))
    return [replace(loan, waiting=loan.waiting - (loan.bib_id in own)) for loan in loans]


@locked_transaction
def renew(loan: Loan, *, staff: User | None = None, at: datetime | None = None) -> Loan:
    """Renew the loan once, for the patron or for staff. Raises Refusals.

    A reservation placed at the same moment comes before or after, because placing waits for the
    lock of the bib. A renewed due day stays, whatever is reserved later.
    """
    if loan.patron_id is None:
        raise AlreadyReturned
    patron = lock_by_id(loan.patron_id)
    whereabouts.lock_copy(loan.copy)
    # Read again under the locks: the loan may have ended meanwhile.
    found = patron.loans.open().select_related(*WITH_LOAN).filter(pk=loan.pk).first()
    if found is None:
        raise AlreadyReturned
    [summary] = without_own_reservations([LoanSummary.of(found)], patron)
    refuse(_refusals(summary, patron, at))
    due_on = renewed_due_days([summary])[found.pk]
    renewed = Loan.objects.open().filter(pk=found.pk, renewals__lt=policy.RENEWALS)
    if renewed.update(renewals=F("renewals") + 1, due_on=due_on) != 1:
        raise RenewedAlready(due_on=found.due_on)
    delete_notices([found])
    if staff is not None:
        staff_log.note(staff, StaffAction.What.RENEWED, patron, at=at)
    found.renewals, found.due_on = found.renewals + 1, due_on
    return found


@dataclass
class Renewals:
    """The renewed loans, and the refused ones with their reasons."""

    renewed: list[Loan]
    refused: list[tuple[Loan, Refusal]]


def renew_several(
    loans: Sequence[Loan], *, staff: User | None = None, at: datetime | None = None
) -> Renewals:
    """Renew each loan in its own transaction, so that a refused one does not stop the others."""
    done = Renewals([], [])
    for loan in loans:
        try:
            done.renewed.append(renew(loan, staff=staff, at=at))
        except Refusal as refusal:
            done.refused.append((loan, refusal))
    return done


def _refusals(loan: LoanSummary, patron: Patron, at: datetime | None) -> Iterator[Refusal]:
    if patron.is_suspended:
        yield SuspendedBorrower(due_on=loan.due_on)
    if loan.is_interlibrary:
        yield InterlibraryLoan(due_on=loan.due_on)
    if loan.renewals >= policy.RENEWALS:
        yield RenewedAlready(due_on=loan.due_on)
    if loan.is_overdue(at):
        yield OverdueLoan(due_on=loan.due_on)
    if loan.waiting:
        yield SomebodyWaits(due_on=loan.due_on)
