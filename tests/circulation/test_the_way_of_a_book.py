from datetime import date

import pytest

from catalog.models import Copy
from circulation.lending import lend
from circulation.returning import take_back
from loans.models import Loan
from notifications.models import Notice
from operation.invariants import offenders
from patrons.models.patron import ContactMethod
from reservations.models import Reservation, State
from reservations.placing import place
from tests.conftest import tokyo
from tests.factories import branch

pytestmark = pytest.mark.django_db


def test_a_lent_book_is_reserved_returned_kept_announced_and_lent(book, borrower, one_who_waits):
    chuo = branch("chuo")
    lend(book, borrower, branch=chuo, at=tokyo("2026-11-02"))
    assert Loan.objects.get().due_on == date(2026, 11, 23)

    [placing] = place(
        one_who_waits,
        [book.bib],
        pickup_branch=chuo,
        contact_method=ContactMethod.MAIL,
        at=tokyo("2026-11-05"),
    )
    assert placing.reservation.state == State.WAITING
    assert offenders() == {}

    scanned = take_back(book, branch=chuo, at=tokyo("2026-11-10"))
    assert scanned.goes_to_hold_shelf
    assert Loan.objects.get().patron is None
    reservation = Reservation.objects.get()
    assert reservation.state == State.READY
    assert reservation.deadline == date(2026, 11, 21)  # the 20th is a Friday: 中央 is closed
    assert Notice.objects.get().address.address == "satoru@example.jp"
    assert offenders() == {}

    lend(book, one_who_waits, branch=chuo, at=tokyo("2026-11-12"))
    assert Reservation.objects.get().state == State.COLLECTED
    assert Notice.objects.get().withdrawn_at is not None
    assert offenders() == {}


def test_a_free_book_at_another_branch_is_a_transfer(book, borrower):
    [placing] = place(
        borrower, [book.bib], pickup_branch=branch("el"), contact_method=ContactMethod.NONE
    )
    assert placing.reservation.is_transfer
    assert Copy.objects.get().whereabouts == Copy.Whereabouts.CLAIMED
    sent = take_back(book, branch=branch("chuo"))
    assert sent.goes_to_branch == branch("el")
    arrived = take_back(book, branch=branch("el"))
    assert arrived.goes_to_hold_shelf
    assert offenders() == {}
