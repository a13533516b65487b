"""返却: rules 5.8, 9.1, 10.1 and 12 (1)."""

from datetime import date

import pytest

from catalog.models import Copy
from loans.models import Loan
from notifications.models import Notice
from patrons.models.patron import ContactMethod
from reservations.hold_shelf import lapse
from reservations.models import Reservation, State
from tests.conftest import tokyo
from tests.factories import CopyFactory, branch
from tests.verbs import NOON, anew, lend, lent_out, reserve, scan

Whereabouts = Copy.Whereabouts


def test_a_return_ends_the_loan_and_names_nobody_any_more():
    copy = lent_out()
    scanned = scan(copy)
    assert (scanned.ended_loan, scanned.was_overdue) == (True, True)
    loan = Loan.objects.get()
    assert (loan.patron, loan.returned_at) == (None, NOON)


def test_a_return_on_the_due_day_is_in_time(book, borrower):
    loan = lend(book, borrower, at=tokyo("2026-11-02"))
    assert not scan(book, at=tokyo(str(loan.due_on), "23:59")).was_overdue


def test_a_copy_nobody_waits_for_goes_to_its_shelf():
    copy = lent_out()
    scanned = scan(copy)
    assert scanned.copy.whereabouts == Whereabouts.SHELF
    assert scanned.reservation is None
    assert scanned.goes_to_branch is None


def test_a_copy_of_another_branch_travels_home():
    copy = lent_out()
    scanned = scan(copy, at_branch="el")
    assert scanned.goes_to_branch == branch("chuo")
    assert scan(copy, at_branch="chuo").copy.whereabouts == Whereabouts.SHELF


def test_a_copy_on_its_way_home_is_given_away_at_the_next_scan(borrower):
    copy = lent_out()
    scan(copy, at_branch="el")
    reservation = reserve(borrower, copy.bib, pickup="el")
    assert reservation.state == State.WAITING
    scanned = scan(copy, at_branch="chuo")
    assert scanned.goes_to_branch == branch("el")
    assert anew(reservation).state == State.IN_TRANSIT


@pytest.mark.parametrize(
    "whereabouts",
    [
        Whereabouts.SHELF,
        Whereabouts.IN_TRANSIT,
        Whereabouts.HOLD_SHELF,
        Whereabouts.PROCESSING,
        Whereabouts.ON_ORDER,
        Whereabouts.REPAIR,
        Whereabouts.MISSING,
        Whereabouts.LOST,
    ],
)
def test_a_scanned_copy_turns_up_wherever_it_was_thought_to_be(whereabouts):
    copy = CopyFactory(whereabouts=whereabouts)
    scanned = scan(copy)
    assert scanned.copy.whereabouts == Whereabouts.SHELF
    assert not scanned.ended_loan
    assert anew(copy.bib).status.free_at == [branch("chuo").pk]


@pytest.mark.parametrize(
    "whereabouts",
    [Whereabouts.PROCESSING, Whereabouts.REPAIR, Whereabouts.MISSING, Whereabouts.IN_TRANSIT],
)
def test_a_scanned_copy_goes_to_whoever_waits_wherever_it_was(borrower, whereabouts):
    copy = lent_out()
    other = CopyFactory(bib=copy.bib, whereabouts=whereabouts)
    reservation = reserve(borrower, copy.bib)
    assert scan(other).goes_to_hold_shelf
    assert anew(reservation).copy == other


@pytest.mark.parametrize("lending", [Copy.Lending.IN_LIBRARY, Copy.Lending.NEWEST_ISSUE])
def test_a_copy_to_be_read_in_the_library_goes_to_nobody(borrower, lending):
    copy = lent_out()
    for_the_library = CopyFactory(bib=copy.bib, lending=lending)
    reservation = reserve(borrower, copy.bib)
    assert scan(for_the_library).copy.whereabouts == Whereabouts.SHELF
    assert scan(for_the_library, at_branch="el").goes_to_branch == branch("chuo")
    assert anew(reservation).state == State.WAITING


def test_a_fetched_copy_is_kept_at_the_pickup_branch(book, borrower):
    reservation = reserve(borrower, book.bib)
    scanned = scan(book)
    assert scanned.goes_to_hold_shelf
    assert scanned.reservation == reservation
    ready = anew(reservation)
    assert (ready.state, ready.ready_at) == (State.READY, NOON)


def test_a_fetched_copy_is_sent_to_the_pickup_branch_and_kept_on_arrival(book, borrower):
    reservation = reserve(borrower, book.bib, pickup="itsukaichi")
    assert scan(book).goes_to_branch == branch("itsukaichi")
    assert anew(reservation).state == State.IN_TRANSIT
    assert scan(book, at_branch="itsukaichi").goes_to_hold_shelf
    assert anew(reservation).state == State.READY


def test_a_copy_that_passes_a_third_branch_stays_on_its_way(book, borrower):
    reservation = reserve(borrower, book.bib, pickup="itsukaichi")
    scan(book)
    assert scan(book, at_branch="el").goes_to_branch == branch("itsukaichi")
    assert anew(reservation).state == State.IN_TRANSIT


def test_a_kept_copy_scanned_again_stays_kept_until_the_same_day(book, borrower):
    reservation = reserve(borrower, book.bib)
    scan(book, at=tokyo("2026-11-10"))
    before = anew(reservation)
    assert scan(book, at=tokyo("2026-11-12")).goes_to_hold_shelf
    after = anew(reservation)
    assert (after.deadline, after.ready_at) == (before.deadline, before.ready_at)


def test_a_kept_copy_that_strayed_to_another_branch_is_sent_back(book, one_who_waits):
    reservation = reserve(one_who_waits, book.bib, contact=ContactMethod.MAIL)
    scan(book)
    assert scan(book, at_branch="el").goes_to_branch == branch("chuo")
    strayed = anew(reservation)
    assert (strayed.state, strayed.deadline, strayed.ready_at) == (State.IN_TRANSIT, None, None)
    assert not Notice.objects.true_now().exists()
    scan(book, at=tokyo("2026-11-26"))
    assert anew(reservation).deadline == date(2026, 12, 6)
    assert Notice.objects.true_now().count() == 1


def test_the_copy_of_a_lapsed_hold_goes_to_the_next_when_it_is_scanned(
    book, borrower, one_who_waits
):
    lapsed = reserve(borrower, book.bib, at=tokyo("2026-11-01"))
    scan(book, at=tokyo("2026-11-01"))
    following = reserve(one_who_waits, book.bib, at=tokyo("2026-11-02"))
    lapse(lapsed, at=tokyo("2026-11-13"))
    assert anew(book).whereabouts == Whereabouts.HOLD_SHELF
    assert anew(following).state == State.WAITING
    scan(book, at=tokyo("2026-11-14"))
    assert anew(following).state == State.READY


def test_a_return_dated_before_the_loan_ends_it_at_the_moment_it_began(book, borrower):
    lend(book, borrower, at=NOON)
    scan(book, at=tokyo("2026-11-23"))
    assert Loan.objects.get().returned_at == NOON


def test_the_answer_names_the_reservation_and_its_branch(borrower):
    copy = lent_out(home_branch=branch("masuko"))
    reserve(borrower, copy.bib, pickup="el")
    scanned = scan(copy, at_branch="chuo")
    assert scanned.reservation == Reservation.objects.get()
    assert scanned.goes_to_branch == branch("el")
