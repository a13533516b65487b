"""The list under the search box: by keyboard, by pointer, during a conversion, or not at all."""

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.factories import BibFactory, CopyFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def two_cats() -> None:
    """Two titles that begin alike; what was lent more often is offered first."""
    for title, reading, times in (("猫の家", "ネコ ノ イエ", 2), ("猫の町", "ネコ ノ マチ", 1)):
        bib = BibFactory(title=title, title_reading=reading, authors=[])
        CopyFactory(bib=bib, times_lent=times)
    call_command("rebuild_index", verbosity=0)


def test_words_are_offered_and_chosen_by_keyboard_or_pointer(a_page: Page, two_cats):
    a_page.goto("/")
    box = a_page.get_by_role("combobox", name="ことばでさがす")
    options = a_page.get_by_role("option")
    box.press_sequentially("ねこの")
    expect(options).to_have_text(["猫の家", "猫の町"])
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(a_page.get_by_role("status").filter(has_text="候補が2件")).to_be_attached()

    # A key that belongs to the conversion chooses nothing and sends nothing.
    box.dispatch_event("keydown", {"key": "ArrowDown", "isComposing": True, "bubbles": True})
    box.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True})
    expect(a_page.locator("[aria-selected=true]")).to_have_count(0)

    box.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.last.get_attribute("id")
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("ねこの")

    box.press("ArrowDown")
    expect(options).to_have_count(2)
    box.press("ArrowDown")
    box.press("Enter")
    expect(a_page.get_by_role("heading", name="「猫の家」の検索結果")).to_be_visible()

    box.fill("ねこのま")
    options.filter(has_text="猫の町").click()
    expect(a_page.get_by_role("heading", name="「猫の町」の検索結果")).to_be_visible()


def test_when_no_words_come_the_box_searches_all_the_same(a_page: Page, two_cats):
    a_page.route("**/search/suggest/**", lambda route: route.fulfill(json={"suggestions": []}))
    a_page.goto("/")
    box = a_page.get_by_role("combobox", name="ことばでさがす")
    with a_page.expect_response("**/search/suggest/**"):
        box.press_sequentially("ねこ")
    expect(a_page.get_by_role("option")).to_have_count(0)
    box.press("Enter")
    expect(a_page.get_by_role("heading", name="「ねこ」の検索結果")).to_be_visible()
