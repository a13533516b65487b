"""The strip above the shelves of the home page."""

import html
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from circulation.templatetags.strip import lines_for
from loans.models import Loan
from patrons.models import Patron
from tests.factories import CopyFactory
from tests.verbs import NOON, lend, reserve, scan

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def words(patron: Patron) -> list[tuple[str, str]]:
    return [(line.words, line.tone) for line in lines_for(patron, at=NOON)]


def borrow(patron: Patron, due_in: int) -> None:
    loan = lend(CopyFactory(), patron)
    Loan.objects.filter(pk=loan.pk).update(due_on=TODAY + timedelta(days=due_in))


def test_what_asks_for_something_is_told_and_nothing_else(borrower: Patron) -> None:
    borrow(borrower, due_in=4)
    assert words(borrower) == []
    borrow(borrower, due_in=3)
    borrow(borrower, due_in=-1)
    copy = CopyFactory()
    ready = reserve(borrower, copy.bib)
    scan(copy)
    ready.refresh_from_db()
    assert words(borrower) == [
        (f"受け取れます 1点(中央図書館 {ready.deadline.month}月{ready.deadline.day}日"
         f"({'月火水木金土日'[ready.deadline.weekday()]})まで)", "good"),
        ("返却期限を過ぎています 1点", "bad"),
        ("返却期限 あと3日 1点", "warm"),
    ]  # fmt: skip


def test_the_strip_takes_three_queries_however_much_there_is(borrower: Patron) -> None:
    for number in (1, 12):
        for _ in range(number):
            borrow(borrower, due_in=1)
            copy = CopyFactory()
            if number == 1:
                reserve(borrower, copy.bib)
                scan(copy)
        with CaptureQueriesContext(connection) as queries:
            words(borrower)
        assert len(queries) == 3


def test_home_shows_it_to_its_patron_only(
    client: Client, at_home: Client, borrower: Patron
) -> None:
    borrow(borrower, due_in=0)
    with time_machine.travel(NOON, tick=False):
        mine = html.unescape(at_home.get("/").content.decode())
        theirs = html.unescape(client.get("/").content.decode())
    assert "返却期限 本日まで 1点" in mine
    assert "返却期限 本日まで" not in theirs
