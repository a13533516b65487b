"""予約する: rules 5.1 to 5.4."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from akiruno_library.refusals import Refusal
from catalog.models import Copy
from catalog.refusals import CounterOnly, LibraryUseOnly, NoCopyLeft, OnlyOnOrder
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from patrons.refusals import (
    BirthDateUnknown,
    CardExpired,
    NoMailAddress,
    NotYetJuniorHigh,
    Suspended,
)
from reservations.eligibility import Quota, quota_of
from reservations.models import Actor, Reservation, ReservationEvent, State
from reservations.placing import place
from reservations.refusals import (
    AlreadyReserved,
    OnLoanToYou,
    TooManyAudiovisual,
    TooManyReservations,
)
from reservations.transitions import by_staff
from tests.conftest import tokyo
from tests.factories import (
    BibFactory,
    CopyFactory,
    MailAddressFactory,
    PatronFactory,
    branch,
    material,
    staff,
)
from tests.verbs import NOON, lend, lent_out, reserve, scan, try_to_reserve

Whereabouts = Copy.Whereabouts


def reasons(patron, bib):
    [placing] = try_to_reserve(patron, bib)
    assert placing.reservation is None
    return [type(reason) for reason in placing.reasons]


def some_reservations(patron, number, **facts):
    copies = CopyFactory.create_batch(number, **facts)
    assert all(each.reservation for each in try_to_reserve(patron, *(copy.bib for copy in copies)))


# --- What can be reserved (5.1) ---------------------------------------------------------------


def test_copies_for_the_library_only_cannot_be_reserved(borrower):
    copy = CopyFactory(lending=Copy.Lending.IN_LIBRARY)
    assert reasons(borrower, copy.bib) == [LibraryUseOnly]


@pytest.mark.parametrize("gone", Whereabouts.gone())
def test_a_bib_whose_every_copy_is_gone_or_on_order_cannot_be_reserved(borrower, gone):
    copy = CopyFactory(whereabouts=gone)
    expected = OnlyOnOrder if gone == Whereabouts.ON_ORDER else NoCopyLeft
    assert reasons(borrower, copy.bib) == [expected]


def test_what_is_on_order_beside_lost_copies_is_said_to_be_on_order(borrower):
    copy = CopyFactory(whereabouts=Whereabouts.LOST)
    CopyFactory(bib=copy.bib, whereabouts=Whereabouts.ON_ORDER)
    assert reasons(borrower, copy.bib) == [OnlyOnOrder]


def test_a_limit_is_told_beside_another_reason_but_not_of_what_is_reserved_already(borrower):
    some_reservations(borrower, 20)
    for_the_library = CopyFactory(lending=Copy.Lending.IN_LIBRARY)
    assert reasons(borrower, for_the_library.bib) == [LibraryUseOnly, TooManyReservations]
    reserved = Reservation.objects.filter(patron=borrower).first().bib
    assert reasons(borrower, reserved) == [AlreadyReserved]


def test_a_bib_without_copies_cannot_be_reserved(borrower):
    assert reasons(borrower, BibFactory()) == [NoCopyLeft]


def test_one_copy_left_is_enough(borrower):
    copy = CopyFactory(whereabouts=Whereabouts.LOST)
    CopyFactory(bib=copy.bib)
    assert reserve(borrower, copy.bib).state == State.TO_FETCH


@pytest.mark.parametrize("code", ["large_picture_book", "large_kamishibai"])
def test_large_material_is_reserved_at_the_counter(borrower, code):
    copy = CopyFactory(bib__material_type=material(code))
    [placing] = try_to_reserve(borrower, copy.bib)
    assert [type(reason) for reason in placing.reasons] == [CounterOnly]
    assert material(code).name in str(placing.reasons[0])


def test_what_the_patron_has_at_home_cannot_be_reserved(borrower, book):
    lend(book, borrower)
    assert reasons(borrower, book.bib) == [OnLoanToYou]


def test_what_the_patron_has_reserved_cannot_be_reserved_again(borrower, book):
    reserve(borrower, book.bib)
    assert reasons(borrower, book.bib) == [AlreadyReserved]


def test_another_edition_of_a_reserved_work_is_fine(borrower, book):
    reserve(borrower, book.bib)
    other = CopyFactory(bib__title=book.bib.title)
    assert reserve(borrower, other.bib).pk


def test_a_bib_named_twice_in_one_go_is_reserved_once(borrower, book):
    first, second = try_to_reserve(borrower, book.bib, book.bib)
    assert first.reservation
    assert [type(reason) for reason in second.reasons] == [AlreadyReserved]


def test_every_reason_against_a_bib_is_told(borrower):
    copy = CopyFactory(
        lending=Copy.Lending.IN_LIBRARY, bib__material_type=material("large_picture_book")
    )
    assert reasons(borrower, copy.bib) == [LibraryUseOnly, CounterOnly]


# --- Who can reserve (2.5, 2.6) ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"birth_date": date(2014, 4, 2)}, NotYetJuniorHigh),
        ({"birth_date": None}, BirthDateUnknown),
        ({"card_expires_on": date(2026, 11, 23)}, CardExpired),
        ({"suspended_at": NOON, "suspension_reason": "弁償の相談中"}, Suspended),
    ],
)
def test_who_may_not_reserve_places_nothing(book, facts, refusal):
    with pytest.raises(refusal):
        try_to_reserve(PatronFactory(**facts), book.bib)
    assert not Reservation.objects.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"birth_date": date(2014, 4, 1)},
        {"card_expires_on": date(2026, 11, 24)},
    ],
)
def test_who_may_just_so_reserve_places(book, facts):
    assert reserve(PatronFactory(**facts), book.bib).pk


@pytest.mark.parametrize(
    "facts",
    [
        {"birth_date": date(2015, 5, 5)},
        {"category": Patron.Category.ORGANISATION, "birth_date": None},
    ],
)
def test_the_counter_places_for_children_and_organisations(book, facts):
    patron = PatronFactory(**facts)
    with pytest.raises(Refusal):
        try_to_reserve(patron, book.bib)
    [placing] = place(
        patron,
        [book.bib],
        pickup_branch=branch(),
        contact_method=ContactMethod.NONE,
        by=by_staff(staff()),
    )
    assert placing.reservation


def test_contact_by_mail_needs_an_address(borrower, book):
    with pytest.raises(NoMailAddress):
        try_to_reserve(borrower, book.bib, contact=ContactMethod.MAIL)
    borrower.mail_address = MailAddressFactory()
    borrower.save()
    assert reserve(borrower, book.bib, contact=ContactMethod.MAIL).contact_method == "mail"


# --- How many (5.3) ---------------------------------------------------------------------------


def test_the_twentieth_is_placed_and_the_twenty_first_refused(borrower, book):
    some_reservations(borrower, 19)
    other = CopyFactory()
    twentieth, more = try_to_reserve(borrower, book.bib, other.bib)
    assert twentieth.reservation
    assert [type(reason) for reason in more.reasons] == [TooManyReservations]
    assert "20件まで" in str(more.reasons[0])


def test_the_fourth_audiovisual_is_placed_and_the_fifth_refused(borrower, book):
    some_reservations(borrower, 2, bib__material_type=material("cd"))
    some_reservations(borrower, 1, bib__material_type=material("dvd"))
    fourth = CopyFactory(bib__material_type=material("cassette"))
    fifth = CopyFactory(bib__material_type=material("video"))
    answers = try_to_reserve(borrower, fourth.bib, fifth.bib, book.bib)
    assert [bool(placing.reservation) for placing in answers] == [True, False, True]
    assert [type(reason) for reason in answers[1].reasons] == [TooManyAudiovisual]


def test_both_limits_are_told_when_both_are_reached(borrower):
    some_reservations(borrower, 4, bib__material_type=material("cd"))
    some_reservations(borrower, 16)
    more = CopyFactory(bib__material_type=material("dvd"))
    assert reasons(borrower, more.bib) == [TooManyReservations, TooManyAudiovisual]


def test_each_volume_of_a_set_counts(borrower):
    some_reservations(borrower, 19)
    upper, lower = (CopyFactory(bib__title="細雪", bib__volume=volume) for volume in "上下")
    first, second = try_to_reserve(borrower, upper.bib, lower.bib)
    assert first.reservation
    assert [type(reason) for reason in second.reasons] == [TooManyReservations]


def test_open_reservations_count_whatever_their_state(borrower):
    waiting, to_fetch, in_transit, ready = CopyFactory.create_batch(4)
    lend(waiting, PatronFactory())
    for copy in (waiting, to_fetch, ready):
        reserve(borrower, copy.bib)
    reserve(borrower, in_transit.bib, pickup="el")
    scan(in_transit)
    scan(ready)
    Reservation.objects.create(
        patron=borrower, state=State.REQUESTED, request_text="絶版の本", pickup_branch=branch()
    )
    states = set(borrower.reservations.values_list("state", flat=True))
    assert states == {"requested", "waiting", "to_fetch", "in_transit", "ready"}
    assert quota_of(borrower).left == 15


def test_r5_3_of_the_room_that_is_left_no_more_can_be_audiovisual(borrower):
    for copy in CopyFactory.create_batch(18):
        reserve(borrower, copy.bib)
    assert (quota_of(borrower).left, quota_of(borrower).left_audiovisual) == (2, 2)
    reserve(borrower, CopyFactory().bib)
    assert (quota_of(borrower).left, quota_of(borrower).left_audiovisual) == (1, 1)


def test_r5_3_the_room_for_audiovisual_is_never_below_nothing():
    room = Quota(placed=21, placed_audiovisual=5)
    assert (room.left, room.left_audiovisual) == (0, 0)
    assert Quota(placed=6, placed_audiovisual=3).left_audiovisual == 1


def test_collected_reservations_make_room(borrower, book):
    reserve(borrower, book.bib)
    lend(book, borrower)
    assert quota_of(borrower).left == 20


def test_a_transfer_that_becomes_a_hold_is_not_counted_again(borrower, stranger, book):
    some_reservations(borrower, 19)
    reserve(borrower, book.bib)
    lend(book, stranger)
    assert quota_of(borrower).placed == 20


# --- Transfer or hold (5.4) -------------------------------------------------------------------


def test_a_copy_on_a_shelf_makes_a_transfer(borrower, book):
    reservation = reserve(borrower, book.bib)
    assert reservation.state == State.TO_FETCH
    assert reservation.is_transfer
    assert reservation.copy == book


def test_a_copy_at_home_with_somebody_makes_a_hold(borrower):
    reservation = reserve(borrower, lent_out().bib)
    assert reservation.state == State.WAITING
    assert not reservation.is_transfer


@pytest.mark.parametrize(
    "facts",
    [
        {"whereabouts": Whereabouts.PROCESSING},
        {"whereabouts": Whereabouts.REPAIR},
        {"lending": Copy.Lending.NEWEST_ISSUE},
    ],
)
def test_a_copy_that_comes_one_day_makes_a_hold(borrower, facts):
    assert reserve(borrower, CopyFactory(**facts).bib).state == State.WAITING


def test_the_copy_of_the_pickup_branch_is_taken_first_then_the_lowest_number(borrower, stranger):
    bib = BibFactory()
    far, also_far, near = (
        CopyFactory(bib=bib, home_branch=branch(code)) for code in ("chuo", "itsukaichi", "el")
    )
    assert reserve(borrower, bib, pickup="el").copy == near
    assert reserve(stranger, bib, pickup="el").copy == far
    assert Copy.objects.get(pk=also_far.pk).whereabouts == Whereabouts.SHELF


def test_a_free_copy_goes_to_those_who_wait_already(borrower, stranger):
    """A patron whose suspension was lifted is first, though nothing has offered the copy yet."""
    copy = lent_out()
    earlier = reserve(stranger, copy.bib, at=tokyo("2026-11-02"))
    Patron.objects.update(suspended_at=NOON, suspension_reason="弁償の相談中")
    scan(copy, at=tokyo("2026-11-03"))
    Patron.objects.update(suspended_at=None)
    later = reserve(borrower, copy.bib)
    earlier.refresh_from_db()
    assert earlier.state == State.TO_FETCH
    assert later.state == State.WAITING
    given = ReservationEvent.objects.get(reservation=earlier, to_state=State.TO_FETCH)
    assert given.actor == Actor.LIBRARY  # not the patron of the later one


def test_placing_is_logged_with_who_and_when(borrower, book):
    reservation = reserve(borrower, book.bib, at=NOON)
    events = reservation.events.values_list("from_state", "to_state", "actor", "at")
    assert list(events) == [
        ("", "waiting", "patron", NOON),
        ("waiting", "to_fetch", "library", NOON),
    ]


def test_a_basket_of_twenty_is_placed_in_as_many_statements_as_one(borrower, stranger):
    """Transfers, the dear case: each gets a copy at once."""
    counts = []
    for patron, number in ((borrower, 1), (stranger, 20)):
        bibs = [copy.bib for copy in CopyFactory.create_batch(number)]
        with CaptureQueriesContext(connection) as queries:
            placings = try_to_reserve(patron, *bibs)
        assert all(one.reservation.is_transfer for one in placings)
        counts.append(len(queries))
    assert counts[0] == counts[1]
