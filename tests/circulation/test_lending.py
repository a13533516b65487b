"""貸出: rules 4.1, 4.5, 5.4 and 9.1."""

from datetime import date

import pytest

from catalog.models import Copy
from loans.models import Loan
from loans.refusals import (
    AlreadyLent,
    HeldForAnother,
    LibraryUseCopy,
    NotForLending,
    TooManyOfMedium,
    WaitedForByOthers,
    WithdrawnCopy,
)
from notifications.models import Notice
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from patrons.refusals import CardExpired, Suspended
from reservations.hold_shelf import lapse
from reservations.models import Reservation, State, Suspension
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory, material
from tests.verbs import NOON, anew, lend, lent_out, reserve, scan

Whereabouts = Copy.Whereabouts


# --- Refusals ---------------------------------------------------------------------------------


def test_a_copy_on_loan_is_not_lent_again(book, borrower, stranger):
    lend(book, borrower)
    with pytest.raises(AlreadyLent):
        lend(book, stranger)
    assert Loan.objects.get().patron == borrower


@pytest.mark.parametrize("lending", [Copy.Lending.IN_LIBRARY, Copy.Lending.NEWEST_ISSUE])
def test_what_is_read_in_the_library_is_not_lent(borrower, lending):
    with pytest.raises(LibraryUseCopy):
        lend(CopyFactory(lending=lending), borrower)


@pytest.mark.parametrize(
    "whereabouts", [*Whereabouts.gone(), Whereabouts.PROCESSING, Whereabouts.REPAIR]
)
def test_a_copy_that_should_not_be_in_hand_is_scanned_back_first(borrower, whereabouts):
    copy = CopyFactory(whereabouts=whereabouts)
    with pytest.raises(NotForLending, match=whereabouts.label):
        lend(copy, borrower)
    if whereabouts == Whereabouts.WITHDRAWN:
        with pytest.raises(WithdrawnCopy):
            scan(copy)
        return
    scan(copy)
    assert lend(copy, borrower).pk


def test_an_expired_card_borrows_nothing(book):
    with pytest.raises(CardExpired):
        lend(book, PatronFactory(card_expires_on=date(2026, 11, 23)))


def test_a_card_borrows_on_its_last_day(book):
    assert lend(book, PatronFactory(card_expires_on=date(2026, 11, 24))).pk


def test_a_suspended_patron_borrows_nothing(book):
    with pytest.raises(Suspended):
        lend(book, PatronFactory(suspended_at=NOON, suspension_reason="弁償の相談中"))


def test_every_reason_against_a_loan_is_told(borrower, book):
    lend(book, PatronFactory())
    Patron.objects.filter(pk=borrower.pk).update(
        card_expires_on=date(2026, 1, 1), suspended_at=NOON, suspension_reason="弁償の相談中"
    )
    with pytest.raises(Exception, match="有効期限") as refused:
        lend(book, borrower)
    assert [type(reason) for reason in refused.value.reasons] == [
        CardExpired,
        Suspended,
        AlreadyLent,
    ]


@pytest.mark.parametrize(("first", "second"), [("cd", "cassette"), ("dvd", "video")])
def test_two_of_an_audiovisual_medium_at_once(borrower, first, second):
    for code in (first, second):
        lend(CopyFactory(bib__material_type=material(code)), borrower)
    third = CopyFactory(bib__material_type=material(first))
    with pytest.raises(TooManyOfMedium, match="2点まで"):
        lend(third, borrower)
    scan(Loan.objects.first().copy)
    assert lend(third, borrower).pk


def test_audio_and_video_are_counted_apart_and_print_not_at_all(borrower):
    for code in ("cd", "cd", "dvd", "dvd", "book", "book", "book"):
        lend(CopyFactory(bib__material_type=material(code)), borrower)
    assert borrower.loans.open().count() == 7


# --- Reservations of others (5.4) -------------------------------------------------------------


def test_a_visitor_borrows_a_claimed_copy_and_the_claim_takes_another(book, borrower, stranger):
    other = CopyFactory(bib=book.bib)
    reservation = reserve(borrower, book.bib)
    lend(book, stranger)
    moved = anew(reservation)
    assert (moved.state, moved.copy) == (State.TO_FETCH, other)
    assert moved.is_transfer
    assert moved.became_hold_at is None
    reasons = [event.why for event in moved.events.all()]
    assert reasons[-2:] == [
        "窓口で先に借りられたため、もとの順番に戻りました",
        "棚の資料を割り当てました",
    ]


def test_a_visitor_borrows_a_claimed_copy_and_the_claim_waits_at_its_old_place(
    book, borrower, one_who_waits, stranger
):
    first = reserve(borrower, book.bib, at=tokyo("2026-11-20"))
    second = reserve(one_who_waits, book.bib, at=tokyo("2026-11-21"))
    lend(book, stranger)
    waits = anew(first)
    assert waits.state == State.WAITING
    assert not waits.is_transfer
    assert waits.became_hold_at == NOON
    assert waits.placed_at == tokyo("2026-11-20")
    assert waits.events.last().why == "順番はそのままで、取り寄せから予約に変更しました"
    scan(book)
    assert anew(first).state == State.READY
    assert anew(second).state == State.WAITING


@pytest.mark.parametrize(("pickup", "state"), [("chuo", State.READY), ("el", State.IN_TRANSIT)])
def test_what_is_kept_or_sent_for_somebody_is_not_lent_to_another(
    book, borrower, stranger, pickup, state
):
    reservation = reserve(borrower, book.bib, pickup=pickup)
    scan(book)
    assert anew(reservation).state == state
    with pytest.raises(HeldForAnother):
        lend(book, stranger)


# --- Reservations of the borrower -------------------------------------------------------------


@pytest.mark.parametrize("scans", [0, 1])
def test_borrowing_the_copy_kept_for_oneself_fulfils_the_reservation(book, borrower, scans):
    reservation = reserve(borrower, book.bib)
    for _ in range(scans):
        scan(book)
    lend(book, borrower)
    done = anew(reservation)
    assert (done.state, done.copy, done.closed_at) == (State.COLLECTED, book, NOON)


def test_borrowing_another_copy_frees_the_claimed_one_for_the_next(book, borrower, one_who_waits):
    other = CopyFactory(bib=book.bib)
    mine = reserve(borrower, book.bib)
    assert mine.copy == book
    theirs = reserve(one_who_waits, book.bib)
    assert theirs.copy == other
    last = reserve(PatronFactory(), book.bib)
    lend(other, borrower)
    assert anew(mine).state == State.COLLECTED
    moved = anew(theirs)
    assert (moved.state, moved.copy) == (State.TO_FETCH, book)
    assert moved.is_transfer
    assert moved.became_hold_at is None  # a copy was free all the time
    assert anew(last).state == State.WAITING


def test_borrowing_another_copy_leaves_the_kept_one_on_the_hold_shelf_until_it_is_scanned(
    book, borrower, one_who_waits
):
    mine = reserve(borrower, book.bib)
    scan(book)
    theirs = reserve(one_who_waits, book.bib)
    other = CopyFactory(bib=book.bib)
    lend(other, borrower)
    assert anew(mine).state == State.COLLECTED
    assert anew(book).whereabouts == Whereabouts.HOLD_SHELF
    scan(book)
    assert anew(theirs).copy == book


def test_a_waiting_reservation_is_fulfilled_by_any_copy(book, borrower, stranger):
    lend(book, stranger)
    reservation = reserve(borrower, book.bib)
    found = CopyFactory(bib=book.bib, whereabouts=Whereabouts.HOLD_SHELF)
    lend(found, borrower)
    assert anew(reservation).state == State.COLLECTED


def test_a_claimed_copy_is_lent_to_one_whose_own_turn_has_just_come(book, borrower, stranger):
    """The skip ended last night and no sweep has come yet: the lending itself sees to it."""
    other = CopyFactory(bib=book.bib)
    Suspension.objects.create(
        patron=borrower, first_day=date(2026, 11, 1), last_day=date(2026, 11, 23)
    )
    mine = reserve(borrower, book.bib, at=tokyo("2026-11-20"))
    theirs = reserve(stranger, book.bib, at=tokyo("2026-11-21"))
    assert (mine.state, theirs.copy) == (State.WAITING, book)
    lend(book, borrower, at=tokyo("2026-11-24"))
    assert anew(mine).state == State.COLLECTED
    moved = anew(theirs)
    assert (moved.state, moved.copy) == (State.TO_FETCH, other)


def test_a_lapsed_copy_is_still_handed_to_the_patron_who_comes(book, borrower, one_who_waits):
    reservation = reserve(borrower, book.bib, at=tokyo("2026-11-01"))
    scan(book, at=tokyo("2026-11-01"))
    waits = reserve(one_who_waits, book.bib, at=tokyo("2026-11-02"))
    assert lapse(reservation, at=tokyo("2026-11-13"))
    lend(book, borrower, at=tokyo("2026-11-13"))
    assert anew(reservation).state == State.LAPSED
    assert anew(waits).state == State.WAITING


def test_r5_10_a_lapsed_copy_goes_to_the_next_and_to_no_stranger(
    book, borrower, one_who_waits, stranger
):
    lapsed = reserve(borrower, book.bib, at=tokyo("2026-11-01"))
    scan(book, at=tokyo("2026-11-01"))
    waits = reserve(one_who_waits, book.bib, at=tokyo("2026-11-02"))
    last = reserve(PatronFactory(), book.bib, at=tokyo("2026-11-03"))
    assert lapse(lapsed, at=tokyo("2026-11-13"))
    for other in (stranger, last.patron):
        with pytest.raises(WaitedForByOthers):
            lend(book, other, at=tokyo("2026-11-13"))
    lend(book, one_who_waits, at=tokyo("2026-11-13"))
    assert anew(waits).state == State.COLLECTED


def test_r5_10_a_lapsed_copy_for_which_nobody_waits_is_lent_to_whoever_has_it(
    book, borrower, stranger
):
    lapsed = reserve(borrower, book.bib, at=tokyo("2026-11-01"))
    scan(book, at=tokyo("2026-11-01"))
    assert lapse(lapsed, at=tokyo("2026-11-13"))
    assert lend(book, stranger, at=tokyo("2026-11-13"))


def test_lending_withdraws_the_notice_of_the_hold_shelf(book, one_who_waits):
    reserve(one_who_waits, book.bib, contact=ContactMethod.MAIL)
    scan(book)
    assert Notice.objects.true_now().count() == 1
    lend(book, one_who_waits)
    assert not Notice.objects.true_now().exists()


# --- The loan itself (4.1) --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "at_branch", "day", "due"),
    [
        ("book", "chuo", "2026-11-02", date(2026, 11, 23)),
        ("magazine", "chuo", "2026-11-02", date(2026, 11, 23)),
        ("cd", "chuo", "2026-11-02", date(2026, 11, 9)),
        ("dvd", "chuo", "2026-11-02", date(2026, 11, 9)),
        ("book", "chuo", "2026-10-30", date(2026, 11, 21)),  # 20 November is a Friday
        ("cd", "chuo", "2026-11-10", date(2026, 11, 18)),  # the third Tuesday
        ("book", "el", "2026-11-02", date(2026, 11, 24)),  # a Monday, and a public holiday
        ("book", "chuo", "2026-12-08", date(2027, 1, 4)),  # over New Year
        ("book", "el", "2026-12-08", date(2027, 1, 5)),  # … and a Monday behind it
    ],
)
def test_the_due_day_is_an_open_day_of_the_lending_branch(borrower, code, at_branch, day, due):
    copy = CopyFactory(bib__material_type=material(code))
    assert lend(copy, borrower, at_branch=at_branch, at=tokyo(day)).due_on == due


def test_the_day_of_a_loan_is_the_day_in_tokyo(book, borrower):
    late_in_the_evening_before_in_utc = tokyo("2026-11-03", "08:00")
    loan = lend(book, borrower, at=late_in_the_evening_before_in_utc)
    assert loan.due_on == date(2026, 11, 24)


def test_lending_counts_and_keeps_the_copy_at_the_branch(borrower):
    copy = lent_out()
    assert copy.times_lent == 1
    assert copy.whereabouts == Whereabouts.ON_LOAN
    assert Reservation.objects.count() == 0
