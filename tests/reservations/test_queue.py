"""Whose turn it is: rules 2.6, 5.5 to 5.8."""

from datetime import date

import pytest

from catalog.models import Copy
from patrons.models import Patron
from reservations import queue
from reservations.cancelling import cancel
from reservations.models import Reservation, State, Suspension
from reservations.refusals import ChangedMeanwhile
from reservations.sequences import form_sequence
from reservations.transitions import LIBRARY, TRANSITIONS, move
from tests.conftest import tokyo
from tests.factories import PatronFactory
from tests.verbs import NOON, anew, lend, lent_out, position, reserve, scan

SUSPENDED = {"first_day": date(2026, 12, 1), "last_day": date(2026, 12, 10)}


@pytest.fixture
def copy() -> Copy:
    return lent_out()


def test_the_queue_has_the_order_of_placing(copy):
    days = ["2026-11-05", "2026-11-03", "2026-11-04"]
    placed = {day: reserve(PatronFactory(), copy.bib, at=tokyo(day)) for day in days}
    assert [position(placed[day]) for day in sorted(days)] == [1, 2, 3]
    scan(copy)
    assert anew(placed["2026-11-03"]).state == State.READY
    assert [position(placed[day]) for day in ("2026-11-04", "2026-11-05")] == [1, 2]


def test_of_two_placed_at_the_same_moment_the_first_written_is_first(copy):
    first, second = (reserve(PatronFactory(), copy.bib) for _ in range(2))
    assert (position(first), position(second)) == (1, 2)
    scan(copy)
    assert anew(first).state == State.READY


def test_a_priority_given_by_staff_goes_before_the_moment(copy):
    first, second = (reserve(PatronFactory(), copy.bib) for _ in range(2))
    Reservation.objects.filter(pk=second.pk).update(priority=1)
    assert position(anew(second)) == 1
    assert position(first) == 2
    scan(copy)
    assert anew(second).state == State.READY


def test_any_pickup_branch_has_its_turn(copy):
    first = reserve(PatronFactory(), copy.bib, pickup="el", at=tokyo("2026-11-02"))
    reserve(PatronFactory(), copy.bib, pickup="chuo", at=tokyo("2026-11-03"))
    scan(copy, at_branch="chuo")
    assert anew(first).state == State.IN_TRANSIT


@pytest.mark.parametrize(
    ("day", "clock", "skipped"),
    [
        ("2026-11-30", "23:59", False),
        ("2026-12-01", "00:00", True),
        ("2026-12-10", "23:59", True),
        ("2026-12-11", "00:00", False),
    ],
)
def test_a_skip_runs_from_its_first_to_its_last_day_in_tokyo(copy, borrower, day, clock, skipped):
    mine = reserve(borrower, copy.bib, at=tokyo("2026-11-02"))
    following = reserve(PatronFactory(), copy.bib, at=tokyo("2026-11-03"))
    Suspension.objects.create(patron=borrower, **SUSPENDED)
    scan(copy, at=tokyo(day, clock))
    served = following if skipped else mine
    assert anew(served).state == State.READY


def test_after_a_skip_the_reservation_is_first_again(copy, borrower):
    mine = reserve(borrower, copy.bib, at=tokyo("2026-11-02"))
    following = reserve(PatronFactory(), copy.bib, at=tokyo("2026-11-03"))
    last = reserve(PatronFactory(), copy.bib, at=tokyo("2026-11-04"))
    Suspension.objects.create(patron=borrower, **SUSPENDED)
    scan(copy, at=tokyo("2026-12-05"))
    lend(copy, following.patron, at=tokyo("2026-12-06"))
    scan(copy, at=tokyo("2026-12-12"))
    assert anew(mine).state == State.READY
    assert anew(last).state == State.WAITING


def test_a_reservation_placed_during_a_skip_waits_although_a_copy_is_free(book, borrower):
    Suspension.objects.create(patron=borrower, **SUSPENDED)
    mine = reserve(borrower, book.bib, at=tokyo("2026-12-05"))
    assert mine.state == State.WAITING
    assert anew(book).whereabouts == Copy.Whereabouts.SHELF


def test_a_free_copy_is_offered_when_the_skip_is_over(book, borrower):
    Suspension.objects.create(patron=borrower, **SUSPENDED)
    mine = reserve(borrower, book.bib, at=tokyo("2026-12-05"))
    assert queue.bibs_with_missed_copies(at=tokyo("2026-12-10")) == []
    over = tokyo("2026-12-11", "00:01")
    assert queue.bibs_with_missed_copies(at=over) == [book.bib_id]
    assert queue.offer_free_copies(book.bib_id, at=over) == [mine]
    assert anew(mine).state == State.TO_FETCH
    assert queue.offer_free_copies(book.bib_id, at=over) == []


def test_a_skip_does_not_touch_who_has_a_copy_already(book, borrower):
    mine = reserve(borrower, book.bib)
    Suspension.objects.create(
        patron=borrower, first_day=date(2026, 11, 24), last_day=date(2026, 12, 1)
    )
    scan(book)
    assert anew(mine).state == State.READY


def test_when_everyone_skips_the_copy_stands_on_the_shelf_and_may_be_lent(copy, borrower, stranger):
    mine = reserve(borrower, copy.bib, at=tokyo("2026-11-02"))
    Suspension.objects.create(patron=borrower, **SUSPENDED)
    scan(copy, at=tokyo("2026-12-05"))
    assert anew(copy).whereabouts == Copy.Whereabouts.SHELF
    lend(copy, stranger, at=tokyo("2026-12-05"))
    assert anew(mine).state == State.WAITING


@pytest.mark.parametrize(
    ("hindrance", "remedy"),
    [
        ({"card_expires_on": date(2026, 11, 23)}, {"card_expires_on": date(2026, 11, 24)}),
        (
            {"suspended_at": NOON, "suspension_reason": "弁償の相談中"},
            {"suspended_at": None, "suspension_reason": ""},
        ),
    ],
)
def test_an_expired_card_or_a_suspension_gets_no_copy_and_keeps_its_place(
    copy, borrower, hindrance, remedy
):
    mine = reserve(borrower, copy.bib, at=tokyo("2026-11-02"))
    Patron.objects.filter(pk=borrower.pk).update(**hindrance)
    scan(copy)
    assert anew(mine).state == State.WAITING
    assert position(mine) == 1
    Patron.objects.filter(pk=borrower.pk).update(**remedy)
    queue.offer_free_copies(copy.bib_id, at=NOON)
    assert anew(mine).state == State.TO_FETCH


# --- 順番予約 (5.6) ----------------------------------------------------------------------------


@pytest.fixture
def volumes(borrower: Patron) -> list[Reservation]:
    """上 and 下, both at home with others, reserved in order by the borrower."""
    ordered = [reserve(borrower, lent_out(bib__volume=volume).bib) for volume in "上下"]
    form_sequence(borrower, ordered)
    return [anew(reservation) for reservation in ordered]


def copy_of(reservation):
    return Copy.objects.get(bib_id=reservation.bib_id)


def test_the_second_volume_waits_for_the_first_and_no_copy_is_parked_for_it(volumes, stranger):
    _, second = volumes
    following = reserve(stranger, second.bib)
    scan(copy_of(second))
    assert anew(second).state == State.WAITING
    assert position(second) == 1
    assert anew(following).state == State.READY


@pytest.mark.parametrize("scans", [1, 2])
def test_a_first_volume_on_the_hold_shelf_is_not_had_yet(volumes, scans):
    first, second = volumes
    for _ in range(scans):
        scan(copy_of(first))
    scan(copy_of(second))
    assert anew(first).state == State.READY
    assert anew(second).state == State.WAITING


def test_the_second_volume_is_offered_once_the_first_is_lent(
    volumes, borrower, django_capture_on_commit_callbacks
):
    first, second = volumes
    scan(copy_of(first))
    scan(copy_of(second))
    with django_capture_on_commit_callbacks(execute=True):
        lend(copy_of(first), borrower)
    assert anew(second).state == State.TO_FETCH


def test_the_second_volume_is_offered_once_the_first_is_cancelled(
    volumes, django_capture_on_commit_callbacks
):
    first, second = volumes
    scan(copy_of(second))
    with django_capture_on_commit_callbacks(execute=True):
        cancel(first, at=NOON)
    assert anew(second).state == State.TO_FETCH


# --- Transitions ------------------------------------------------------------------------------


def test_no_way_leads_between_states_that_the_rules_do_not_know(copy, borrower):
    reservation = reserve(borrower, copy.bib)
    unknown = [(one, other) for one in State for other in State if other not in TRANSITIONS[one]]
    for came_from, to in unknown:
        reservation.state = came_from
        with pytest.raises(ChangedMeanwhile):
            move(reservation, to, at=NOON, by=LIBRARY, why="試し")
    assert anew(reservation).state == State.WAITING


def test_who_holds_a_state_that_is_not_stored_any_more_changes_nothing(copy, borrower):
    reservation = reserve(borrower, copy.bib)
    stale = anew(reservation)
    cancel(reservation, at=NOON)
    with pytest.raises(ChangedMeanwhile):
        move(stale, State.CANCELLED, at=NOON, by=LIBRARY, why="試し")
    assert anew(copy.bib).status.waiting == 0
