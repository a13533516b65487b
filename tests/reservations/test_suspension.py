"""予約取置スキップ, as a patron sets it: rule 5.7. What it does to queues: test_queue.py."""

from datetime import date, timedelta

import pytest
import time_machine

from catalog.models import Copy
from reservations.models import State, Suspension
from reservations.refusals import (
    SuspensionEndsBeforeItStarts,
    SuspensionEndsInThePast,
    SuspensionStartsInThePast,
    SuspensionTooLong,
)
from reservations.suspension import (
    delete_past_suspensions,
    end_suspension,
    set_suspension,
    suspension_of,
)
from tests.conftest import tokyo
from tests.verbs import NOON, reserve

TODAY = date(2026, 11, 24)


def days(first: int, last: int) -> dict[str, date]:
    return {
        "first_day": TODAY + timedelta(days=first),
        "last_day": TODAY + timedelta(days=last),
    }


@pytest.mark.parametrize(("first", "last"), [(0, 0), (0, 365), (1, 366), (30, 30)])
def test_a_skip_starts_today_or_later_and_lasts_a_year_at_most(borrower, first, last):
    set_suspension(borrower, **days(first, last), at=NOON)
    assert Suspension.objects.filter(patron=borrower, **days(first, last)).exists()


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        (-1, 5, SuspensionStartsInThePast),
        (5, 4, SuspensionEndsBeforeItStarts),
        (0, 366, SuspensionTooLong),
    ],
)
def test_other_periods_are_refused(borrower, first, last, refusal):
    with pytest.raises(refusal):
        set_suspension(borrower, **days(first, last), at=NOON)
    assert not Suspension.objects.exists()


def test_one_that_runs_keeps_its_first_day_and_may_end_earlier_or_later(borrower):
    set_suspension(borrower, **days(0, 10), at=NOON)
    later = tokyo("2026-11-28")
    set_suspension(borrower, **days(0, 5), at=later)
    set_suspension(borrower, **days(0, 20), at=later)
    with pytest.raises(SuspensionEndsInThePast):
        set_suspension(borrower, **days(0, 3), at=later)
    with pytest.raises(SuspensionStartsInThePast):
        set_suspension(borrower, **days(-1, 20), at=later)
    assert Suspension.objects.get().last_day == TODAY + timedelta(days=20)


def test_a_period_that_is_over_is_not_shown_and_the_next_takes_its_place(borrower):
    set_suspension(borrower, **days(0, 1), at=NOON)
    later = tokyo("2026-11-26")
    assert suspension_of(borrower, at=later) is None
    set_suspension(borrower, **days(5, 6), at=later)
    assert suspension_of(borrower, at=later) == Suspension.objects.get()


def test_a_period_that_is_over_is_forgotten_the_day_after(borrower):
    set_suspension(borrower, **days(0, 0), at=NOON)
    assert delete_past_suspensions(at=NOON) == 0
    assert delete_past_suspensions(at=NOON + timedelta(days=1)) == 1
    assert not Suspension.objects.exists()


def test_ending_early_offers_the_free_copy_at_once(
    borrower, book, django_capture_on_commit_callbacks
):
    with time_machine.travel(NOON, tick=False):
        set_suspension(borrower, **days(0, 10), at=NOON)
        mine = reserve(borrower, book.bib)
        assert mine.state == State.WAITING
        with django_capture_on_commit_callbacks(execute=True):
            assert end_suspension(borrower) is True
    mine.refresh_from_db()
    assert mine.state == State.TO_FETCH
    assert Copy.objects.get().whereabouts == Copy.Whereabouts.CLAIMED
    assert end_suspension(borrower) is False
