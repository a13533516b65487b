"""返却: a copy is scanned at a counter, and the answer says where it goes (rule 9.1).

A return is the usual case of a scan:

1. An open loan ends, and with it the link to the patron (rule 10.1). A loan from the book drop
   ends on the given day (rule 4.5).
2. The reservation that claimed the copy, or else the first in the queue, gets it: on the hold shelf
   if the pickup branch is here, otherwise in transit (rule 5.8).
3. Without a reservation the copy goes to its shelf or in transit to its home branch; a borrowed
   copy goes back to its lender from there (rule 12.10).

The state before the scan is kept for five minutes (rule 12.12).
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from akiruno_library import policy
from akiruno_library.locking import locked_transaction
from catalog.copies import whereabouts
from catalog.models import Branch, Copy
from circulation import acquisition
from circulation.models import RecentScan
from circulation.refusals import DropDayOutOfReach
from loans.loan_notices import withhold_notices
from loans.models import Loan
from loans.refusals import WithdrawnCopy
from patrons.models import User
from reservations import hold_shelf, queue
from reservations.models import Reservation
from reservations.transitions import LIBRARY, by_staff

Whereabouts = Copy.Whereabouts


@dataclass(frozen=True)
class Scanned:
    """The counter's answer to a scanned copy."""

    copy: Copy
    ended_loan: bool
    was_overdue: bool
    reservation: Reservation | None
    scan: RecentScan

    @property
    def goes_to_hold_shelf(self) -> bool:
        return self.copy.whereabouts == Whereabouts.HOLD_SHELF

    @property
    def goes_to_lender(self) -> bool:
        """Whether the copy is borrowed from another library and nobody here waits for it."""
        return bool(self.copy.lender) and self.copy.whereabouts == Copy.Whereabouts.SHELF

    @property
    def goes_to_branch(self) -> Branch | None:
        """The branch to which the copy is to be sent, or None if it stays."""
        in_transit = self.copy.whereabouts == Whereabouts.IN_TRANSIT
        return self.copy.current_branch if in_transit else None

    @property
    def was(self) -> Copy.Whereabouts:
        """The whereabouts before the scan; a missing copy is found by it."""
        return Whereabouts(self.scan.was_whereabouts)


@locked_transaction
def take_back(
    copy: Copy,
    *,
    branch: Branch,
    staff: User | None = None,
    at: datetime | None = None,
    dropped_on: date | None = None,
) -> Scanned:
    """Process a scanned copy at a counter. Raises WithdrawnCopy and DropDayOutOfReach."""
    copy = whereabouts.lock_copy(copy)
    if copy.whereabouts == Whereabouts.WITHDRAWN:
        raise WithdrawnCopy(barcode=copy.barcode)
    at = at or timezone.now()
    scan = RecentScan.begin(RecentScan.Kind.TAKEN_BACK, copy, branch=branch, staff=staff, at=at)
    was_overdue = _end_loan(copy, scan, ended_at=_moment_of_the_drop(dropped_on, at))
    acquisition.accept_if_new(copy, at=at)
    copy.sought_on = None  # the scan proves that the copy was found
    reservation = _send_on(copy, scan)
    whereabouts.count_copies([copy.bib_id])
    scan.save()
    copy = Copy.objects.select_related("bib", "current_branch", "home_branch").get(pk=copy.pk)
    return Scanned(copy, scan.loan is not None, was_overdue, reservation, scan)


def _end_loan(copy: Copy, scan: RecentScan, *, ended_at: datetime) -> bool:
    """End the open loan, if there is one, and record it in the scan; return if it was overdue."""
    loan = Loan.objects.open().filter(copy=copy).first()
    if loan is None:
        return False
    was_overdue = loan.is_overdue(ended_at)
    scan.loan, scan.patron_id = loan, loan.patron_id
    # A book drop day can lie before the day of the loan; a constraint forbids a return before it.
    loan.returned_at, loan.patron = max(ended_at, loan.lent_at), None
    loan.save(update_fields=["returned_at", "patron"])
    withhold_notices(loan, at=scan.at)
    return was_overdue


def _send_on(copy: Copy, scan: RecentScan) -> Reservation | None:
    """Give the copy to the reservation whose turn it is and return it, or put the copy away."""
    reservation = _whose(copy, scan.at)
    if reservation is None:
        _to_the_shelf(copy, scan.branch, scan.at)
        return None
    scan.touches(reservation)
    by = by_staff(scan.staff)
    hold_shelf.route(copy, reservation, branch=scan.branch, at=scan.at, by=by)
    return reservation


def _moment_of_the_drop(dropped_on: date | None, at: datetime) -> datetime:
    """Return the last moment of that day, or `at` if that is earlier. Raises DropDayOutOfReach."""
    if dropped_on is None:
        return at
    today = timezone.localdate(at)
    if not today - policy.BOOK_DROP_FURTHEST <= dropped_on <= today:
        raise DropDayOutOfReach
    last_moment = datetime.combine(dropped_on, time.max, timezone.get_default_timezone())
    return min(at, last_moment)


def _whose(copy: Copy, at: datetime) -> Reservation | None:
    claim = hold_shelf.claim_of(copy)
    if copy.is_wanted_back(timezone.localdate(at)):
        if claim is not None:
            hold_shelf.release_claim(claim, at=at, by=LIBRARY, why=hold_shelf.WANTED_BACK)
        return None
    if claim is not None or copy.lending != Copy.Lending.LENT:
        return claim
    return queue.call_next(copy.bib_id, at=at)


def _to_the_shelf(copy: Copy, branch: Branch, at: datetime) -> None:
    if copy.home_branch_id == branch.pk:
        whereabouts.put(copy, Whereabouts.SHELF, branch=branch)
    else:
        whereabouts.send(copy, to=copy.home_branch_id, sent_from=branch, at=at)
