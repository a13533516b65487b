"""What happened at counters and on My Page in the last weeks, told through the portal's verbs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from akiruno_library import policy
from catalog.models import Bib, Branch, Copy
from circulation.lending import lend
from circulation.returning import take_back
from demo.dates import days_ago
from demo.due_days import DueDays
from demo.sample_books import NothingFits, SampleBooks
from loans.models import Loan
from patrons.models import Patron, User
from patrons.models.patron import ContactMethod
from reservations.models import Reservation
from reservations.placing import place


@dataclass
class Desk:
    staff: User
    branches: dict[str, Branch]
    patrons: dict[str, Patron]
    others: Iterator[Patron]  # the next of those who only borrow and wait, round and round
    books: SampleBooks
    due_days: DueDays = field(default_factory=DueDays)

    def borrow(self, patron: Patron, copy: Copy, *, due_in: int, renewed: bool = False) -> Loan:
        """Lend the copy so long ago that it is due then, or on the open day beside (rule 4.1)."""
        periods = 2 if renewed else 1
        days = copy.bib.material_type.loan_days * periods - due_in
        loan = lend(copy, patron, branch=copy.current_branch, staff=self.staff, at=days_ago(days))
        loan.renewals = periods - 1
        loan.due_on = self.due_days.of(loan)
        loan.save(update_fields=["due_on", "renewals"])
        return loan

    def borrow_until_soon(self, patron: Patron, copies: Sequence[Copy]) -> Loan:
        """Lend that one of the copies whose branch is open in three days, and let it be due then.

        When only other branches are open then, the first copy was lent by one of them.
        """
        day, branch = self.due_days.soon(copy.home_branch for copy in copies)
        copy = next((one for one in copies if one.home_branch == branch), copies[0])
        days = copy.bib.material_type.loan_days - policy.DUE_SOON.days
        loan = lend(copy, patron, branch=branch, staff=self.staff, at=days_ago(days))
        loan.due_on = day
        loan.save(update_fields=["due_on"])
        return loan

    def reserve(
        self, patron: Patron, bib: Bib, *, days: int, pickup_branch: Branch | None = None
    ) -> Reservation:
        (placing,) = place(
            patron,
            [bib],
            pickup_branch=pickup_branch or self.pickup_branch(patron),
            contact_method=ContactMethod(patron.contact_method),
            at=days_ago(days),
        )
        if placing.reservation is None:
            raise NothingFits(placing.reasons)
        return placing.reservation

    def scan(self, copy: Copy, branch: Branch, *, days: int) -> None:
        take_back(copy, branch=branch, staff=self.staff, at=days_ago(days))

    def arrive(self, reservation: Reservation, *, days: int) -> None:
        """Bring the claimed copy to the hold shelf, over the other branch's counter if need be."""
        copy, pickup_branch = reservation.copy, reservation.pickup_branch
        if copy is None:
            raise NothingFits
        if copy.current_branch_id != pickup_branch.pk:
            self.scan(copy, copy.current_branch, days=days + 1)
        self.scan(copy, pickup_branch, days=days)
        reservation.refresh_from_db()

    def pickup_branch(self, patron: Patron) -> Branch:
        return patron.pickup_branch or self.branches["chuo"]
