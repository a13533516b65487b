"""Safety 2: while many guess at many cards, nobody who belongs here is kept out; short form.

The long one, with real sockets, is the line "attacks" of tests/withstand/table.py.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from patrons import attempts, throttling
from patrons.identity import Facts
from patrons.models import Patron
from patrons.origin import Origin
from patrons.refusals import TooManyAttempts
from patrons.throttling import Gauge, Subject
from tests.conftest import tokyo
from tests.factories import PASSWORD, PatronFactory, a_terminal

pytestmark = pytest.mark.django_db
NOW = tokyo("2026-11-24")
BOTS = [f"198.18.{number // 250}.{number % 250 + 1}" for number in range(500)]
SECONDS, A_SECOND = 20, 10
HONEST_EVERY = 20  # wrong tries
NEW = "川の音が好きです"
LOGIN, REGISTER = "/mypage/login/", "/mypage/register/"
BORN = date(1985, 4, 12)


def guessed_login(number: int) -> Iterator[Subject | Gauge]:
    return attempts.of_login(str(40000000 + number), Origin(BOTS[number % 500]))


def guessed_facts(number: int) -> Iterator[Subject | Gauge]:
    facts = Facts(str(40000000 + number), f"ナマエ{number}", BORN, f"042{number:07}")
    return attempts.of_facts(facts, Origin(BOTS[number % 500]))


def patron(number: int, *, password: str = "") -> Patron:
    return PatronFactory(
        card_number=str(30000000 + number),
        name=f"秋川 {number}子",
        name_reading="アキカワ",
        birth_date=BORN,
        telephone=f"090-1000-{number:04}",
        password=password,
    )


def log_in(client: Client, number: int) -> int:
    form = {"card_number": str(30000000 + number), "password": PASSWORD}
    return client.post(LOGIN, form).status_code


def register(client: Client, number: int) -> int:
    facts = {
        "card_number": str(30000000 + number),
        "name": f"秋川 {number}子",
        "birth_date": "1985/4/12",
        "telephone": f"090-1000-{number:04}",
    }
    return client.post(REGISTER, facts | {"password": NEW}).status_code


def at_home(number: int) -> Client:
    """A device that has never been here, behind a router of its own."""
    return Client(REMOTE_ADDR=f"203.0.{113 + number // 200}.{number % 200 + 1}")


def attack(
    guessed: Callable[[int], Iterator[Subject | Gauge]], meanwhile: Callable[[int], None]
) -> int:
    """Six hundred wrong tries a minute from five hundred addresses; how many were looked at."""
    looked_at = 0
    for number in range(SECONDS * A_SECOND):
        at: datetime = NOW + timedelta(seconds=number / A_SECOND)
        try:
            throttling.begin(guessed(number), at=at)
            looked_at += 1
        except TooManyAttempts:
            pass
        if number % HONEST_EVERY == HONEST_EVERY - 1:
            with time_machine.travel(at, tick=False):
                meanwhile(number // HONEST_EVERY)
    return looked_at


@pytest.mark.parametrize(
    ("guessed", "honest", "password"),
    [(guessed_login, log_in, PASSWORD), (guessed_facts, register, "")],
    ids=["logins", "facts"],
)
def test_new_devices_and_terminals_get_in_at_the_first_try(guessed, honest, password):
    statuses: list[int] = []
    terminal = a_terminal()

    def meanwhile(number: int) -> None:
        patron(2 * number, password=password)
        patron(2 * number + 1, password=password)
        statuses.append(honest(at_home(number), 2 * number))
        statuses.append(honest(terminal, 2 * number + 1))
        terminal.post("/terminal/end/", headers={"sec-fetch-site": "same-origin"})

    attack(guessed, meanwhile)
    assert len(statuses) == SECONDS * A_SECOND // HONEST_EVERY * 2
    assert set(statuses) == {302}
    last = NOW + timedelta(seconds=SECONDS)
    assert throttling.is_high((g for g in guessed(0) if isinstance(g, Gauge)), at=last)


def test_whoever_mistypes_twice_meanwhile_still_gets_in():
    patron(1, password=PASSWORD)
    attack(guessed_login, lambda number: None)
    with time_machine.travel(NOW + timedelta(seconds=SECONDS), tick=False):
        home, wrong = at_home(1), {"card_number": "30000001", "password": "oops"}
        for _ in range(2):
            assert home.post(LOGIN, wrong).status_code == 200
        assert log_in(home, 1) == 302


def test_a_stranger_at_one_address_makes_nobody_wait_elsewhere():
    """Six wrong tries with somebody's card were enough, from wherever they came."""
    patron(1, password=PASSWORD)
    with time_machine.travel(NOW, tick=False):
        stranger = Client(REMOTE_ADDR="198.18.0.1")
        wrong = {"card_number": "30000001", "password": "oops"}
        statuses = [stranger.post(LOGIN, wrong).status_code for _ in range(20)]
        assert statuses.count(429) == 15
        assert log_in(at_home(1), 1) == 302
