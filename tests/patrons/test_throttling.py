"""Whoever guesses waits longer and longer, and nobody is locked out for good: safety 2."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from akiruno_library import policy
from akiruno_library.policy import Level, Waits
from patrons import throttling
from patrons.models import Throttle
from patrons.refusals import TooManyAttempts
from patrons.throttling import Gauge, Subject, gauge, subject
from tests.conftest import tokyo

AT = tokyo("2026-11-24")
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
THREE_FREE = Waits(3, MINUTE, 5 * MINUTE, timedelta(hours=1))


def card(number: str = "30001234") -> Subject:
    return subject("test-card", number, THREE_FREE)


def person(number: str) -> Subject:
    return subject("test-person", "アキカワハナコ", THREE_FREE, card=number)


def every(level: Level) -> Gauge:
    return gauge("test", "overall", level)


def wait_after(*subjects: Subject, at=AT) -> int:
    """Seconds that the next one waits; fails if it was let through."""
    with pytest.raises(TooManyAttempts) as refused:
        throttling.begin(subjects, at=at)
    return refused.value.seconds


@pytest.mark.django_db
def test_after_the_free_attempts_each_wait_is_twice_the_one_before_up_to_the_longest():
    at = AT
    for _ in range(2):
        throttling.begin([card()], at=at)
    waits = []
    for _ in range(5):
        throttling.begin([card()], at=at)
        waits.append(wait_after(card(), at=at))
        at += timedelta(seconds=waits[-1])
    assert waits == [60, 120, 240, 300, 300]


@pytest.mark.django_db
def test_asking_while_a_wait_runs_makes_it_no_longer():
    for _ in range(3):
        throttling.begin([card()], at=AT)
    for second in range(59):
        assert wait_after(card(), at=AT + second * SECOND) == 60 - second
    throttling.begin([card()], at=AT + MINUTE)


@pytest.mark.django_db
def test_a_right_try_takes_back_its_own_count_and_no_other():
    for _ in range(2):
        throttling.begin([card()], at=AT)
    for _ in range(10):
        throttling.begin([card()], at=AT).succeeded()
    throttling.begin([card()], at=AT)
    assert wait_after(card()) == 60


@pytest.mark.django_db
def test_attempts_are_forgotten_with_time():
    for _ in range(3):
        throttling.begin([card()], at=AT)
    later = AT + timedelta(hours=3)
    for _ in range(3):
        throttling.begin([card()], at=later)
    assert wait_after(card(), at=later) == 60


@pytest.mark.django_db
def test_facts_are_counted_by_the_cards_they_were_tried_with():
    for _ in range(10):
        throttling.begin([person("1")], at=AT)  # a family that mistypes, with one card
    for number in "23":
        throttling.begin([person(number)], at=AT)
    assert wait_after(person("4")) == 60
    throttling.begin([person("1")], at=AT)  # tried before: its card's own count speaks for it


@pytest.mark.django_db
def test_one_subject_that_waits_stops_the_try_and_the_others_are_not_counted():
    for _ in range(3):
        throttling.begin([card("1")], at=AT)
    wait_after(card("1"), card("2"))
    assert not Throttle.objects.filter(key=card("2").key, level__gt=0).exists()


ONE_FREE = Waits(1, MINUTE, 5 * MINUTE, timedelta(hours=1))
HIGH_FROM_THREE = Level(3, 5, MINUTE)


def address(number: int) -> Subject:
    return subject("test-address", number, THREE_FREE, under_attack=ONE_FREE)


@pytest.mark.django_db
def test_while_much_is_guessed_less_is_free_and_nobody_waits_who_has_not_guessed():
    for number in range(3):
        throttling.begin([address(number), every(HIGH_FROM_THREE)], at=AT)
    for number in range(3, 50):
        throttling.begin([address(number), every(HIGH_FROM_THREE)], at=AT)
        assert wait_after(address(number), every(HIGH_FROM_THREE)) == 60
    throttling.begin([address(1), every(HIGH_FROM_THREE)], at=AT)  # no wait was told before


@pytest.mark.django_db
def test_an_attack_is_over_soon_after_it_ended_however_long_it_was():
    for number in range(50):
        throttling.begin([address(number), every(HIGH_FROM_THREE)], at=AT)
    high = [throttling.is_high([every(HIGH_FROM_THREE)], at=AT + n * MINUTE) for n in range(4)]
    assert high == [True, True, True, False]


@pytest.mark.django_db
def test_right_attempts_lift_no_gauge():
    for number in range(50):
        throttling.begin([address(number), every(HIGH_FROM_THREE)], at=AT).succeeded()
    assert not throttling.is_high([every(HIGH_FROM_THREE)], at=AT)


@pytest.mark.django_db
def test_what_is_counted_within_networks_is_forgiven_in_all_of_them():
    for network in ("192.0.2", "198.51.100"):
        near = subject("test-card", "1", ONE_FREE, within=network)
        throttling.begin([near, card("1")], at=AT)
    throttling.unlock_everywhere([throttling.prefix_of("test-card", "1")])
    assert not Throttle.objects.exists()


@pytest.mark.django_db
def test_the_table_tells_nothing_of_whom_it_counts():
    throttling.begin([person("30001234"), card()], at=AT)
    stored = str(list(Throttle.objects.values()))
    assert "30001234" not in stored
    assert "アキカワ" not in stored


@pytest.mark.django_db
def test_staff_forgive_at_once():
    for _ in range(3):
        throttling.begin([card()], at=AT)
    throttling.unlock([card().key])
    throttling.begin([card()], at=AT)


@pytest.mark.django_db
def test_what_the_waits_have_forgotten_is_deleted_after_some_days():
    throttling.begin([card("1")], at=AT)
    throttling.begin([card("2")], at=AT + policy.THROTTLES_KEPT)
    throttling.forget_old(at=AT + policy.THROTTLES_KEPT + SECOND)
    assert [row.key for row in Throttle.objects.all()] == [card("2").key]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_many_attempts_at_once_only_the_free_ones_get_through():
    """Counted before the hash, under a lock: guessing in parallel is no way around."""
    begun, refused = [], []

    def guess() -> None:
        try:
            begun.append(throttling.begin([card(), every(Level(3, 9, SECOND))], at=AT))
        except TooManyAttempts:
            refused.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(begun), len(refused)) == (3, 13)
