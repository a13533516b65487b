"""What is lent: rules 4.1 to 4.3."""

import pytest

from loans.models import Loan
from tests.conftest import tokyo
from tests.factories import CopyFactory
from tests.verbs import lend, scan

pytestmark = pytest.mark.django_db


def test_a_loan_is_overdue_from_the_day_after_its_due_day(book, borrower):
    loan = lend(book, borrower, at=tokyo("2026-11-03"))  # due on the 24th
    for moment, overdue in (
        (tokyo("2026-11-24", "23:59"), False),
        (tokyo("2026-11-25", "00:00"), True),
    ):
        assert loan.is_overdue(moment) is overdue
        assert Loan.objects.overdue(moment).exists() is overdue


def test_a_returned_loan_is_neither_open_nor_overdue(book, borrower):
    lend(book, borrower, at=tokyo("2026-11-03"))
    scan(book, at=tokyo("2026-12-24"))
    assert not Loan.objects.open().exists()
    assert not Loan.objects.overdue(tokyo("2027-01-01")).exists()


def test_open_loans_are_those_not_returned(borrower):
    lend(CopyFactory(), borrower)
    returned = CopyFactory()
    lend(returned, borrower)
    scan(returned)
    assert Loan.objects.open().count() == 1
