"""Terminals: a visit ends with the browser, a cookie with the building; guesses count (8.2)."""

from datetime import date
from ipaddress import ip_network

import pytest
import time_machine
from django.conf import settings as ours
from django.test import Client

from akiruno_library import policy
from patrons.models import Terminal
from patrons.terminal import enrolment_codes
from tests.factories import PASSWORD, PatronFactory, a_terminal, branch
from tests.verbs import NOON

pytestmark = pytest.mark.django_db
PRESS = "/terminal/children/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def log_in(client: Client, card: str, password: str = PASSWORD) -> int:
    form = {"card_number": card, "password": password}
    return client.post("/mypage/login/", form).status_code


def press(client: Client, card: str, typed: str = "wrong-guess") -> int:
    form = {"card_number": card, "password": typed, "button": "came"}
    return client.post(PRESS, form).status_code


def test_r8_2_what_a_visitor_leaves_in_the_browser_of_a_terminal_ends_with_it():
    patron = PatronFactory(password=PASSWORD)
    terminal, home = a_terminal(), Client()
    for client, kept in ((terminal, ""), (home, policy.SESSION_LONGEST.total_seconds())):
        assert log_in(client, patron.card_number) == 302
        client.get("/mypage/")
        assert client.cookies[ours.SESSION_COOKIE_NAME]["max-age"] == kept
        client.post("/basket/add/", {"bib": "1"})
        assert client.cookies[ours.SESSION_COOKIE_NAME]["max-age"] == kept
    nameless = a_terminal(name="2階")
    nameless.post("/basket/add/", {"bib": "1"})
    visitors = {"terminal", ours.TERMINAL_COOKIE_NAME, ours.CSRF_COOKIE_NAME}
    for name, cookie in nameless.cookies.items():
        assert name in visitors or cookie["max-age"] == "", name


def test_r8_2_the_cookie_of_a_terminal_opens_nothing_outside_the_library(settings, borrower):
    terminal = a_terminal(borrower)
    settings.TERMINAL_ADDRESSES = [ip_network("192.0.2.0/24"), ip_network("2001:db8::/48")]
    for address in ("192.0.2.9", "2001:db8::9"):
        assert terminal.get("/terminal/", REMOTE_ADDR=address).status_code == 200, address
        assert terminal.get("/mypage/", REMOTE_ADDR=address).status_code == 200, address
    for address in ("198.51.100.1", "2001:db9::9", ""):
        stolen = Client(REMOTE_ADDR=address)
        stolen.cookies = terminal.cookies.copy()
        assert stolen.get("/terminal/").headers["Location"] == "/terminal/enrol/", address
        assert press(stolen, "30000001") == 302, address
    outside = Client(REMOTE_ADDR="198.51.100.1")
    outside.cookies = terminal.cookies.copy()
    assert outside.get("/mypage/").headers["Location"].startswith("/mypage/login/")


def test_r8_2_no_device_is_enrolled_outside_the_library(settings):
    settings.TERMINAL_ADDRESSES = [ip_network("192.0.2.0/24")]
    place = Terminal.objects.create(branch=branch(), name="入口")
    code = {"code": enrolment_codes.issue_code(place)}
    refused = Client(REMOTE_ADDR="198.51.100.1").post("/terminal/enrol/", code)
    assert "図書館のネットワークにつないでから" in refused.content.decode()
    assert Client(REMOTE_ADDR="192.0.2.4").post("/terminal/enrol/", code).status_code == 302


def test_a_guess_of_an_enrolment_code_is_counted_before_it_is_looked_for(clock):
    place = Terminal.objects.create(branch=branch(), name="入口")
    waits = policy.ENROLMENT_WAITS["address"]
    statuses = [
        Client().post("/terminal/enrol/", {"code": f"{number:012}"}).status_code
        for number in range(waits.free + 1)
    ]
    assert statuses == [200] * waits.free + [429]
    code = {"code": enrolment_codes.issue_code(place)}
    assert Client().post("/terminal/enrol/", code).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.4").post("/terminal/enrol/", code).status_code == 302


def test_r8_3_a_grown_ups_card_is_counted_at_the_childrens_screen_as_at_the_login(clock):
    grown_up = PatronFactory(password=PASSWORD)
    terminal, free = a_terminal(), policy.LOGIN_WAITS["card"].free
    assert [press(terminal, grown_up.card_number) for _ in range(free)] == [200] * free
    assert press(terminal, grown_up.card_number) == 429
    clock.shift(policy.CHILDREN_WAITS["card"].first)
    assert press(terminal, grown_up.card_number) == 429
    assert log_in(terminal, grown_up.card_number) == 429  # there, too; at home nobody notices
    assert log_in(Client(), grown_up.card_number) == 302
    clock.shift(policy.LOGIN_WAITS["card"].first)
    assert press(terminal, grown_up.card_number, PASSWORD) == 302


def test_r8_3_a_child_who_mistypes_waits_for_seconds(clock):
    child = PatronFactory(password=PASSWORD, birth_date=date(2015, 5, 5))
    terminal, free = a_terminal(), policy.CHILDREN_WAITS["card"].free
    assert [press(terminal, child.card_number) for _ in range(free)] == [200] * free
    assert press(terminal, child.card_number) == 429
    clock.shift(policy.CHILDREN_WAITS["card"].first)
    assert press(terminal, child.card_number, PASSWORD) == 302
    assert log_in(terminal, child.card_number) == 302
