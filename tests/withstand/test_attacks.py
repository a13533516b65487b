"""Guessing by the hundred from hundreds of addresses, beside people who know what they type."""

import http.client
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from demo.cards import HANAKO, PASSWORD, SATORU
from tests.withstand.library import OpenLibrary, Visitor
from tests.withstand.long import Tell, short_or_long

# Short: what shut the city out once, 20 a second from 60 addresses. Long: 600 a minute from 500.
LOGINS_SECONDS, FACTS_SECONDS = short_or_long(12, 600), short_or_long(8, 300)
A_SECOND, ADDRESSES = short_or_long(20, 10), short_or_long(60, 500)
AT_ONCE = 16  # bots that wait for an answer; a busy machine is asked as often all the same
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LOGIN, RESET = "/mypage/login/", "/mypage/reset/"


class Device:
    """A browser at an address of its own, as fresh as from the shop."""

    def __init__(self, library: OpenLibrary, source: str) -> None:
        self.library, self.source, self.cookies = library, source, ""

    def post(self, path: str, fields: dict[str, str]) -> int:
        response = self._ask("GET", path, None)
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', response[1])
        assert token, response[0]
        return self._ask("POST", path, fields | {"csrfmiddlewaretoken": token[1].decode()})[0]

    def _ask(self, method: str, path: str, fields: dict[str, str] | None) -> tuple[int, bytes]:
        line = http.client.HTTPConnection(
            "127.0.0.1", self.library.portal.port, timeout=60, source_address=(self.source, 0)
        )
        headers = FORM | ({"Cookie": self.cookies} if self.cookies else {})
        line.request(method, path, urlencode(fields) if fields else None, headers)
        answer = line.getresponse()
        if "csrf" in (cookie := answer.headers.get("Set-Cookie", "")):
            self.cookies = cookie.partition(";")[0]
        body = answer.read()
        line.close()
        return answer.status, body


@contextmanager
def guessing(library: OpenLibrary, path: str, guess: Callable[[], dict[str, str]]) -> Iterator:
    """Wrong tries at an even pace until the block ends; yields how they were answered."""
    answered, over = Counter[int](), threading.Event()
    bots = [f"127.20.{number // 10}.{number % 10 + 1}" for number in range(ADDRESSES)]
    key = Device(library, bots[0])
    key.post(path, guess())
    [token] = re.findall(
        rb'name="csrfmiddlewaretoken" value="(\w+)"', key._ask("GET", path, None)[1]
    )

    def bot(first: int) -> None:
        due, number = time.monotonic(), first
        while not over.is_set():
            mine = Device(library, bots[number % ADDRESSES])
            mine.cookies, number = key.cookies, number + AT_ONCE
            fields = guess() | {"csrfmiddlewaretoken": token.decode()}
            answered[mine._ask("POST", path, fields)[0]] += 1
            due += AT_ONCE / A_SECOND
            over.wait(max(due - time.monotonic(), 0))

    threads = [threading.Thread(target=bot, args=(first,)) for first in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    try:
        yield answered
    finally:
        over.set()
        for thread in threads:
            thread.join()
        library.execute("DELETE FROM patrons_throttle")


def new_devices(library: OpenLibrary) -> Iterator[Device]:
    for number in range(10**6):
        yield Device(library, f"127.30.{number // 200}.{number % 200 + 1}")


def in_two_attempts(send: Callable[[], int], right: int) -> tuple[int, int]:
    """Whether it went at the first try, and whether within two."""
    if send() == right:
        return 1, 1
    return 0, int(send() == right)


def a_terminal(library: OpenLibrary) -> Visitor:
    terminal = library.visitor()
    here = {"Origin": library.address}
    terminal.session.post(f"{library.address}/demo/terminal/", headers=here, timeout=30)
    return terminal


def log_in(visitor: Visitor) -> int:
    """And out again, as the next visitor finds it."""
    fields = {"card_number": HANAKO, "password": PASSWORD}
    status = visitor.post(LOGIN, on=LOGIN, **fields).status_code
    if status == 302:
        visitor.post("/mypage/logout/", on="/mypage/")
    return status


def test_safety_2_whoever_belongs_here_gets_in_while_many_guess(
    library: OpenLibrary, record_property: Tell
):
    dice = random.Random(20261124)
    known, terminal = library.visitor(), a_terminal(library)
    assert log_in(known) == log_in(terminal) == 302
    devices, right = new_devices(library), {"card_number": SATORU, "password": PASSWORD}
    first, second, others, tried = 0, 0, Counter[int](), 0

    def guess() -> dict[str, str]:
        return {"card_number": str(dice.randrange(40_000_000, 50_000_000)), "password": "wrong-one"}

    with guessing(library, LOGIN, guess) as answered:
        ends = time.monotonic() + LOGINS_SECONDS
        while time.monotonic() < ends:
            device = next(devices)
            at_once, in_two = in_two_attempts(lambda d=device: d.post(LOGIN, right), 302)  # type: ignore[misc]
            first, second, tried = first + at_once, second + in_two, tried + 1
            others[log_in(known)] += 1
            others[log_in(terminal)] += 1
            time.sleep(0.2)
    record_property(
        "figure",
        f"logins: {sum(answered.values()):,} wrong tries from {ADDRESSES} addresses"
        f" ({dict(sorted(answered.items()))}); of {tried} new devices {first} got in at the first"
        f" try, {second} within two; known devices and terminals: {dict(others)}",
    )
    assert set(others) == {302}
    assert second >= 0.95 * tried
    assert answered
    if sum(answered.values()) > 5000:  # else the machine was so slow that it bounded the bots
        assert answered[429] > sum(answered.values()) / 2  # most guesses cost no hash


def test_safety_2_the_same_holds_for_the_four_facts(library: OpenLibrary, record_property: Tell):
    """A reset from outside answers its owner with 200 and a mail; a wait would be 429."""
    dice = random.Random(20261125)
    [[card, name, born, telephone]] = library.facts(
        "SELECT card_number, name, birth_date, telephone FROM patrons_patron"
        " WHERE card_number = %s AND mail_confirmed_at IS NOT NULL",
        HANAKO,
    )
    right = {"card_number": card, "name": name, "birth_date": f"{born:%Y/%m/%d}",
             "telephone": telephone}  # fmt: skip
    first, second, tried, devices = 0, 0, 0, new_devices(library)

    def guess() -> dict[str, str]:
        number = dice.randrange(10_000_000)
        return {"card_number": str(40_000_000 + number), "name": f"ナマエ{number}",
                "birth_date": "1985/4/13", "telephone": f"090{number:08}"}  # fmt: skip

    with guessing(library, RESET, guess) as answered:
        ends = time.monotonic() + FACTS_SECONDS
        while time.monotonic() < ends:
            device = next(devices)
            at_once, in_two = in_two_attempts(lambda d=device: d.post(RESET, right), 200)  # type: ignore[misc]
            first, second, tried = first + at_once, second + in_two, tried + 1
            time.sleep(0.5)
    record_property(
        "figure",
        f"facts: {sum(answered.values()):,} wrong tries ({dict(sorted(answered.items()))}); of"
        f" {tried} new devices {first} at the first try, {second} within two",
    )
    assert second >= 0.95 * tried
