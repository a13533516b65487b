"""The open loans of a patron as a list shows them, with what a renewal needs.

My Page reads them in one statement without models. Whoever has the models uses `LoanSummary.of`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from loans.models import Loan
from patrons.models import Patron

WITH_LOAN = ("copy__bib__material_type", "copy__bib__status", "branch")
OPEN_LOANS = """
SELECT loan.id, copy.bib_id, loan.lent_at, loan.due_on, loan.renewals, copy.lender <> '',
       material.loan_days, status.waiting,
       branch.id, branch.name, branch.opens_on_weekly_closed_holidays
FROM loans_loan loan
JOIN catalog_copy copy ON copy.id = loan.copy_id
JOIN catalog_bib bib ON bib.id = copy.bib_id
JOIN catalog_bibstatus status ON status.bib_id = bib.id
JOIN catalog_materialtype material ON material.id = bib.material_type_id
JOIN catalog_branch branch ON branch.id = loan.branch_id
WHERE loan.patron_id = %s AND loan.returned_at IS NULL
ORDER BY loan.due_on, loan.lent_at, loan.id
"""


@dataclass(frozen=True, slots=True)
class LendingBranch:
    pk: int
    name: str
    opens_on_weekly_closed_holidays: bool


@dataclass(frozen=True, slots=True)
class LoanSummary:
    pk: int
    bib_id: int
    lent_at: datetime
    due_on: date
    renewals: int
    is_interlibrary: bool  # an interlibrary loan (rule 12.10)
    loan_days: int
    waiting: int  # reservations that wait for the bib
    branch: LendingBranch

    @classmethod
    def of(cls, loan: Loan) -> "LoanSummary":
        """Make it from an open loan that was read with `WITH_LOAN`."""
        copy, bib, branch = loan.copy, loan.copy.bib, loan.branch
        return cls(
            pk=loan.pk,
            bib_id=bib.pk,
            lent_at=loan.lent_at,
            due_on=loan.due_on,
            renewals=loan.renewals,
            is_interlibrary=bool(copy.lender),
            loan_days=bib.material_type.loan_days,
            waiting=bib.status.waiting,
            branch=LendingBranch(branch.pk, branch.name, branch.opens_on_weekly_closed_holidays),
        )

    def is_overdue(self, at: datetime | None = None) -> bool:
        """Due today is not overdue (rule 4.3)."""
        return self.due_on < timezone.localdate(at)


def loan_summaries(patron: Patron) -> list[LoanSummary]:
    """Return the open loans by due date: what needs action comes first."""
    # SQL instead of models: the page of a patron with twenty loans would build a hundred of them.
    with connection.cursor() as cursor:
        cursor.execute(OPEN_LOANS, [patron.pk])
        return [_loan(row) for row in cursor.fetchall()]


def _loan(row: tuple[Any, ...]) -> LoanSummary:
    *facts, pk, name, on_holidays = row
    facts.append(LendingBranch(pk, name, on_holidays))
    return LoanSummary(*facts)
