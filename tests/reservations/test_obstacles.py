"""Whoever is passed over reads why, wherever they look: rules 2.6, 5.8, 5.13."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from patrons.models import Patron
from reservations.models import Reservation, State, Suspension
from reservations.obstacles import (
    BEFORE_PICKUP,
    CARD_EXPIRED,
    PREDECESSOR,
    STOPPED,
    SUSPENDED,
    Obstacle,
)
from reservations.summaries import reservation_summaries
from tests.factories import CopyFactory
from tests.verbs import NOON, anew, lent_out, reserve, scan

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON):
        yield


def let_expire(patron: Patron) -> None:
    Patron.objects.filter(pk=patron.pk).update(card_expires_on=TODAY - timedelta(days=1))


def stop(patron: Patron) -> None:
    Patron.objects.filter(pk=patron.pk).update(suspended_at=NOON, suspension_reason="弁償の相談中")


def suspend(patron: Patron, first: int = 0) -> None:
    Suspension.objects.create(
        patron=patron,
        first_day=TODAY + timedelta(days=first),
        last_day=TODAY + timedelta(days=first + 5),
    )


def suspend_later(patron: Patron) -> None:
    suspend(patron, first=3)


def nothing(patron: Patron) -> None:
    """All is well."""


OBSTACLES: dict[str, tuple[Callable[[Patron], None], Obstacle | None, str]] = {
    "card expired": (let_expire, CARD_EXPIRED, "カードの更新が必要です"),
    "stopped": (stop, STOPPED, "窓口でのお手続きが必要です"),
    "skip running": (suspend, SUSPENDED, "予約取置スキップ中"),
    "skip coming": (suspend_later, None, "予約取置スキップ"),
    "nothing": (nothing, None, ""),
}
each_obstacle = pytest.mark.parametrize(
    ("make", "obstacle", "words"), OBSTACLES.values(), ids=OBSTACLES.keys()
)


@pytest.fixture
def waiting(borrower: Patron) -> Reservation:
    return reserve(borrower, lent_out().bib)


@each_obstacle
def test_r5_8_an_obstacle_is_told_exactly_when_the_queue_passes_over(
    borrower, waiting, make, obstacle, words
):
    make(borrower)
    [summary] = reservation_summaries(anew(borrower), at=NOON).open
    assert summary.obstacle == obstacle
    assert Reservation.objects.eligible(NOON).exists() == (obstacle is None)


@each_obstacle
def test_r2_6_each_page_of_the_patron_says_it_and_promises_nothing(
    at_home: Client, borrower, waiting, make, obstacle, words
):
    make(borrower)
    for path in ("/mypage/", "/mypage/reservations/", f"/mypage/reservations/{waiting.pk}/"):
        page = at_home.get(path).content.decode().replace("\N{WORD JOINER}", "")
        assert ("お待ちいただく目安" in page) == (obstacle is None), path
        if obstacle:
            assert obstacle.status in page, path
            assert obstacle.explained.split("、")[0] in page, path
    home = at_home.get("/").content.decode().replace("\N{WORD JOINER}", "")
    assert words in home
    every_page = at_home.get("/mypage/favourites/").content.decode()
    assert ('class="notice' in every_page) == bool(words)


@pytest.mark.parametrize(("make", "obstacle"), [(let_expire, CARD_EXPIRED), (stop, STOPPED)])
def test_r2_6_what_is_ready_is_not_promised_while_it_cannot_be_lent(
    at_home: Client, borrower, make, obstacle
):
    copy = CopyFactory()
    ready = reserve(borrower, copy.bib)
    scan(copy)
    assert anew(ready).state == State.READY
    assert "受取館のカウンターでお渡しします" in at_home.get("/mypage/").content.decode()
    make(borrower)
    page = at_home.get("/mypage/").content.decode().replace("\N{WORD JOINER}", "")
    assert "受取館のカウンターでお渡しします" not in page
    assert BEFORE_PICKUP[obstacle].split("、")[0] in page
    assert "窓口でお使いになれます" not in page


def test_r5_13_a_predecessor_is_told_last_because_it_settles_itself(borrower, waiting):
    assert PREDECESSOR.status == "前の巻待ち"
    make, obstacle, _ = OBSTACLES["card expired"]
    make(borrower)
    [summary] = reservation_summaries(anew(borrower), at=NOON).open
    assert summary.obstacle == obstacle
