"""Rule 8 in a real browser: a visitor at a terminal who goes away in the middle, and the next."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from notifications import sender
from patrons.models import GuardianMail, Session, Visit
from patrons.models.terminal import Terminal
from patrons.terminal import enrolment_codes
from tests.browser.gestures import Album, Keys
from tests.factories import (
    PASSWORD,
    BibFactory,
    CopyFactory,
    MailAddressFactory,
    PatronFactory,
    branch,
)
from tests.verbs import NOON

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PRIVATE = ["秋川", "花子", "10000001", "吾輩は猫である"]


@pytest.fixture
def terminal_page(device_page: Page) -> Page:
    """The browser of a terminal at 中央図書館, enrolled with its code as staff do it."""
    terminal = Terminal.objects.create(branch=branch(), name="1階")
    device_page.goto("/terminal/")
    device_page.get_by_label("登録コード").fill(enrolment_codes.issue_code(terminal))
    device_page.get_by_role("button", name="この端末を登録する").click()
    expect(device_page.get_by_role("heading", name="中央図書館 資料検索機")).to_be_visible()
    return device_page


@pytest.fixture
def hanako():
    return PatronFactory(
        name="秋川 花子",
        name_reading="アキカワ ハナコ",
        card_number="10000001",
        password=PASSWORD,
    )


@pytest.fixture
def cat():
    bib = BibFactory(title="吾輩は猫である", title_reading="ワガハイ ワ ネコ デ アル")
    copy = CopyFactory(bib=bib)
    call_command("rebuild_index", verbosity=0)
    return copy


def tap(page: Page, keys: str) -> None:
    for key in keys:
        page.locator(f'.pad button[data-key="{key}"]').click()


def pass_time(page: Page, seconds: int) -> None:
    page.clock.fast_forward(seconds * 1000)


def test_a_visitor_goes_away_in_the_middle_and_the_next_one_sees_nothing_of_them(
    terminal_page: Page, hanako, cat, album: Album
):
    page = terminal_page
    page.get_by_role("link", name="さがす").last.click()
    tap(page, "ねこ")
    tap(page, ">")
    page.get_by_role("link", name="吾輩は猫である").last.click()
    expect(page.locator(".call-slip .call")).to_have_text("913.6/ア")
    expect(page.get_by_role("button", name="棚の番号を印刷する")).to_be_visible()
    page.get_by_role("button", name="予約かごへ").click()

    page.get_by_role("link", name="利用状況").click()
    expect(page.get_by_label("利用者番号")).to_be_focused()
    page.keyboard.type("a10000001a")  # as a reader sends it, with the letters of the code
    page.keyboard.press("Enter")
    expect(page.get_by_label("利用者番号")).to_have_value("10000001")
    expect(page.get_by_label("パスワード")).to_be_focused()
    tap(page, PASSWORD)
    tap(page, ">")
    expect(page.get_by_role("link", name="秋川 花子さんの利用状況")).to_be_visible()
    for field in page.locator("input").all():
        assert field.get_attribute("autocomplete") in ("off", None), field

    warning = page.get_by_role("alertdialog", name="まだご利用中ですか")
    pass_time(page, 45)
    expect(warning).to_be_visible()
    expect(page.get_by_role("button", name="つづける")).to_be_focused()
    album.keep(page, "warning")
    page.keyboard.press("Enter")
    expect(warning).to_be_hidden()
    pass_time(page, 39)
    expect(warning).to_be_hidden()
    pass_time(page, 22)  # and now nobody is there any more
    page.wait_for_url("**/terminal/")
    expect(page.get_by_text("しばらく操作がなかったので")).to_be_visible()
    assert not Session.objects.filter(user__isnull=False).exists()

    for _ in range(8):
        page.go_back(wait_until="load")
        text = page.content()
        assert not [word for word in PRIVATE if word in text], page.url
    page.goto("/basket/")
    assert "吾輩は猫である" not in page.content()
    page.goto("/mypage/")
    expect(page.get_by_label("利用者番号")).to_have_value("")


def test_by_keyboard_alone_the_end_button_ends_the_visit_and_its_basket(
    terminal_page: Page, cat, album: Album
):
    page, keys = terminal_page, Keys(terminal_page)
    page.goto(f"/bib/{cat.bib_id}/")
    keys.press(page.get_by_role("button", name="予約かごへ"))
    expect(page.locator(".terminal-header .count")).to_have_text("1点")
    album.keep(page, "detail")
    keys.press(page.get_by_role("button", name="終了する"))
    page.wait_for_url("**/terminal/")
    expect(page.locator(".terminal-header .count")).to_have_count(0)
    page.go_back()
    page.wait_for_url("**/terminal/")


def test_a_child_presses_both_buttons_and_the_guardian_is_told(
    terminal_page: Page, mail_server, album: Album
):
    sakura = PatronFactory(
        card_number="10000003",
        birth_date=date.today() - timedelta(days=12 * 365),  # noqa: DTZ011
        password=PASSWORD,
    )
    address = MailAddressFactory(address="hanako@example.jp")
    GuardianMail.objects.create(patron=sakura, address=address, confirmed_at=NOON)
    page = terminal_page
    page.get_by_role("link", name="きたよ・かえるよ").click()
    for button, greeting in (("きたよ", "こんにちは"), ("かえるよ", "またきてね")):
        tap(page, "10000003")
        tap(page, ">")
        tap(page, PASSWORD)
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("status")).to_have_text(greeting)
        page.go_back()
        expect(page.get_by_label("カードの ばんごう")).to_have_value("")
        expect(page.get_by_label("パスワード")).to_have_value("")
    album.keep(page, "children")
    sender.send_due_mail()
    texts = [mail.get_body(preferencelist=("plain",)).get_content() for mail in mail_server.mails]
    assert {mail["To"] for mail in mail_server.mails} == {"hanako@example.jp"}
    assert len(texts) == 2
    assert all("中央図書館" in text and "10000003" not in text for text in texts)
    assert list(Visit.objects.order_by("pk").values_list("button", flat=True)) == ["came", "left"]
    assert not Session.objects.exists()
