"""The counter in the hands of somebody with a scanner: fast, by keyboard alone, never a slip."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from akiruno_library import policy
from catalog.copies import whereabouts
from catalog.models import Copy
from circulation.models import RecentScan
from loans.models import Loan
from operation.invariants import offenders
from patrons.models import Session
from tests.browser.conftest import WIDTHS, in_tokyo
from tests.conftest import tokyo
from tests.factories import PASSWORD, BibFactory, CopyFactory, PatronFactory, branch, staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
MANY = 200


@pytest.fixture
def lent_copies() -> list[Copy]:
    """Many copies at home with one patron; written at once, as the verbs would one by one."""
    bib, patron, chuo = BibFactory(), PatronFactory(), branch()
    copies = Copy.objects.bulk_create(
        Copy(
            barcode=f"{1200000000 + number}",
            bib=bib,
            home_branch=chuo,
            current_branch=chuo,
            whereabouts=Copy.Whereabouts.ON_LOAN,
            call_number="913.6/ア",
            shelf="一般",
        )
        for number in range(MANY)
    )
    lent_at = tokyo("2026-11-01")
    Loan.objects.bulk_create(
        Loan(copy=copy, patron=patron, branch=chuo, lent_at=lent_at, due_on=lent_at.date())
        for copy in copies
    )
    whereabouts.count_copies([bib.pk])
    return copies


def at_the_desk(page: Page) -> None:
    staff()
    page.goto("/admin/counter/")
    page.get_by_label("職員のログイン名").fill("counter")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("この窓口の館").select_option("chuo")
    page.get_by_role("button", name="決める").click()
    expect(page.get_by_label("資料番号 または 利用者番号")).to_be_focused()


def scan(page: Page, code: str) -> None:
    """As a scanner does: into whatever has the focus, and Enter; it waits for no answer."""
    page.keyboard.insert_text(code)
    page.keyboard.press("Enter")


def test_two_hundred_returns_in_a_row_without_a_slip(counter_page: Page, lent_copies):
    at_the_desk(counter_page)
    for copy in lent_copies:
        scan(counter_page, copy.barcode)
    expect(counter_page.get_by_role("status")).to_contain_text(lent_copies[-1].barcode)
    expect(counter_page.get_by_role("status")).to_contain_text("返却・棚へ")
    expect(counter_page.get_by_label("資料番号 または 利用者番号")).to_be_focused()
    assert not Loan.objects.open().exists()
    assert offenders() == {}


def test_a_patron_is_served_by_keyboard_alone(counter_page: Page):
    patron, copy = PatronFactory(name="秋川 花子"), CopyFactory()
    at_the_desk(counter_page)
    scan(counter_page, patron.card_number)
    expect(counter_page.get_by_text("秋川 花子さんに貸す資料")).to_be_visible()
    scan(counter_page, copy.barcode)
    expect(counter_page.get_by_role("status")).to_contain_text("返却期限")
    counter_page.keyboard.press("F8")
    expect(counter_page.get_by_role("status")).to_contain_text("取り消しました")
    assert not Loan.objects.exists()
    counter_page.keyboard.press("Escape")
    expect(counter_page.get_by_text("返す資料か、借りる方の利用者カード")).to_be_visible()
    expect(counter_page.get_by_text("秋川 花子")).to_have_count(0)
    scan(counter_page, "0000")
    expect(counter_page.get_by_role("status")).to_contain_text("登録なし")


def unbooked(page: Page) -> Locator:
    return page.get_by_label("記録できたか分からない番号").get_by_role("listitem")


def hang(route: Route) -> None:
    """Say nothing, as a network does that lost its way."""


def test_what_was_read_behind_an_unknown_card_is_no_return(counter_page: Page):
    copy = CopyFactory()
    at_the_desk(counter_page)
    with counter_page.expect_response("**/scan/"):
        scan(counter_page, "0000")
        scan(counter_page, copy.barcode)
    expect(unbooked(counter_page)).to_have_count(1)
    expect(unbooked(counter_page)).to_contain_text(copy.barcode)
    assert not RecentScan.objects.exists()
    scan(counter_page, copy.barcode)
    expect(counter_page.get_by_role("status")).to_contain_text("確認・棚へ")
    expect(unbooked(counter_page)).to_have_count(0)


def test_a_network_that_hangs_is_told_and_the_codes_stay_listed(counter_page: Page):
    patron, first, second = PatronFactory(name="秋川 花子"), CopyFactory(), CopyFactory()
    at_the_desk(counter_page)
    scan(counter_page, patron.card_number)
    expect(counter_page.get_by_text("秋川 花子さんに貸す資料")).to_be_visible()
    counter_page.route("**/counter/scan/", hang)
    for copy in (first, second):
        scan(counter_page, copy.barcode)
    warning = counter_page.get_by_role("alert")
    expect(warning).to_contain_text("5秒たっても答えがありません", timeout=10_000)
    expect(warning).to_contain_text(f"2件: {first.barcode}、{second.barcode}")
    counter_page.reload()
    expect(unbooked(counter_page)).to_have_count(2)
    counter_page.unroute("**/counter/scan/")
    scan(counter_page, first.barcode)
    expect(unbooked(counter_page)).to_have_count(1)
    assert Loan.objects.get().copy == first
    unbooked(counter_page).get_by_role("button").click()
    expect(unbooked(counter_page)).to_have_count(0)


def test_a_lost_connection_leaves_no_name_on_the_screen_and_comes_back(chromium, live_server):
    patron, copy = PatronFactory(name="秋川 花子"), CopyFactory()
    context = in_tokyo(chromium, live_server.url, WIDTHS["desk"])
    page = context.new_page()
    at_the_desk(page)
    scan(page, patron.card_number)
    expect(page.get_by_text("秋川 花子さんに貸す資料")).to_be_visible()
    page.route("**/counter/**", lambda route: route.abort())
    scan(page, copy.barcode)
    expect(page.get_by_role("alert")).to_contain_text("つながりませんでした")
    expect(page.get_by_text("秋川 花子")).to_have_count(0)
    expect(unbooked(page)).to_contain_text(copy.barcode)
    page.unroute("**/counter/**")
    expect(page.get_by_text("秋川 花子さんに貸す資料")).to_be_visible(timeout=15_000)
    context.close()


def test_a_login_that_ended_is_told_and_the_codes_wait_for_the_next(counter_page: Page):
    copy = CopyFactory()
    at_the_desk(counter_page)
    Session.objects.all().delete()
    scan(counter_page, copy.barcode)
    expect(counter_page.get_by_role("alert")).to_contain_text("ログインの時間が切れました")
    counter_page.get_by_role("link", name="ログインして、この画面に戻る").click()
    counter_page.get_by_label("職員のログイン名").fill("counter")
    counter_page.get_by_label("パスワード").fill(PASSWORD)
    counter_page.keyboard.press("Enter")
    counter_page.get_by_label("この窓口の館").select_option("chuo")
    counter_page.get_by_role("button", name="決める").click()
    expect(unbooked(counter_page)).to_contain_text(copy.barcode)
    assert not RecentScan.objects.exists()


def test_another_tab_with_another_card_lends_to_nobody_else(counter_page: Page):
    mine, theirs, copy = PatronFactory(), PatronFactory(), CopyFactory()
    at_the_desk(counter_page)
    other = counter_page.context.new_page()
    other.goto("/admin/counter/")
    scan(counter_page, mine.card_number)
    expect(counter_page.get_by_text(f"{mine.name}さんに貸す資料")).to_be_visible()
    other.reload()
    scan(other, theirs.card_number)
    expect(other.get_by_text(f"{theirs.name}さんに貸す資料")).to_be_visible()
    scan(counter_page, copy.barcode)
    expect(counter_page.get_by_role("status")).to_contain_text("何も記録していません")
    expect(counter_page.get_by_text(f"{theirs.name}さんに貸す資料")).to_be_visible()
    assert not Loan.objects.exists()


def test_the_screen_closes_the_card_when_the_server_does(counter_page: Page, monkeypatch):
    monkeypatch.setattr(policy, "CARD_STAYS_OPEN", timedelta(seconds=4))
    patron = PatronFactory(name="秋川 花子")
    at_the_desk(counter_page)
    scan(counter_page, patron.card_number)
    expect(counter_page.get_by_text("秋川 花子さんに貸す資料")).to_be_visible()
    expect(counter_page.get_by_text("秋川 花子")).to_have_count(0, timeout=15_000)
    expect(counter_page.get_by_text("返す資料か、借りる方の利用者カード")).to_be_visible()


def test_a_key_pressed_behind_a_code_means_the_answer_to_that_code(counter_page: Page):
    patron, lent, back = PatronFactory(), CopyFactory(), CopyFactory()
    at_the_desk(counter_page)
    scan(counter_page, patron.card_number)
    scan(counter_page, lent.barcode)
    counter_page.keyboard.press("Escape")
    scan(counter_page, back.barcode)
    expect(counter_page.get_by_role("status")).to_contain_text("確認・棚へ")
    assert Loan.objects.get().copy == lent


def test_with_a_japanese_keyboard_on_two_codes_do_not_merge(counter_page: Page):
    copies = CopyFactory.create_batch(2)
    at_the_desk(counter_page)
    for copy in copies:
        counter_page.get_by_label("資料番号 または 利用者番号").evaluate(COMPOSE, copy.barcode)
        expect(counter_page.get_by_role("status")).to_contain_text(copy.barcode)
    assert RecentScan.objects.count() == 2


# As browsers do it: the Enter of the scanner ends the composition, and submits nothing.
COMPOSE = """(field, code) => {
  const wide = [...code].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xFEE0)).join("");
  field.dispatchEvent(new CompositionEvent("compositionstart"));
  field.value += wide;
  const enter = { key: "Enter", isComposing: true, bubbles: true, cancelable: true };
  field.dispatchEvent(new KeyboardEvent("keydown", enter));
  field.dispatchEvent(new CompositionEvent("compositionend", { data: wide }));
}"""


def test_without_script_the_counter_works_the_same(chromium, live_server):
    copy, patron = CopyFactory(), PatronFactory()
    context = chromium.new_context(
        base_url=live_server.url, locale="ja-JP", java_script_enabled=False
    )
    page = context.new_page()
    at_the_desk(page)
    for code in (patron.card_number, copy.barcode):
        scan(page, code)
        page.wait_for_load_state()
        expect(page.get_by_label("資料番号 または 利用者番号")).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("返却期限")
    context.close()
