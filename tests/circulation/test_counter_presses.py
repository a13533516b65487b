"""What staff press at the counter beside scanning: rules 4.4, 4.5, 9.1, 9.7, 12.12."""

import json
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from akiruno_library import policy
from catalog.models import Copy
from circulation import undo
from circulation.models import Compensation, RecentScan
from loans.models import Loan
from patrons.models.staff_actions import StaffAction
from reservations.models import State
from tests.circulation.counter_pages import COUNTER, last, press, read
from tests.conftest import tokyo
from tests.factories import CopyFactory, material
from tests.verbs import NOON, anew, lend, reserve, scan

pytestmark = pytest.mark.usefixtures("noon")


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
    assert "見つかりません" in press(desk, "renew", loan=loan.pk)
    assert anew(loan).renewals == 0


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
