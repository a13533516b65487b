"""The counter in the hands of somebody with a scanner: fast, by keyboard alone, never a slip."""

import pytest
from playwright.sync_api import Page, expect

from catalog.copies import whereabouts
from catalog.models import Copy
from loans.models import Loan
from operation.invariants import offenders
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
