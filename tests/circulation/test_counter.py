"""Scanning at the counter over HTTP: rule 9.1."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Copy
from circulation.models import RecentScan
from loans.models import Loan
from patrons.models import User
from reservations.models import Reservation, State
from tests.circulation.counter_pages import COUNTER, press, read, seen
from tests.factories import CopyFactory, branch
from tests.verbs import NOON, lend, reserve

pytestmark = pytest.mark.usefixtures("noon")


def test_a_card_and_then_copies_are_lent(desk, borrower):
    first, second = CopyFactory.create_batch(2)
    assert "秋川 花子さんに貸す資料" in read(desk, borrower.card_number)
    for copy in (first, second):  # the 15th is the third Tuesday
        assert "返却期限 12月16日(水)" in read(desk, copy.barcode)
    assert borrower.loans.open().count() == 2


def test_the_counter_is_a_page_of_the_admin(desk):
    text = desk.get(COUNTER).content.decode()
    assert "<title>窓口 | あきる野市図書館 管理</title>" in text
    assert 'action="/admin/logout/"' in text


def test_a_copy_without_a_card_is_taken_back(desk, borrower, book):
    lend(book, borrower)
    text = read(desk, book.barcode)
    assert "返却・棚へ" in text
    assert "一般 913.6/ア" in text
    assert not Loan.objects.open().exists()


def test_finishing_a_patron_turns_lending_into_taking_back(desk, borrower, book):
    read(desk, borrower.card_number)
    read(desk, book.barcode)
    press(desk, "finish")
    assert "返却・棚へ" in read(desk, book.barcode)


def test_the_card_of_the_next_patron_takes_the_place_of_the_last(desk, borrower, stranger, book):
    read(desk, borrower.card_number)
    read(desk, stranger.card_number)
    read(desk, book.barcode)
    assert Loan.objects.get().patron == stranger


def test_a_copy_lent_already_is_told_and_stays_where_it_is(desk, borrower, stranger, book):
    lend(book, stranger)
    read(desk, borrower.card_number)
    assert "貸出中のまま" in read(desk, book.barcode)
    assert Loan.objects.get().patron == stranger


def test_the_same_copy_scanned_twice_is_lent_once(desk, borrower, book):
    read(desk, borrower.card_number)
    read(desk, book.barcode)
    assert "1度として数えました" in read(desk, book.barcode)
    assert Loan.objects.count() == 1


def test_the_same_copy_scanned_twice_is_taken_back_once(desk, borrower, book):
    lend(book, borrower)
    assert "返却・棚へ" in read(desk, book.barcode)
    text = read(desk, book.barcode)
    assert "返却・棚へ" in text
    assert "1度として数えました" in text
    assert RecentScan.objects.filter(kind=RecentScan.Kind.TAKEN_BACK).count() == 1


def test_an_unknown_number_is_told_and_changes_nothing(desk, book):
    text = read(desk, "9999999999")
    assert "この番号の利用者も資料もありません" in text
    assert Copy.objects.get().whereabouts == Copy.Whereabouts.SHELF


@pytest.mark.parametrize("typed", ["３０００１１１１", " 3000-1111 ", "3000 1111"])
def test_a_number_is_read_as_people_type_it(desk, borrower, typed):
    borrower.card_number = "30001111"
    borrower.save()
    assert "秋川 花子さんに貸す資料" in read(desk, typed)


@pytest.mark.parametrize("typed", ["", "   ", "-"])
def test_nothing_typed_answers_nothing(desk, typed):
    read(desk, typed)
    assert desk.session["desk"]["answers"] == []


def test_without_a_branch_nothing_is_lent_or_taken_back(counter_client, borrower, book):
    lend(book, borrower)
    assert "はじめに、この窓口の館を選んでください" in read(counter_client, book.barcode)
    assert Loan.objects.open().exists()


def test_an_unknown_branch_is_no_branch(counter_client, book):
    counter_client.post(f"{COUNTER}branch/", {"branch": "nowhere"})
    assert "館を選んでください" in read(counter_client, book.barcode)


def test_a_reserved_copy_goes_to_the_hold_shelf_with_a_name_not_all_can_read(
    desk, borrower, one_who_waits, book
):
    lend(book, borrower)
    reserve(one_who_waits, book.bib)
    text = read(desk, book.barcode)
    assert "返却・予約あり" in text
    assert "取置棚 1番" in text
    assert "アメマ・サさん 12月5日(土)まで" in text
    assert "サトル" not in text
    assert Reservation.objects.get().state == State.READY


def test_a_copy_for_another_branch_is_sent_there(desk, borrower, one_who_waits, book):
    lend(book, borrower)
    reserve(one_who_waits, book.bib, pickup="el")
    text = read(desk, book.barcode)
    assert "東部図書館エルへ" in text
    assert "予約した方が待っています" in text


def test_a_copy_of_another_branch_is_sent_home(desk, borrower):
    copy = CopyFactory(home_branch=branch("el"))
    lend(copy, borrower)
    text = read(desk, copy.barcode)
    assert "東部図書館エルへ" in text
    assert "所蔵館へ戻す資料です" in text


def test_what_waits_on_the_hold_shelf_is_shown_with_the_card(desk, one_who_waits, book):
    reserve(one_who_waits, book.bib)
    read(desk, book.barcode)
    text = read(desk, one_who_waits.card_number)
    assert "取り置いている資料があります" in text
    assert book.barcode in text
    read(desk, book.barcode)
    assert Reservation.objects.get().state == State.COLLECTED


def test_every_reason_against_lending_is_said(desk, borrower, book):
    borrower.suspended_at, borrower.suspension_reason = NOON, "弁償の相談中"
    borrower.save()
    read(desk, borrower.card_number)
    text = read(desk, book.barcode)
    assert "利用停止中のため、貸出も予約もできません" in text
    assert "窓口へご相談" not in text
    assert not Loan.objects.exists()


def test_the_log_of_a_reservation_names_the_member_of_staff(desk, one_who_waits, book):
    reserve(one_who_waits, book.bib)
    read(desk, book.barcode)
    event = Reservation.objects.get().events.get(to_state=State.READY)
    assert (event.actor, event.staff.username) == ("staff", "counter")


def test_a_patron_does_not_get_to_the_counter(at_home, borrower, book):
    at_home.post(f"{COUNTER}branch/", {"branch": "chuo"})
    at_home.post(f"{COUNTER}scan/", {"code": borrower.card_number})
    assert "desk" not in at_home.session


def test_staff_without_the_right_to_lend_do_not_get_to_the_counter(db):
    client = Client()
    client.force_login(
        User.objects.create_staff("shelving"), backend="patrons.backends.StaffBackend"
    )
    assert client.get(COUNTER).status_code == 403
    assert client.post(f"{COUNTER}scan/", {"code": "1"}).status_code == 403


def test_the_bar_code_of_the_bookseller_is_told_apart(desk):
    assert "本の裏表紙のバーコード" in read(desk, "9784834000825")


def test_the_script_gets_the_part_that_changes(desk, book):
    data = {"code": book.barcode, "seen": seen(desk.get(COUNTER).content.decode())}
    part = desk.post(f"{COUNTER}scan/", data, headers={"X-Desk": "part"})
    assert part.status_code == 200
    assert "<html" not in part.content.decode()
    assert 'data-sound="ok"' in part.content.decode()


def test_a_slip_tells_neither_the_name_nor_the_title(desk, borrower, one_who_waits, book):
    lend(book, borrower)
    reservation = reserve(one_who_waits, book.bib)
    read(desk, book.barcode)
    slip = desk.get(f"{COUNTER}slips/{reservation.pk}/").content.decode()
    assert "1番" in slip
    assert "アメマ・サ 様" in slip
    for secret in ("サトル", "雨間", book.bib.title, one_who_waits.card_number):
        assert secret not in slip


def test_ten_answers_cost_as_many_queries_as_one(desk, borrower, one_who_waits):
    lend(CopyFactory(), borrower)
    [first, *others] = CopyFactory.create_batch(10)
    for copy in others[:3]:
        reserve(one_who_waits, copy.bib)
    read(desk, others[0].barcode)
    read(desk, borrower.card_number)
    read(desk, first.barcode)
    with CaptureQueriesContext(connection) as few:
        desk.get(COUNTER)
    press(desk, "finish")
    for copy in others:
        read(desk, copy.barcode)
    read(desk, borrower.card_number)
    with CaptureQueriesContext(connection) as many:
        desk.get(COUNTER)
    assert len(many) == len(few)
