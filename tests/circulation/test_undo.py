"""取り消し: a wrong scan is undone within five minutes (rule 12.12)."""

from datetime import timedelta

import pytest

from catalog.models import Copy
from catalog.models.statistics import Happening, Kind
from circulation import undo
from circulation.compensation import declare_damaged, declare_lost
from circulation.models import RecentScan
from circulation.refusals import MovedOn, NothingToUndo, TooLateToUndo
from loans.due_soon import announce_due_soon
from loans.models import Loan
from notifications import sender
from notifications.models import Notice
from operation.invariants import offenders
from patrons.models import NotificationPreferences, Patron
from patrons.models.patron import ContactMethod
from reservations.hold_shelf import lapse
from reservations.models import Reservation, State
from reservations.sequences import form_sequence
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory, branch
from tests.verbs import NOON, anew, lend, lent_out, position, reserve, scan

Whereabouts = Copy.Whereabouts
SOON = NOON + timedelta(minutes=4)


@pytest.fixture
def consenting():
    patron = PatronFactory(mail="reader@example.jp")
    NotificationPreferences.objects.create(patron=patron, due_soon_since=NOON)
    return patron


def undo_the_last(*, at=SOON):
    return undo.undo(RecentScan.objects.latest("pk"), at=at)


def test_r12_12_a_return_that_is_undone_is_a_loan_again(book, borrower):
    loan = lend(book, borrower, at=tokyo("2026-11-10"))
    scan(book)
    undone = undo_the_last()
    loan.refresh_from_db()
    assert (loan.patron, loan.returned_at) == (borrower, None)
    assert (undone.copy.whereabouts, undone.notes) == (Whereabouts.ON_LOAN, [])


def test_r12_12_a_loan_that_is_undone_vanishes(book, borrower):
    lend(book, borrower)
    undone = undo_the_last()
    assert not Loan.objects.exists()
    assert (undone.copy.whereabouts, undone.copy.times_lent) == (Whereabouts.SHELF, 0)


@pytest.mark.parametrize("sent", [False, True])
def test_what_was_to_be_told_of_a_loan_is_told_after_an_undone_return(
    book, consenting, mail_server, sent
):
    lend(book, consenting, at=NOON - timedelta(days=19))
    announce_due_soon(at=NOON)
    if sent:
        sender.send_due_mail(at=NOON)
    scan(book)
    if not sent:
        sender.send_due_mail(at=NOON)
        assert not mail_server.mails
    undo_the_last()
    announce_due_soon(at=NOON + timedelta(days=1))
    sender.send_due_mail(at=NOON + timedelta(days=1))
    assert len(mail_server.mails) == 1
    assert Notice.objects.get().withdrawn_at is None or sent


@pytest.mark.parametrize("how", ["shelf", "damaged", "lost"])
def test_nothing_told_of_a_loan_outlives_it(book, consenting, how):
    loan = lend(book, consenting, at=NOON - timedelta(days=19))
    announce_due_soon(at=NOON)
    if how == "lost":
        declare_lost(loan, at=NOON)
    else:
        scanned = scan(book)
        if how == "damaged":
            declare_damaged(scanned.scan, at=SOON)
    undo.forget_recent_scans(at=NOON + timedelta(minutes=5))
    assert not Notice.objects.exists()


def test_nothing_is_told_of_a_loan_lost_when_its_scan_is_long_forgotten(book, consenting):
    loan = lend(book, consenting, at=NOON - timedelta(days=19))
    undo.forget_recent_scans(at=NOON)
    announce_due_soon(at=NOON)
    declare_lost(loan, at=NOON)
    assert not Notice.objects.exists()


def test_who_was_given_the_returned_copy_stands_where_they_stood(borrower, one_who_waits):
    copy = lent_out()
    first = reserve(one_who_waits, copy.bib, contact=ContactMethod.MAIL)
    second = reserve(borrower, copy.bib)
    scan(copy)
    undone = undo_the_last()
    assert [anew(first).state, anew(second).state] == [State.WAITING, State.WAITING]
    assert [position(first), position(second)] == [1, 2]
    assert Notice.objects.get().withdrawn_at == SOON
    assert undone.notes == []


def test_a_mail_that_went_out_meanwhile_is_said(one_who_waits, mail_server, settings):
    settings.HOLD_READY_DELAY = timedelta(0)
    copy = lent_out()
    reserve(one_who_waits, copy.bib, contact=ContactMethod.MAIL)
    scan(copy)
    sender.send_due_mail()
    assert undo_the_last().notes == [undo.MAIL_WENT_OUT]


def test_who_reserved_the_copy_on_the_shelf_meanwhile_waits_again(borrower):
    copy = lent_out()
    scan(copy)
    reservation = reserve(borrower, copy.bib)
    assert reservation.state == State.TO_FETCH
    assert undo_the_last().notes == [undo.CLAIM_MOVED]
    assert anew(reservation).state == State.WAITING
    assert Loan.objects.open().get().copy == copy


def test_a_copy_on_the_shelf_that_was_claimed_since_it_was_scanned_stays_claimed(book, borrower):
    """The scan itself changed nothing: the copy stood on its shelf before."""
    scan(book)
    reservation = reserve(borrower, book.bib)
    assert reservation.state == State.TO_FETCH
    assert undo_the_last().notes == []
    assert anew(reservation).state == State.TO_FETCH
    assert anew(book).whereabouts == Whereabouts.CLAIMED


def test_a_hold_handed_out_by_mistake_is_ready_until_the_same_day(one_who_waits, book):
    reservation = reserve(one_who_waits, book.bib, contact=ContactMethod.MAIL)
    scan(book, at=NOON - timedelta(minutes=2))
    ready = anew(reservation)
    lend(book, one_who_waits)
    undo_the_last()
    again = anew(reservation)
    assert (again.state, again.deadline, again.copy) == (State.READY, ready.deadline, book)
    assert (again.closed_at, again.closed_by, again.close_reason) == (None, "", "")
    assert anew(book).whereabouts == Whereabouts.HOLD_SHELF
    assert Notice.objects.get().withdrawn_at is None


def test_a_fulfilled_reservation_waits_again_and_may_have_this_copy(borrower):
    copy = lent_out()
    reservation = reserve(borrower, copy.bib)
    other = CopyFactory(bib=copy.bib, lending=Copy.Lending.LENT, whereabouts=Whereabouts.REPAIR)
    Copy.objects.filter(pk=other.pk).update(whereabouts=Whereabouts.SHELF)
    lend(other, borrower)
    undo_the_last()
    assert (anew(reservation).state, anew(reservation).copy) == (State.TO_FETCH, other)


@pytest.fixture
def two_volumes(borrower, django_capture_on_commit_callbacks):
    """The first is lent, and the second was given to the borrower by that."""
    first, second = lent_out(), lent_out()
    one, two = reserve(borrower, first.bib), reserve(borrower, second.bib)
    form_sequence(borrower, [one, two])
    scan(second)  # nobody may have it yet
    scan(first)
    with django_capture_on_commit_callbacks(execute=True):
        lend(first, borrower)
    assert anew(two).state == State.TO_FETCH
    return one, two, RecentScan.objects.filter(copy=first).latest("pk")


def test_r5_6_the_next_volume_waits_again_when_the_lending_of_the_first_is_undone(
    two_volumes, stranger, django_capture_on_commit_callbacks
):
    one, two, lent = two_volumes
    next_one = reserve(stranger, two.bib)
    with django_capture_on_commit_callbacks(execute=True):
        assert undo.undo(lent, at=SOON).notes == []
    assert (anew(one).state, anew(two).state) == (State.READY, State.WAITING)
    assert anew(next_one).state == State.TO_FETCH
    assert offenders() == {}


def test_the_next_volume_that_staff_have_fetched_already_goes_on(
    two_volumes, django_capture_on_commit_callbacks
):
    one, two, lent = two_volumes
    scan(anew(two).copy)
    with django_capture_on_commit_callbacks(execute=True):
        assert undo.undo(lent, at=SOON).notes == [undo.NEXT_VOLUME_CAME]
    assert (anew(one).state, anew(two).state) == (State.READY, State.READY)


def test_r5_4_undoing_a_visitors_loan_makes_the_other_a_transfer_again(book, borrower, stranger):
    waits = reserve(borrower, book.bib)
    assert (anew(waits).state, anew(waits).is_transfer) == (State.TO_FETCH, True)
    lend(book, stranger)
    assert (anew(waits).state, anew(waits).is_transfer) == (State.WAITING, False)
    undo_the_last()
    again = anew(waits)
    assert (again.state, again.copy, again.is_transfer) == (State.TO_FETCH, book, True)
    assert again.became_hold_at is None


@pytest.mark.parametrize("pickup", ["chuo", "el"])
def test_a_scan_that_moved_a_fetched_copy_leaves_it_to_be_fetched(borrower, book, pickup):
    reservation = reserve(borrower, book.bib, pickup=pickup)
    scan(book)
    undo_the_last()
    assert (anew(reservation).state, anew(book).whereabouts) == (
        State.TO_FETCH,
        Whereabouts.CLAIMED,
    )


def test_a_copy_that_did_not_arrive_is_on_its_way_since_it_was_sent(borrower, book):
    reserve(borrower, book.bib, pickup="el")
    scan(book, at=NOON - timedelta(days=2))
    scan(book, at_branch="el")
    undo_the_last()
    again = anew(book)
    assert (again.whereabouts, again.current_branch) == (Whereabouts.IN_TRANSIT, branch("el"))
    assert (again.sent_from, again.sent_at) == (branch("chuo"), NOON - timedelta(days=2))


def test_a_missing_copy_that_was_not_found_is_missing_still(book):
    Copy.objects.filter(pk=book.pk).update(whereabouts=Whereabouts.MISSING)
    scan(book)
    undo_the_last()
    assert anew(book).whereabouts == Whereabouts.MISSING


def test_who_cancelled_meanwhile_is_not_brought_back(one_who_waits):
    copy = lent_out()
    reservation = reserve(one_who_waits, copy.bib)
    scan(copy)
    Reservation.objects.filter(pk=reservation.pk).update(deadline=NOON.date() - timedelta(days=1))
    lapse(reservation, at=NOON)
    assert undo_the_last().notes == [undo.ENDED_MEANWHILE]
    assert anew(reservation).state == State.LAPSED


def test_only_the_last_scan_of_a_copy_is_undone(book, borrower, stranger):
    lend(book, borrower, at=tokyo("2026-11-10"))
    scan(book)
    returned = RecentScan.objects.latest("pk")
    lend(book, stranger)
    with pytest.raises(MovedOn):
        undo.undo(returned, at=SOON)
    assert Loan.objects.open().get().patron == stranger


def test_after_five_minutes_it_is_too_late(book, borrower):
    lend(book, borrower)
    with pytest.raises(TooLateToUndo):
        undo_the_last(at=NOON + timedelta(minutes=5))
    assert Loan.objects.open().exists()


def test_nothing_is_undone_twice(book, borrower):
    lend(book, borrower)
    [once], [read_at_another_desk] = RecentScan.objects.all(), RecentScan.objects.all()
    undo.undo(once, at=SOON)
    for again in (once, read_at_another_desk):
        with pytest.raises(NothingToUndo):
            undo.undo(again, at=SOON)


def test_r12_12_after_five_minutes_no_row_names_the_patron_of_a_returned_loan(book, borrower):
    lend(book, borrower, at=tokyo("2026-11-10"))
    scan(book)
    assert RecentScan.objects.filter(patron=borrower).exists()
    undo.forget_recent_scans(at=NOON + timedelta(minutes=5))
    assert not RecentScan.objects.exists()
    assert not Patron.objects.get(pk=borrower.pk).loans.exists()


def test_places_on_the_hold_shelf_are_numbered_and_given_again(borrower, one_who_waits):
    copies = CopyFactory.create_batch(3)
    for copy in copies:
        reserve(borrower, copy.bib)
        scan(copy)
    assert [anew(copy).hold_place for copy in copies] == [1, 2, 3]
    lend(copies[1], borrower)
    assert anew(copies[1]).hold_place is None
    newcomer = CopyFactory()
    reserve(one_who_waits, newcomer.bib)
    scan(newcomer)
    assert anew(newcomer).hold_place == 2


def test_a_loan_that_is_undone_leaves_no_trace_in_the_figures(book, borrower):
    lend(book, borrower)
    undo_the_last()
    assert sum(Happening.objects.filter(kind=Kind.LOAN).values_list("number", flat=True)) == 0


def test_a_loan_that_was_reported_lost_is_not_undone(book, borrower):
    """The matter stays with the patron; a loan that vanished would leave it without one."""
    loan = lend(book, borrower)
    wrong = RecentScan.objects.get()
    matter = declare_lost(loan, at=NOON)
    with pytest.raises(NothingToUndo):
        undo.undo(wrong, at=SOON)
    assert anew(matter).patron == borrower
    assert anew(book).whereabouts == Whereabouts.LOST


def test_nothing_that_came_before_a_damage_is_undone(book, borrower):
    lend(book, borrower)
    earlier = RecentScan.objects.get()
    declare_damaged(scan(book).scan, at=SOON)
    with pytest.raises(NothingToUndo):
        undo.undo(earlier, at=SOON)
    assert anew(book).whereabouts == Whereabouts.REPAIR
