"""変更 and もう一度予約: rules 5.10 and 5.12; staff's exceptions and requests: 5.3, 5.11, 12.5."""

from datetime import date, timedelta

import pytest

from catalog.models import CalendarException
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from patrons.refusals import CardExpired, NoMailAddress
from reservations.cancelling import cancel
from reservations.changing import change, change_all_waiting
from reservations.eligibility import quota_of
from reservations.hold_shelf import deadlines_to_move, move_deadlines_off_closed_days
from reservations.material_requests import decline, grant, request
from reservations.models import Actor, CloseReason, State
from reservations.place_again import place_again
from reservations.placing import place
from reservations.refusals import (
    AlreadyClosed,
    AlreadyReserved,
    ChangedMeanwhile,
    NotChangeable,
    RequestOfAnotherTown,
    TooManyReservations,
)
from reservations.transitions import PATRON, by_staff
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory, branch, staff
from tests.verbs import NOON, anew, lent_out, position, reserve, scan

NONE, MAIL, TELEPHONE = ContactMethod.NONE, ContactMethod.MAIL, ContactMethod.TELEPHONE


def test_who_waits_changes_branch_and_contact_and_keeps_the_place(borrower):
    copy = lent_out()
    mine = reserve(borrower, copy.bib, at=tokyo("2026-11-20"))
    reserve(PatronFactory(), copy.bib)
    change(mine, pickup_branch=branch("el"), contact_method=TELEPHONE, at=NOON)
    assert (anew(mine).pickup_branch.code, anew(mine).contact_method) == ("el", TELEPHONE)
    assert position(mine) == 1
    said = mine.events.last().why
    assert "受取館を" in said
    assert "「電話」へ変更" in said
    change(mine, pickup_branch=branch("el"), contact_method=TELEPHONE, at=NOON)
    assert mine.events.count() == 2  # nothing changed, nothing said


def test_mail_needs_an_address(borrower):
    mine = reserve(borrower, lent_out().bib)
    with pytest.raises(NoMailAddress):
        change(mine, pickup_branch=branch(), contact_method=MAIL)


def test_once_a_copy_is_claimed_the_library_must_be_asked(borrower, book):
    mine = reserve(borrower, book.bib)
    with pytest.raises(NotChangeable, match="取り寄せ中"):
        change(mine, pickup_branch=branch("el"), contact_method=NONE)
    cancel(mine)
    with pytest.raises(AlreadyClosed):
        change(mine, pickup_branch=branch("el"), contact_method=NONE)


def test_everything_that_waits_is_sent_to_another_branch_at_once(borrower, book):
    waiting = [reserve(borrower, lent_out().bib) for _ in range(3)]
    fetched = reserve(borrower, book.bib)
    assert change_all_waiting(borrower, pickup_branch=branch("el"), at=NOON) == 3
    assert change_all_waiting(borrower, pickup_branch=branch("el"), at=NOON) == 0
    assert {anew(one).pickup_branch.code for one in waiting} == {"el"}
    assert anew(fetched).pickup_branch.code == "chuo"


def test_what_ended_is_placed_again_at_the_end_of_the_queue(borrower):
    copy = lent_out()
    mine = reserve(borrower, copy.bib, pickup="el", at=tokyo("2026-11-20"))
    reserve(PatronFactory(), copy.bib, at=tokyo("2026-11-21"))
    ended = cancel(mine, at=NOON)
    again = place_again(borrower, ended, at=NOON).reservation
    assert (again.pickup_branch.code, position(again)) == ("el", 2)
    twice = place_again(borrower, ended, at=NOON)
    assert [type(reason) for reason in twice.reasons] == [AlreadyReserved]


def test_placed_again_without_the_address_the_usual_contact_is_used(one_who_waits, book):
    ended = cancel(reserve(one_who_waits, book.bib, contact=MAIL), at=NOON)
    one_who_waits.mail_address = None
    one_who_waits.save()
    assert place_again(one_who_waits, ended, at=NOON).reservation.contact_method == NONE


# --- The limit and staff (5.3) ----------------------------------------------------------------


def test_staff_exceed_the_limit_with_a_reason_and_a_patron_does_not(borrower):
    for copy in CopyFactory.create_batch(20):
        reserve(borrower, copy.bib)
    terms = {
        "pickup_branch": branch(),
        "contact_method": NONE,
        "at": NOON,
        "beyond_limit": "学校の宿題のため",
    }
    [refused] = place(borrower, [CopyFactory().bib], by=PATRON, **terms)
    assert [type(reason) for reason in refused.reasons] == [TooManyReservations]
    [placed] = place(borrower, [CopyFactory().bib], by=by_staff(staff()), **terms)
    assert placed.reservation.beyond_limit_reason == "学校の宿題のため"
    assert "学校の宿題のため" in placed.reservation.events.first().why
    assert quota_of(borrower).placed == 21


# --- Requests (5.11) --------------------------------------------------------------------------


def requested(patron, **facts):
    facts = {"pickup_branch": branch(), "contact_method": NONE, "staff": None, "at": NOON} | facts
    return request(patron, "多摩の山歩き", **facts)


def test_a_request_counts_and_is_granted_at_the_moment_it_was_asked_for(borrower, stranger):
    mine = requested(borrower, at=tokyo("2026-11-20"))
    assert quota_of(borrower).placed == 1
    copy = lent_out()
    reserve(stranger, copy.bib, at=tokyo("2026-11-22"))
    grant(mine, copy.bib, staff=None, at=NOON)
    assert (anew(mine).state, anew(mine).request_text) == (State.WAITING, "")
    assert position(mine) == 1
    with pytest.raises(ChangedMeanwhile):
        decline(mine, "高価なため", staff=None, at=NOON)


def test_a_request_for_what_the_patron_has_reserved_meanwhile_is_not_granted(borrower):
    mine, copy = requested(borrower), lent_out()
    reserve(borrower, copy.bib)
    with pytest.raises(AlreadyReserved):
        grant(mine, copy.bib, staff=None, at=NOON)
    assert anew(mine).state == State.REQUESTED


def test_a_declined_request_says_why(borrower):
    mine = requested(borrower)
    decline(mine, "絶版で手に入らないため", staff=None, at=NOON)
    declined = anew(mine)
    assert (declined.state, declined.closed_by, declined.close_reason) == (
        State.CANCELLED,
        Actor.STAFF,
        CloseReason.DECLINED,
    )
    assert declined.close_note == declined.why_closed == "絶版で手に入らないため"


def test_requests_are_not_for_everybody(borrower):
    with pytest.raises(RequestOfAnotherTown):
        requested(PatronFactory(category=Patron.Category.WIDE_AREA))
    with pytest.raises(CardExpired):
        requested(PatronFactory(card_expires_on=date(2026, 11, 1)))
    for copy in CopyFactory.create_batch(20):
        reserve(borrower, copy.bib)
    with pytest.raises(TooManyReservations):
        requested(borrower)
    assert requested(borrower, beyond_limit="館長の許可").beyond_limit_reason == "館長の許可"


# --- A closure entered afterwards (5.9) --------------------------------------------------------


def test_a_closure_moves_open_deadlines_later_and_says_so(borrower, stranger, book):
    mine = reserve(borrower, book.bib, at=tokyo("2026-11-08"))
    scan(book, at=tokyo("2026-11-09"))  # until the 19th
    other = CopyFactory()
    theirs = reserve(stranger, other.bib, pickup="el", at=tokyo("2026-11-08"))
    scan(other, at=tokyo("2026-11-09"))
    scan(other, at_branch="el", at=tokyo("2026-11-09"))
    today = tokyo("2026-11-12")
    for day in (18, 19, 20):
        CalendarException.objects.create(branch=branch(), day=date(2026, 11, day), reason="点検")
    [moved] = deadlines_to_move(branch(), at=today)
    assert (moved.before, moved.after) == (date(2026, 11, 19), date(2026, 11, 21))
    assert move_deadlines_off_closed_days(branch(), at=today) == [moved]
    assert anew(mine).deadline == date(2026, 11, 21)
    assert mine.events.last().why == "休館のため、取置期限を11月21日(土)まで延ばしました"
    assert anew(theirs).deadline == date(2026, 11, 19)
    CalendarException.objects.all().delete()
    assert move_deadlines_off_closed_days(branch(), at=today) == []  # never earlier


def test_a_deadline_that_has_passed_is_not_brought_back(borrower, book):
    mine = reserve(borrower, book.bib, at=tokyo("2026-11-08"))
    scan(book, at=tokyo("2026-11-09"))
    CalendarException.objects.create(branch=branch(), day=date(2026, 11, 19), reason="点検")
    late = tokyo("2026-11-19") + timedelta(days=1)
    assert move_deadlines_off_closed_days(branch(), at=late) == []
    assert anew(mine).deadline == date(2026, 11, 19)
