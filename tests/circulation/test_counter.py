"""The counter over HTTP: rule 9.1."""

import json
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from akiruno_library import policy
from catalog.models import Copy
from circulation import undo
from circulation.models import Compensation, RecentScan
from loans.models import Loan
from patrons.models import User
from patrons.models.staff_actions import StaffAction
from reservations.models import Reservation, State
from tests.conftest import tokyo
from tests.factories import CopyFactory, branch, material
from tests.verbs import NOON, lend, reserve, scan

COUNTER = "/admin/counter/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def desk(counter_client) -> Client:
    """A counter of 中央図書館."""
    counter_client.post(f"{COUNTER}branch/", {"branch": "chuo"})
    return counter_client


def read(desk: Client, code: str) -> str:
    return desk.post(f"{COUNTER}scan/", {"code": code}, follow=True).content.decode()


def last(desk: Client) -> dict[str, str]:
    return desk.session["desk"]["answers"][0]


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
    assert "貸出中のまま" in read(desk, book.barcode)
    assert Loan.objects.get().patron == stranger


def test_the_same_copy_scanned_twice_is_lent_once(desk, borrower, book):
    read(desk, borrower.card_number)
    read(desk, book.barcode)
    assert "この方に、もう貸し出しています" in read(desk, book.barcode)
    assert Loan.objects.count() == 1


def test_the_same_copy_scanned_twice_is_taken_back_once(desk, borrower, book):
    lend(book, borrower)
    assert "返却・棚へ" in read(desk, book.barcode)
    assert "確認・棚へ" in read(desk, book.barcode)


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


def press(desk: Client, route: str, **data: object) -> str:
    return desk.post(f"{COUNTER}{route}/", data, follow=True).content.decode()


def test_r12_12_the_last_scan_is_undone_by_one_press(desk, borrower, book):
    loan = lend(book, borrower, at=tokyo("2026-11-10"))
    assert "この読み取りを取り消す" in read(desk, book.barcode)
    assert "返却・確認の読み取りを取り消しました" in press(desk, "undo", scan=last(desk)["scan"])
    loan.refresh_from_db()
    assert loan.patron == borrower


def test_a_scan_of_another_desk_is_not_undone_here(desk, borrower, book):
    lend(book, borrower)
    elsewhere = RecentScan.objects.get()
    assert "取り消せる読み取りがありません" in press(desk, "undo", scan=elsewhere.pk)
    assert Loan.objects.open().exists()


def test_undoing_is_offered_for_five_minutes(desk, borrower, book):
    lend(book, borrower)
    read(desk, book.barcode)
    with time_machine.travel(NOON + timedelta(minutes=5, seconds=30)):
        undo.forget_recent_scans()
        assert "この読み取りを取り消す" not in desk.get(COUNTER).content.decode()


def test_the_desk_remembers_no_name_no_title_and_no_card(desk, one_who_waits, borrower, book):
    lend(book, borrower, at=tokyo("2026-11-10"))
    reserve(one_who_waits, book.bib)
    read(desk, book.barcode)
    read(desk, one_who_waits.card_number)
    read(desk, book.barcode)
    press(desk, "finish")
    kept = json.dumps(desk.session["desk"], ensure_ascii=False)
    for secret in (
        book.bib.title,
        book.barcode,
        *(
            f(p)
            for p in (borrower, one_who_waits)
            for f in (lambda p: p.name, lambda p: p.card_number)
        ),
    ):
        assert secret not in kept
    assert desk.session["desk"]["patron_id"] is None


def test_a_card_forgotten_on_the_desk_closes_by_itself(desk, borrower, book):
    read(desk, borrower.card_number)
    with time_machine.travel(NOON + policy.CARD_STAYS_OPEN + timedelta(seconds=1)):
        text = read(desk, book.barcode)
    assert "確認・棚へ" in text
    assert "秋川" not in text
    assert not Loan.objects.exists()


def test_looking_at_the_loans_of_a_patron_is_logged_once_a_card(desk, borrower, book):
    read(desk, borrower.card_number)
    read(desk, book.barcode)
    look = StaffAction.objects.get(what=StaffAction.What.LOOKED_AT_LOANS)
    assert (look.patron, look.staff.username, look.times) == (borrower, "counter", 1)


def test_r4_4_a_loan_is_renewed_at_the_counter(desk, borrower, book):
    loan = lend(book, borrower, at=tokyo("2026-11-10"))
    assert "まで延長する" in read(desk, borrower.card_number)
    assert "返却期限 12月22日(火)" in press(desk, "renew", loan=loan.pk)
    assert "延長は1回までです" in press(desk, "renew", loan=loan.pk)


def test_a_loan_of_somebody_else_is_not_renewed_from_here(desk, borrower, stranger, book):
    loan = lend(book, stranger)
    read(desk, borrower.card_number)
    assert desk.post(f"{COUNTER}renew/", {"loan": loan.pk}).status_code == 404


def test_what_the_patron_brings_back_is_taken_back_although_the_card_is_open(desk, borrower, book):
    lend(book, borrower)
    read(desk, borrower.card_number)
    assert "返却にする" in read(desk, book.barcode)
    assert "返却・棚へ" in press(desk, "return", copy=book.pk)


def test_a_copy_found_on_the_shelf_as_lent_is_taken_back_and_lent(desk, borrower, stranger, book):
    lend(book, stranger)
    read(desk, borrower.card_number)
    read(desk, book.barcode)
    assert "返却期限" in press(desk, "return-and-lend", copy=book.pk)
    assert Loan.objects.open().get().patron == borrower


def test_a_copy_found_as_lent_goes_to_who_waits_before_it_is_lent(
    desk, borrower, stranger, one_who_waits, book
):
    lend(book, stranger)
    reserve(one_who_waits, book.bib)
    read(desk, borrower.card_number)
    assert "返却・予約あり" in press(desk, "return-and-lend", copy=book.pk)
    assert not Loan.objects.open().exists()


def test_r4_5_returns_from_the_book_drop_count_as_of_the_last_day_in_time(desk, borrower, book):
    loan = lend(book, borrower, at=tokyo("2026-11-01"))
    assert loan.due_on == date(2026, 11, 22)
    assert "11月22日(日)までに返された" in press(desk, "drop", day="2026-11-22")
    assert "返却期限を過ぎていました" not in read(desk, book.barcode)
    loan.refresh_from_db()
    assert timezone.localdate(loan.returned_at) == date(2026, 11, 22)
    assert "返却ポストの返却をはじめる" in press(desk, "drop", day="")


@pytest.mark.parametrize("day", ["2026-11-25", "2026-11-09", "いつか"])
def test_a_day_out_of_reach_is_no_day_of_the_book_drop(desk, day):
    press(desk, "drop", day=day)
    assert not desk.session["desk"]["drop_day"]


def test_the_book_drop_ends_with_the_day(desk):
    press(desk, "drop", day="2026-11-22")
    with time_machine.travel(NOON + timedelta(days=1)):
        assert "返却ポスト</strong>" not in desk.get(COUNTER).content.decode()


def test_supplements_are_told_at_lending_and_at_returning(desk, borrower, book):
    Copy.objects.filter(pk=book.pk).update(supplements="CD付き")
    read(desk, borrower.card_number)
    assert "付属資料 CD付き" in read(desk, book.barcode)
    press(desk, "finish")
    assert "付属資料 CD付き" in read(desk, book.barcode)


def test_a_damaged_copy_goes_to_repair_and_who_waits_keeps_the_place(
    desk, borrower, one_who_waits, book
):
    lend(book, borrower, at=tokyo("2026-11-10"))
    reservation = reserve(one_who_waits, book.bib)
    read(desk, book.barcode)
    assert "修理の係へ" in press(desk, "damaged", scan=last(desk)["scan"])
    reservation.refresh_from_db()
    assert reservation.state == State.WAITING
    assert Copy.objects.get().whereabouts == Copy.Whereabouts.REPAIR
    assert Compensation.objects.get().patron == borrower
    assert not RecentScan.objects.filter(patron=borrower).exists()


def test_a_lost_copy_ends_its_loan_and_is_found_again_by_a_scan(desk, borrower, book):
    loan = lend(book, borrower)
    read(desk, borrower.card_number)
    assert "紛失として記録しました" in press(desk, "lost", loan=loan.pk)
    assert not Loan.objects.open().exists()
    assert Compensation.objects.get().kind == Compensation.Kind.LOST
    assert "弁償の相談が1件あります" in read(desk, borrower.card_number)
    press(desk, "finish")
    text = read(desk, book.barcode)
    assert "発見・棚へ" in text
    assert "「紛失」だった資料が見つかりました" in text


def test_what_was_said_stays_said_wherever_the_copy_goes(desk, one_who_waits, book):
    reserve(one_who_waits, book.bib, pickup="el")
    read(desk, book.barcode)
    scan(book, at_branch="el")
    lend(book, one_who_waits, at_branch="el")
    assert "東部図書館エルへ" in desk.get(COUNTER).content.decode()


def test_a_suspended_card_is_told_at_its_scan(desk, borrower):
    borrower.suspended_at, borrower.suspension_reason = NOON, "弁償の相談中"
    borrower.save()
    assert "いまは貸し出せません" in read(desk, borrower.card_number)


def test_an_expired_card_is_renewed_for_three_years_at_the_counter(desk, borrower, book):
    borrower.card_expires_on = date(2026, 11, 23)
    borrower.save()
    assert "有効期限が切れています" in read(desk, borrower.card_number)
    assert "有効期限" in read(desk, book.barcode)
    press(desk, "card")
    borrower.refresh_from_db()
    assert borrower.card_expires_on == date(2029, 11, 24)
    assert "返却期限" in read(desk, book.barcode)


def test_who_came_without_the_card_is_opened_from_the_list_of_patrons(desk, borrower):
    page = desk.get(f"/admin/patrons/patron/{borrower.pk}/change/").content.decode()
    assert "窓口で開く" in page
    assert "秋川 花子さんに貸す資料" in press(desk, "open", patron=borrower.pk)
    assert StaffAction.objects.filter(
        what=StaffAction.What.LOOKED_AT_LOANS, patron=borrower
    ).exists()


def test_the_third_cd_is_refused_with_the_limit(desk, borrower):
    read(desk, borrower.card_number)
    cds = CopyFactory.create_batch(3, bib__material_type=material("cd"))
    said = [read(desk, cd.barcode) for cd in cds]
    assert "録音資料の貸出は2点までです" in said[2]
    assert Loan.objects.open().count() == 2


def test_the_bar_code_of_the_bookseller_is_told_apart(desk):
    assert "本の裏表紙のバーコード" in read(desk, "9784834000825")


def test_the_script_gets_the_part_that_changes(desk, book):
    part = desk.post(f"{COUNTER}scan/", {"code": book.barcode}, headers={"X-Desk": "part"})
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
