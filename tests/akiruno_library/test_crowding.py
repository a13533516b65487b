"""Whoever reads too fast is asked to wait; nobody who is known notices (safety 22)."""

import pytest
from django.http import HttpResponse
from django.test import Client

from akiruno_library import policy
from akiruno_library.crowding import Buckets

ALLOWED = policy.PAGES_AT_ONCE // 20  # a process's share of twenty


def test_a_bucket_gives_what_it_holds_and_fills_with_time():
    buckets = Buckets(rate=2, size=3)
    assert [buckets.seconds_to_wait("a", 1, now=0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.seconds_to_wait("b", 1, now=0) == 0
    assert buckets.seconds_to_wait("a", 1, now=0.5) == 0
    assert buckets.seconds_to_wait("a", 1, now=0.5) == 0.5
    assert [buckets.seconds_to_wait("a", 1, now=1000) for _ in range(4)] == [0, 0, 0, 0.5]


def test_no_crowd_of_addresses_fills_the_memory():
    buckets = Buckets(rate=1, size=1, most=100)
    for number in range(1000):
        buckets.seconds_to_wait(f"address {number}", 1, now=0)
    assert len(buckets._buckets) == 100


@pytest.fixture
def crawler(db: None, settings) -> Client:
    settings.WEB_WORKERS, settings.PAGES_A_SECOND = 20, 0.2  # so that the test is soon at the end
    return Client(REMOTE_ADDR="203.0.113.9")


def exhaust(crawler: Client) -> HttpResponse:
    """Read until it is too much; tokens that come meanwhile do not save a crawler for long."""
    for _ in range(20 * ALLOWED):
        answer = crawler.get("/robots.txt")
        if answer.status_code != 200:
            return answer
    raise AssertionError("never asked to wait")


def test_safety_22_a_crawler_is_told_when_to_come_again(crawler: Client):
    answer = exhaust(crawler)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert "少しお待ちください" in answer.content.decode()
    assert not answer.cookies


def test_safety_22_a_patron_at_the_same_address_does_not_notice(crawler: Client, borrower):
    exhaust(crawler)
    crawler.force_login(borrower.user, backend="patrons.backends.PatronBackend")
    assert crawler.get("/").status_code == 200


def test_safety_22_others_do_not_notice(crawler: Client):
    exhaust(crawler)
    assert Client(REMOTE_ADDR="203.0.113.10").get("/").status_code == 200


def test_those_who_ask_whether_we_are_well_are_not_counted(crawler: Client):
    exhaust(crawler)
    assert crawler.get("/healthz").status_code == 200
