"""Notices about the due day of a loan, and what becomes of them when it ends or moves.

Mail before the due day (7.3) and mail after it (4.6) have one consent.
"""

from collections.abc import Sequence
from datetime import date, datetime

from loans.models import Loan
from notifications import outbox

DUE_SOON = "due_soon"
OVERDUE = "overdue"


def due_soon_key(loan_id: int, due_on: date) -> str:
    return f"due-soon:{loan_id}:{due_on}"


def overdue_key(loan_id: int, due_on: date, number: int) -> str:
    return f"overdue:{loan_id}:{due_on}:{number}"


def _keys(loan: Loan) -> list[str]:
    overdue = [overdue_key(loan.pk, loan.due_on, number) for number in (1, 2)]
    return [due_soon_key(loan.pk, loan.due_on), *overdue]


def delete_notices(loans: Sequence[Loan]) -> None:
    """Delete the notices of returned or moved loans; call this before the date moves.

    They are not kept as withdrawn: a notice names the reader of the book (10.1).
    """
    outbox.forget_keys([key for loan in loans for key in _keys(loan)])


def withhold_notices(loan: Loan, *, at: datetime) -> None:
    """Withhold the notices of a loan that a scan ended, while the scan can be undone.

    A sent notice is kept as long, so that an undone return is not announced twice.
    """
    for key in _keys(loan):
        outbox.withdraw(key, at=at)


def reinstate_notices(loan: Loan) -> None:
    """Make the notices valid again: the return was undone and the loan goes on."""
    for key in _keys(loan):
        outbox.reinstate(key)
