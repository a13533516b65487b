"""Larger letters, readings, and the children's face, with and without script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Page, expect

from catalog.models import Bib, ReadingList
from tests.browser.gestures import Album
from tests.factories import BibFactory, CopyFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def dinosaurs() -> Bib:
    bib = BibFactory(
        title="恐竜の本", title_reading="キョウリュウ ノ ホン", ndc="457.87", audience="child"
    )
    CopyFactory(bib=bib, shelf="児童", call_number="K457/キ")
    made = ReadingList.objects.create(title="夏休《なつやす》み", text="読《よ》もう")
    made.entries.create(bib=bib, comment="大《おお》きい!")
    call_command("rebuild_index", verbosity=0)
    return bib


def overflow(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_letters_grow_at_once_and_stay_large_and_readings_come(a_page: Page, dinosaurs: Bib):
    a_page.goto(f"/bib/{dinosaurs.pk}/")
    words = a_page.get_by_text("文字・ふりがな").locator("visible=true").first
    words.click()
    before = a_page.locator("h1").evaluate("h => parseFloat(getComputedStyle(h).fontSize)")
    a_page.get_by_role("button", name="特大").click()
    expect(a_page.locator("html")).to_have_class(re.compile("size-largest"))
    expect(a_page.get_by_role("button", name="特大")).to_have_attribute("aria-pressed", "true")
    assert a_page.locator("h1").evaluate("h => parseFloat(getComputedStyle(h).fontSize)") > before
    a_page.keyboard.press("Escape")
    expect(a_page.get_by_role("button", name="特大")).to_be_hidden()
    words.click()
    a_page.get_by_role("button", name="つける").click()
    expect(a_page.locator("h1 rt").first).to_have_text("きょうりゅう")
    expect(a_page.get_by_role("heading", level=1)).to_have_accessible_name(
        re.compile("^恐竜 ?の ?本$")
    )
    expect(a_page.locator("html")).to_have_class(re.compile("size-largest"))
    a_page.set_viewport_size({"width": 320, "height": 700})
    for path in ("/", "/search/?q=恐竜", f"/bib/{dinosaurs.pk}/", "/basket/", "/mypage/login/"):
        a_page.goto(path)
        assert overflow(a_page) <= 0, path


def test_a_child_finds_a_dinosaur(hands, dinosaurs: Bib, album: Album):
    page = hands.page
    page.goto("/kids/")
    album.keep(page, "pictures")
    box = page.get_by_role("combobox")
    box.press_sequentially("きょう")
    expect(page.get_by_role("option").locator("rt").first).to_have_text("きょうりゅう")
    box.press("Escape")
    hands.press(page.get_by_role("link", name="きょうりゅう", exact=True))
    hands.press(page.locator(".kids-books button"))
    expect(page.locator("#messages")).to_contain_text("れました")
    expect(page.locator("#site-nav .count")).to_contain_text("1")
    album.keep(page, "found")
    hands.press(page.locator("a.kids-book"))
    expect(page.locator(".kids-label").first).to_have_text(re.compile("K457.*キ"))
    album.keep(page, "shelf")
    hands.press(page.locator("#site-nav").get_by_role("link", name=re.compile("かご")))
    hands.press(page.get_by_role("button", name=re.compile("す ?: ?恐竜の本")))
    expect(page.get_by_text("かごは からっぽだよ")).to_be_visible()
    album.keep(page, "basket")


def test_axe_finds_nothing_on_the_childrens_face(a_page: Page, dinosaurs: Bib):
    a_page.emulate_media(reduced_motion="reduce")
    found = {}
    for path in (
        "/kids/",
        "/kids/search/?picture=dinosaurs",
        "/kids/search/?q=ぬぬぬぬ",
        f"/kids/bib/{dinosaurs.pk}/",
        f"/kids/lists/{ReadingList.objects.get().pk}/",
    ):
        for scheme in ("light", "dark"):
            a_page.emulate_media(color_scheme=scheme)
            a_page.goto(path)
            broken = Axe().run(a_page).response["violations"]
            complaints = [f"{one['id']}: {one['nodes'][0]['failureSummary']}" for one in broken]
            if complaints or overflow(a_page) > 0:
                found[path, scheme] = complaints
    assert found == {}
