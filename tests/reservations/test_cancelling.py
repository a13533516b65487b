"""取消: rule 5.11."""

import pytest

from catalog.models import Copy
from operation.invariants import offenders
from reservations.cancelling import cancel
from reservations.hold_shelf import lapse
from reservations.models import Actor, CloseReason, Reservation, State
from reservations.refusals import AlreadyClosed, NotCancellable
from tests.conftest import tokyo
from tests.factories import branch
from tests.verbs import NOON, anew, lend, lent_out, reserve, scan


def test_a_waiting_reservation_is_cancelled_and_the_next_moves_up(borrower, stranger):
    copy = lent_out()
    mine, theirs = reserve(borrower, copy.bib), reserve(stranger, copy.bib)
    cancelled = cancel(mine, at=NOON)
    assert (cancelled.state, cancelled.closed_at) == (State.CANCELLED, NOON)
    assert (cancelled.closed_by, cancelled.close_reason) == (Actor.PATRON, CloseReason.CANCELLED)
    scan(copy)
    assert anew(theirs).state == State.READY


def test_a_reservation_to_be_fetched_is_cancelled_and_its_copy_goes_to_the_next(
    book, borrower, stranger
):
    mine, theirs = reserve(borrower, book.bib), reserve(stranger, book.bib)
    cancel(mine, at=NOON)
    assert (anew(theirs).state, anew(theirs).copy) == (State.TO_FETCH, book)
    cancel(theirs, at=NOON)
    assert anew(book).whereabouts == Copy.Whereabouts.SHELF


@pytest.mark.parametrize(
    ("pickup", "state", "word"), [("chuo", State.READY, "取置中"), ("el", "in_transit", "配送中")]
)
def test_a_copy_that_has_moved_is_a_matter_for_the_library(book, borrower, pickup, state, word):
    mine = reserve(borrower, book.bib, pickup=pickup)
    scan(book)
    with pytest.raises(NotCancellable, match=word):
        cancel(mine, at=NOON)
    assert anew(mine).state == state


def test_a_request_is_a_matter_for_the_library(borrower):
    request = Reservation.objects.create(
        patron=borrower,
        state=State.REQUESTED,
        request_text="絶版の本",
        pickup_branch=branch(),
    )
    with pytest.raises(NotCancellable, match="リクエスト"):
        cancel(request, at=NOON)
    assert anew(request).state == State.REQUESTED


def test_what_has_ended_cannot_be_cancelled(book, borrower):
    mine = reserve(borrower, book.bib, at=tokyo("2026-11-01"))
    scan(book, at=tokyo("2026-11-01"))
    lapse(mine, at=tokyo("2026-11-20"))
    with pytest.raises(AlreadyClosed):
        cancel(mine, at=NOON)
    assert anew(mine).state == State.LAPSED


def test_cancelling_twice_ends_it_once(borrower):
    mine = reserve(borrower, lent_out().bib)
    cancel(mine, at=NOON)
    with pytest.raises(AlreadyClosed):
        cancel(mine, at=NOON)
    assert mine.events.filter(to_state=State.CANCELLED).count() == 1


def test_a_cancelled_bib_can_be_reserved_again(book, borrower):
    cancel(reserve(borrower, book.bib), at=NOON)
    assert reserve(borrower, book.bib).state == State.TO_FETCH


def test_a_collected_reservation_stays_collected(book, borrower):
    mine = reserve(borrower, book.bib)
    lend(book, borrower)
    with pytest.raises(AlreadyClosed):
        cancel(mine, at=NOON)


def test_an_end_that_its_log_does_not_know_is_found(borrower, book):
    mine = cancel(reserve(borrower, book.bib), at=NOON)
    ended = Reservation.objects.filter(pk=mine.pk)
    ended.update(closed_by=Actor.LIBRARY)
    assert offenders() == {"who ended a reservation stands in its log as well": [mine.pk]}
    ended.update(closed_by=Actor.PATRON)
