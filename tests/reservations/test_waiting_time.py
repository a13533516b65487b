"""お待ちいただく目安 (rule 12.4 for what is long overdue)."""

import html
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from akiruno_library import policy
from catalog.models import Copy
from catalog.search import rebuild
from loans.models import Loan
from reservations.waiting_time import CopyInUse, Wait, estimate, span_in_words
from tests.factories import BibFactory, CopyFactory, PatronFactory
from tests.pages import as_read
from tests.verbs import NOON, lend, lent_out, reserve

TODAY = date(2026, 11, 24)
LONGEST_TURN = policy.TRANSPORT_DAYS + policy.HOLD_SHELF_DAYS + 21


def lent(days: int) -> CopyInUse:
    """A copy due in so many days."""
    return CopyInUse(Copy.Whereabouts.ON_LOAN, TODAY + timedelta(days=days))


def wait(*copies: CopyInUse, ahead: int = 0) -> Wait:
    return estimate(copies, ahead=ahead, loan_days=21, today=TODAY)


def test_the_first_waits_at_most_until_the_due_date_and_the_van() -> None:
    assert wait(lent(10)) == Wait(5, 10 + policy.TRANSPORT_DAYS)


def test_each_reader_ahead_adds_half_a_loan_at_least_and_shelf_and_loan_at_most() -> None:
    one = wait(lent(10), ahead=1)
    assert one == Wait(5 + 11, 10 + LONGEST_TURN + policy.TRANSPORT_DAYS)
    assert wait(lent(10), ahead=2) == Wait(5 + 22, 10 + 2 * LONGEST_TURN + policy.TRANSPORT_DAYS)


def test_with_more_copies_the_one_that_comes_first_counts() -> None:
    assert wait(lent(20), lent(2)) == Wait(1, 2 + policy.TRANSPORT_DAYS)
    assert wait(lent(20), lent(2), ahead=1) == Wait(10, 20 + policy.TRANSPORT_DAYS)


def test_what_stands_ready_for_somebody_is_still_to_be_read_by_them() -> None:
    held = CopyInUse(Copy.Whereabouts.HOLD_SHELF)
    assert wait(held) == Wait(11, LONGEST_TURN + policy.TRANSPORT_DAYS)


def test_what_is_in_repair_promises_nothing() -> None:
    assert wait(CopyInUse(Copy.Whereabouts.REPAIR)).in_words() == ""


def test_r12_4_after_30_days_a_copy_leaves_the_estimate() -> None:
    assert wait(lent(-30)).in_words() == "お待ちいただく目安 1週間以内"
    assert wait(lent(-31)).in_words() == "返却が遅れています"
    both = wait(lent(-31), lent(10)).in_words()
    assert both == "お待ちいただく目安 2週間以内(1点は返却が遅れています)"


def test_a_queue_of_thousands_ends_in_plain_words() -> None:
    assert wait(lent(10), ahead=100_000).in_words() == "お待ちいただく目安 1年以上"


@pytest.mark.parametrize(
    ("soonest", "latest", "words"),
    [
        (0, 0, "1週間以内"),
        (5, 12, "2週間以内"),
        (21, 35, "3〜5週間"),
        (21, 36, "3〜6週間"),
        (14, 14, "2週間ほど"),
        (60, 85, "2〜3か月"),
        (20, 100, "4か月以内"),
        (200, 800, "6か月以上"),
        (400, 900, "1年以上"),
    ],
)
def test_a_span_is_said_in_weeks_then_months(soonest: int, latest: int, words: str) -> None:
    assert span_in_words(soonest, latest) == words


def page_text(client: Client, address: str) -> str:
    with time_machine.travel(NOON, tick=False):
        return html.unescape(as_read(client.get(address)))


@pytest.mark.django_db
class TestPages:
    def test_detail_results_and_lists_say_how_long_one_would_wait(self, client: Client) -> None:
        copy = lent_out(times_lent=3)  # lent on 11-01
        Loan.objects.update(due_on=TODAY + timedelta(days=10))
        for _ in range(2):
            reserve(PatronFactory(), copy.bib)
        rebuild()
        words = "お待ちいただく目安 3〜12週間"
        detail = page_text(client, f"/bib/{copy.bib_id}/")
        assert words in detail
        assert "目安の求めかた" in detail
        assert "貸出中 12月4日(金)まで" in detail
        assert f"貸出中・予約2件・{words}" in page_text(client, "/search/")
        assert f"貸出中・予約2件・{words}" in page_text(client, "/ranking/")

    def test_a_free_copy_needs_no_estimate(self, client: Client, book: Copy) -> None:
        assert "お待ちいただく目安" not in page_text(client, f"/bib/{book.bib_id}/")

    def test_basket_and_mypage_say_it_by_the_place_in_the_queue(
        self, at_home: Client, borrower, stranger
    ) -> None:
        copy = lent_out()
        Loan.objects.update(due_on=TODAY + timedelta(days=10))
        reserve(stranger, copy.bib)
        with time_machine.travel(NOON, tick=False):
            at_home.post("/basket/add/", {"bib": copy.bib_id})
        words = "お待ちいただく目安 2〜7週間"
        assert words in page_text(at_home, "/basket/")
        reserve(borrower, copy.bib)
        assert words in page_text(at_home, "/mypage/")

    def test_r12_4_those_who_wait_read_that_it_is_late(self, at_home: Client, borrower) -> None:
        copy = lent_out()
        reserve(borrower, copy.bib)
        Loan.objects.update(due_on=TODAY - timedelta(days=31))
        assert "返却が遅れています" in page_text(at_home, "/mypage/")
        assert "貸出中(返却が遅れています)" in page_text(at_home, f"/bib/{copy.bib_id}/")

    def test_many_lines_ask_as_often_as_one(self, at_home: Client, borrower) -> None:
        counts = []
        for number in (1, 14):
            for _ in range(number):
                reserve(borrower, lent_out().bib)
            page_text(at_home, "/mypage/")  # what moves the end of the login is a visit before
            with CaptureQueriesContext(connection) as queries:
                page_text(at_home, "/mypage/")
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_copies_of_a_bib_ask_for_their_due_days_once(self, client: Client) -> None:
        bib, counts = BibFactory(), []
        for number in (1, 12):
            for _ in range(number):
                lend(CopyFactory(bib=bib), PatronFactory())
            page_text(client, f"/bib/{bib.pk}/")
            with CaptureQueriesContext(connection) as queries:
                page_text(client, f"/bib/{bib.pk}/")
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 10
