"""The counter over HTTP: rule 9.1."""

import pytest
import time_machine
from django.test import Client

from catalog.models import Copy
from loans.models import Loan
from patrons.models import User
from reservations.models import Reservation, State
from tests.factories import CopyFactory, branch
from tests.verbs import NOON, lend, reserve

COUNTER = "/admin/counter/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def desk(at_the_counter) -> Client:
    """A counter of 中央図書館."""
    at_the_counter.post(f"{COUNTER}branch/", {"branch": "chuo"})
    return at_the_counter


def read(desk: Client, code: str) -> str:
    return desk.post(f"{COUNTER}scan/", {"code": code}, follow=True).content.decode()


def last(desk: Client) -> dict[str, str]:
    return desk.session["counter"]["answers"][0]


def test_a_card_and_then_copies_are_lent(desk, borrower):
    first, second = CopyFactory.create_batch(2)
    assert "秋川 花子さんの貸出です" in read(desk, borrower.card_number)
    for copy in (first, second):  # the 15th is the third Tuesday
        assert "返却期限 12月16日(水)" in read(desk, copy.barcode)
    assert borrower.loans.open().count() == 2


def test_the_counter_is_a_page_of_the_admin(desk):
    shown = desk.get(COUNTER).content.decode()
    assert "<title>窓口 | あきる野市図書館 管理</title>" in shown
    assert 'action="/admin/logout/"' in shown


def test_a_copy_without_a_card_is_taken_back(desk, borrower, book):
    lend(book, borrower)
    shown = read(desk, book.barcode)
    assert "返却・棚へ" in shown
    assert "一般 913.6/ア" in shown
    assert not Loan.objects.open().exists()


def test_finishing_a_patron_turns_lending_into_taking_back(desk, borrower, book):
    read(desk, borrower.card_number)
    read(desk, book.barcode)
    desk.post(f"{COUNTER}finish/")
    assert "返却・棚へ" in read(desk, book.barcode)


def test_the_card_of_the_next_patron_takes_the_place_of_the_last(desk, borrower, stranger, book):
    read(desk, borrower.card_number)
    read(desk, stranger.card_number)
    read(desk, book.barcode)
    assert Loan.objects.get().patron == stranger


def test_a_copy_lent_already_is_told_and_stays_where_it_is(desk, borrower, stranger, book):
    lend(book, stranger)
    read(desk, borrower.card_number)
    assert "もう貸出中です" in read(desk, book.barcode)
    assert last(desk)["tone"] == "error"
    assert Loan.objects.get().patron == stranger


def test_the_same_copy_scanned_twice_is_lent_once(desk, borrower, book):
    read(desk, borrower.card_number)
    read(desk, book.barcode)
    assert "もう貸出中です" in read(desk, book.barcode)
    assert Loan.objects.count() == 1


def test_the_same_copy_scanned_twice_is_taken_back_once(desk, borrower, book):
    lend(book, borrower)
    assert "返却・棚へ" in read(desk, book.barcode)
    assert "確認・棚へ" in read(desk, book.barcode)


def test_an_unknown_number_is_told_and_changes_nothing(desk, book):
    shown = read(desk, "9999999999")
    assert "この番号の利用者も資料もありません" in shown
    assert Copy.objects.get().whereabouts == Copy.Whereabouts.SHELF


@pytest.mark.parametrize("typed", ["３０００１１１１", " 3000-1111 ", "3000 1111"])
def test_a_number_is_read_as_people_type_it(desk, borrower, typed):
    borrower.card_number = "30001111"
    borrower.save()
    assert "秋川 花子さんの貸出です" in read(desk, typed)


@pytest.mark.parametrize("typed", ["", "   ", "-"])
def test_nothing_typed_answers_nothing(desk, typed):
    read(desk, typed)
    assert desk.session["counter"]["answers"] == []


def test_without_a_branch_nothing_is_lent_or_taken_back(at_the_counter, borrower, book):
    lend(book, borrower)
    assert "はじめに、この窓口の館を選んでください" in read(at_the_counter, book.barcode)
    assert Loan.objects.open().exists()


def test_an_unknown_branch_is_no_branch(at_the_counter, book):
    at_the_counter.post(f"{COUNTER}branch/", {"branch": "nowhere"})
    assert "館を選んでください" in read(at_the_counter, book.barcode)


def test_a_reserved_copy_goes_to_the_hold_shelf_with_a_name_not_all_can_read(
    desk, borrower, one_who_waits, book
):
    lend(book, borrower)
    reserve(one_who_waits, book.bib)
    shown = read(desk, book.barcode)
    assert "返却・予約あり" in shown
    assert "取置棚へ: アメマ・サさん 12月5日(土)まで" in shown
    assert "サトル" not in shown
    assert Reservation.objects.get().state == State.READY


def test_a_copy_for_another_branch_is_sent_there(desk, borrower, one_who_waits, book):
    lend(book, borrower)
    reserve(one_who_waits, book.bib, pickup="el")
    assert "東部図書館エルへ送ってください(予約のため)" in read(desk, book.barcode)


def test_a_copy_of_another_branch_is_sent_home(desk, borrower):
    copy = CopyFactory(home_branch=branch("el"))
    lend(copy, borrower)
    assert "東部図書館エルへ送ってください(所蔵館へ)" in read(desk, copy.barcode)


def test_what_waits_on_the_hold_shelf_is_shown_with_the_card(desk, one_who_waits, book):
    reserve(one_who_waits, book.bib)
    read(desk, book.barcode)
    shown = read(desk, one_who_waits.card_number)
    assert "取り置いている資料があります" in shown
    assert book.barcode in shown
    read(desk, book.barcode)
    assert Reservation.objects.get().state == State.COLLECTED


def test_every_reason_against_lending_is_said(desk, borrower, book):
    borrower.suspended_at, borrower.suspension_reason = NOON, "弁償の相談中"
    borrower.save()
    read(desk, borrower.card_number)
    shown = read(desk, book.barcode)
    assert "予約と貸出をお受けできません" in shown
    assert not Loan.objects.exists()


def test_the_log_of_a_reservation_names_the_member_of_staff(desk, one_who_waits, book):
    reserve(one_who_waits, book.bib)
    read(desk, book.barcode)
    event = Reservation.objects.get().events.get(to_state=State.READY)
    assert (event.actor, event.staff.username) == ("staff", "counter")


def test_a_patron_does_not_get_to_the_counter(at_home, borrower, book):
    at_home.post(f"{COUNTER}branch/", {"branch": "chuo"})
    at_home.post(f"{COUNTER}scan/", {"code": borrower.card_number})
    assert "counter" not in at_home.session


def test_staff_without_the_right_to_lend_do_not_get_to_the_counter(db):
    client = Client()
    client.force_login(
        User.objects.create_staff("shelving"), backend="patrons.backends.StaffBackend"
    )
    assert client.get(COUNTER).status_code == 403
    assert client.post(f"{COUNTER}scan/", {"code": "1"}).status_code == 403
