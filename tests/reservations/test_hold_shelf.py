"""取置: rules 5.9, 5.10, 7.2, 7.6 and 10.2."""

from datetime import date, time, timedelta

import pytest

from catalog.models import CalendarException, Copy
from notifications.models import Notice
from patrons.models.patron import ContactMethod
from reservations.cancelling import cancel
from reservations.hold_shelf import (
    deadline_for,
    forget_closed_reservations,
    lapse,
    lapse_all_overdue,
)
from reservations.models import Actor, CloseReason, Reservation, State
from reservations.staff_actions import mark_missing
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory, branch
from tests.verbs import NOON, anew, lend, reserve, scan


@pytest.fixture
def ready(book, one_who_waits) -> Reservation:
    """On the hold shelf of 中央 since 9 November, until the 19th; announced by mail."""
    reservation = reserve(
        one_who_waits, book.bib, contact=ContactMethod.MAIL, at=tokyo("2026-11-08")
    )
    scan(book, at=tokyo("2026-11-09"))
    return anew(reservation)


@pytest.mark.parametrize(
    ("code", "day", "deadline"),
    [
        ("chuo", "2026-11-09", date(2026, 11, 19)),
        ("chuo", "2026-11-10", date(2026, 11, 21)),  # the 20th is a Friday
        ("chuo", "2026-11-07", date(2026, 11, 18)),  # the 17th is the third Tuesday
        ("el", "2026-11-13", date(2026, 11, 24)),  # the 23rd is a Monday and a holiday
        ("el", "2026-10-24", date(2026, 11, 4)),  # 3 November is a holiday
        ("chuo", "2026-12-19", date(2027, 1, 4)),  # from 29 December to 3 January
        ("el", "2026-12-19", date(2027, 1, 5)),  # and 4 January is a Monday
        ("chuo", "2028-02-19", date(2028, 2, 29)),
    ],
)
def test_the_deadline_is_ten_days_on_and_an_open_day(db, code, day, deadline):
    assert deadline_for(branch(code), at=tokyo(day)) == deadline


def test_a_day_that_staff_closed_moves_the_deadline_and_one_they_opened_does_not(db):
    CalendarException.objects.create(branch=branch(), day=date(2026, 11, 19), reason="特別整理日")
    CalendarException.objects.create(
        branch=branch(),
        day=date(2026, 11, 20),
        opens=time(10),
        closes=time(18),
        reason="臨時開館",
    )
    assert deadline_for(branch(), at=tokyo("2026-11-09")) == date(2026, 11, 20)


def test_ready_has_the_moment_and_the_day_in_tokyo(book, borrower):
    reservation = reserve(borrower, book.bib)
    scan(book, at=tokyo("2026-11-09", "00:30"))  # still the 8th in UTC
    assert anew(reservation).deadline == date(2026, 11, 19)


def test_the_last_day_counts_as_inside(ready):
    last_minute = tokyo("2026-11-19", "23:59")
    assert lapse(ready, at=last_minute) is False
    assert lapse_all_overdue(at=last_minute) == 0
    assert anew(ready).state == State.READY


def test_after_the_last_day_the_reservation_ends_without_a_message(ready, book):
    assert lapse_all_overdue(at=tokyo("2026-11-20", "00:05")) == 1
    lapsed = anew(ready)
    assert lapsed.state == State.LAPSED
    assert (lapsed.closed_by, lapsed.close_reason) == (Actor.LIBRARY, CloseReason.LAPSED)
    assert anew(book).whereabouts == Copy.Whereabouts.HOLD_SHELF
    assert not Notice.objects.true_now().exists()
    assert Notice.objects.count() == 1


def test_lapsing_twice_ends_it_once(ready):
    midnight = tokyo("2026-11-20", "00:05")
    assert lapse(ready, at=midnight) is True
    assert lapse(ready, at=midnight) is False
    assert lapse_all_overdue(at=midnight) == 0
    assert ready.events.filter(to_state=State.LAPSED).count() == 1


def test_a_collected_hold_does_not_lapse(ready, book, one_who_waits):
    lend(book, one_who_waits, at=tokyo("2026-11-19", "19:00"))
    assert lapse(ready, at=tokyo("2026-11-20")) is False
    assert anew(ready).state == State.COLLECTED


def test_a_lapsed_hold_can_be_placed_again_and_gets_the_copy_at_its_scan(
    ready, book, one_who_waits
):
    lapse(ready, at=tokyo("2026-11-20"))
    again = reserve(one_who_waits, book.bib, at=tokyo("2026-11-21"))
    assert again.state == State.WAITING
    scan(book, at=tokyo("2026-11-21"))
    assert anew(again).state == State.READY


def test_what_ended_is_shown_for_seven_days(ready, one_who_waits):
    ended = tokyo("2026-11-20", "00:05")
    lapse(ready, at=ended)
    week = timedelta(days=7)
    closed_lately = one_who_waits.reservations.closed_lately
    assert list(closed_lately(ended + week - timedelta(seconds=1))) == [ready]
    assert list(closed_lately(ended + week)) == []


def test_after_seven_days_a_closed_reservation_names_nobody(ready, book, one_who_waits):
    ended = tokyo("2026-11-20", "00:05")
    lapse(ready, at=ended)
    still_open = reserve(one_who_waits, CopyFactory().bib)
    assert forget_closed_reservations(at=ended + timedelta(days=6, hours=23)) == 0
    assert forget_closed_reservations(at=ended + timedelta(days=7)) == 1
    assert anew(ready).patron is None
    assert anew(still_open).patron == one_who_waits


def test_after_seven_days_no_notice_leads_from_the_bib_to_an_address(ready, book, one_who_waits):
    """An address is a person: a notice that names the reservation would name the reader (12.14)."""
    lend(book, one_who_waits, at=NOON)
    other = reserve(one_who_waits, CopyFactory().bib, contact=ContactMethod.MAIL)
    scan(other.copy)
    forget_closed_reservations(at=NOON + timedelta(days=7))
    [left] = Notice.objects.all()
    assert left.subject_ids["reservation"] == other.pk


# --- The notice (7.2, 7.6) --------------------------------------------------------------------


def test_the_hold_shelf_is_announced_once_a_little_later(ready, settings):
    notice = Notice.objects.get()
    assert notice.address.address == "satoru@example.jp"
    assert notice.not_before == tokyo("2026-11-09") + settings.HOLD_READY_DELAY
    scan(ready.copy, at=tokyo("2026-11-10"))
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("contact", [ContactMethod.NONE, ContactMethod.TELEPHONE])
def test_who_did_not_ask_for_mail_gets_none(book, contact):
    reserve(PatronFactory(mail="kumi@example.jp"), book.bib, contact=contact)
    scan(book)
    assert not Notice.objects.exists()


def test_a_transfer_on_its_way_is_not_announced_before_it_arrives(book, one_who_waits):
    reserve(one_who_waits, book.bib, pickup="el", contact=ContactMethod.MAIL)
    scan(book)
    assert not Notice.objects.exists()
    scan(book, at_branch="el")
    assert Notice.objects.count() == 1


def test_an_address_that_mail_bounced_from_is_still_written_to(book, one_who_waits):
    address = one_who_waits.mail_address
    address.undeliverable_since, address.undeliverable_reason = NOON, "550 User unknown"
    address.save()
    reserve(one_who_waits, book.bib, contact=ContactMethod.MAIL)
    scan(book)
    assert Notice.objects.count() == 1


def test_a_cancelled_reservation_is_never_announced(book, one_who_waits):
    cancel(reserve(one_who_waits, book.bib, contact=ContactMethod.MAIL), at=NOON)
    scan(book)
    assert not Notice.objects.exists()


def test_a_hold_whose_copy_is_gone_from_the_shelf_is_announced_no_more(ready, book):
    assert Notice.objects.get().withdrawn_at is None
    mark_missing(book, staff=None, at=NOON)
    assert anew(ready).state == State.WAITING
    assert Notice.objects.get().withdrawn_at == NOON


def test_a_scan_keeps_the_moment_at_which_the_copy_was_given(ready):
    assert ready.assigned_at == tokyo("2026-11-08")
    assert ready.ready_at == tokyo("2026-11-09")


def test_of_two_holds_past_their_deadline_the_one_that_is_meant_ends(ready, borrower):
    other = CopyFactory()
    second = reserve(borrower, other.bib, at=tokyo("2026-11-08"))
    scan(other, at=tokyo("2026-11-09"))
    assert lapse(anew(second), at=tokyo("2026-11-20"))
    assert [anew(ready).state, anew(second).state] == [State.READY, State.LAPSED]
