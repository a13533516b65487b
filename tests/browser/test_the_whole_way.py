"""One book, as people meet it: found, reserved, returned, kept, announced, lent."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from circulation.lending import lend
from notifications import sender
from operation.invariants import offenders
from patrons.models.patron import ContactMethod
from reservations.models import Reservation
from tests.browser.gestures import Album
from tests.factories import PASSWORD, BibFactory, CopyFactory, PatronFactory, branch, staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def book_on_loan(settings):
    settings.HOLD_READY_DELAY = timedelta(0)
    bib = BibFactory(
        title="吾輩は猫である",
        title_reading="ワガハイ ワ ネコ デ アル",
        authors=["夏目漱石"],
        publisher="岩波書店",
    )
    copy = CopyFactory(bib=bib)
    lend(copy, PatronFactory(), branch=branch())
    call_command("rebuild_index", verbosity=0)
    return copy


@pytest.fixture
def satoru():
    return PatronFactory(
        name="雨間 悟",
        name_reading="アメマ サトル",
        card_number="10000008",
        password=PASSWORD,
        mail="satoru@example.jp",
        contact_method=ContactMethod.NONE,
    )


def test_a_book_is_found_reserved_returned_kept_announced_and_lent(
    a_page: Page, counter_page: Page, book_on_loan, satoru, mail_server, album: Album
):
    a_page.goto("/")
    a_page.get_by_role("combobox").first.fill("わがはいはねこである")
    a_page.keyboard.press("Enter")
    expect(a_page.get_by_role("heading", name="吾輩は猫である")).to_be_visible()
    a_page.get_by_role("link", name="吾輩は猫である").last.click()
    a_page.get_by_role("button", name="予約かご").first.click()
    expect(a_page.get_by_text("入れました").first).to_be_visible()
    a_page.goto("/basket/")
    a_page.get_by_role("link", name="ログインして予約する").click()
    a_page.get_by_label("利用者番号").fill("１０００－０００８")
    a_page.get_by_label("パスワード").fill(PASSWORD)
    a_page.get_by_role("button", name="ログインする").click()

    expect(a_page.get_by_text("吾輩は猫である").first).to_be_visible()
    a_page.get_by_label("受け取る館").select_option(label="中央図書館")
    a_page.get_by_label("メール").check()
    a_page.get_by_role("button", name="予約する").click()
    expect(a_page.get_by_text("1件の予約を受け付けました")).to_be_visible()
    a_page.reload()
    expect(a_page.get_by_text("1件の予約を受け付けました")).to_be_visible()

    _log_in_at_the_counter(counter_page)
    _scan(counter_page, book_on_loan.barcode)
    expect(counter_page.get_by_role("status")).to_contain_text("取置棚")
    sender.send_due_mail()
    (mail,) = mail_server.mails
    assert mail["To"] == "satoru@example.jp"
    text = mail.get_body(preferencelist=("plain",)).get_content()
    deadline = Reservation.objects.get().deadline
    assert "中央図書館" in text
    assert f"{deadline.month}月{deadline.day}日" in text
    album.keep(counter_page, "counter")

    a_page.goto("/mypage/")
    expect(a_page.get_by_text("取置中(受け取れます)")).to_be_visible()
    album.keep(a_page, "ready")

    _scan(counter_page, satoru.card_number)
    expect(counter_page.get_by_text("取り置いている資料があります")).to_be_visible()
    _scan(counter_page, book_on_loan.barcode)
    expect(counter_page.get_by_role("status")).to_contain_text("返却期限")
    a_page.reload()
    expect(a_page.get_by_text(re.compile("返却期限 "))).to_be_visible()
    assert offenders() == {}


def _log_in_at_the_counter(page: Page) -> None:
    staff("staff")
    page.goto("/admin/counter/")
    page.get_by_label("職員のログイン名").fill("staff")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログイン").click()
    page.get_by_label("この窓口の館").select_option(label="中央図書館")
    page.get_by_role("button", name="決める").click()


def _scan(page: Page, code: str) -> None:
    page.locator("#code").fill(code)
    page.keyboard.press("Enter")
