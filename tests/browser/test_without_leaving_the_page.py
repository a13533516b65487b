"""With script small changes do not reload the page; without it all works (static/js/live.js)."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import BrowserContext, Page, expect

from catalog.models import Bib
from circulation.lending import lend
from patrons.models import FavouriteList, Patron, Session
from tests.factories import PASSWORD, BibFactory, CopyFactory, PatronFactory, branch, material

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

TITLES = ["猫の手紙", "猫の散歩", "猫と暮らす", "猫の図鑑"]


@pytest.fixture
def cats() -> list[Bib]:
    kinds = ["book", "book", "picture_book", "picture_book"]
    bibs = [
        CopyFactory(bib=BibFactory(title=title, material_type=material(kind))).bib
        for title, kind in zip(TITLES, kinds, strict=True)
    ]
    call_command("rebuild_index", verbosity=0)
    return bibs


@pytest.fixture
def patron() -> Patron:
    return PatronFactory(card_number="10000008", password=PASSWORD)


def named(what: str, of: str) -> re.Pattern[str]:
    """A button of a row: what it says to the eye, and to the ear of which."""
    return re.compile(f"{what} ?: ?{of}")


def begin(page: Page, address: str) -> None:
    """Open a page and leave a mark in it, which a reload would wipe out."""
    page.goto(address)
    page.evaluate("window.stays = true")


def stays(page: Page) -> bool:
    return page.evaluate("window.stays === true")


def log_in(page: Page) -> None:
    page.goto("/mypage/login/")
    page.get_by_label("利用者番号").fill("10000008")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログインする").click()
    page.wait_for_url("**/mypage/")


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')")


def found(page: Page):
    return page.locator("#total")


def test_facets_change_the_results_in_place_and_back_restores_them(desk_page: Page, cats) -> None:
    begin(desk_page, "/search/?q=猫")
    expect(found(desk_page)).to_have_text("4件")
    desk_page.get_by_role("link", name="絵本 2").focus()
    desk_page.keyboard.press("Enter")
    expect(found(desk_page)).to_have_text("2件")
    assert "material=picture_book" in desk_page.url
    assert focused(desk_page).startswith("絵本"), "the keyboard stays where it was"
    expect(desk_page.get_by_role("link", name="猫の手紙")).to_have_count(0)

    desk_page.get_by_role("link", name=named("外す", "絵本")).click()
    expect(found(desk_page)).to_have_text("4件")
    desk_page.go_back()
    expect(found(desk_page)).to_have_text("2件")
    desk_page.go_back()
    expect(found(desk_page)).to_have_text("4件")
    assert desk_page.url.endswith("/search/?q=%E7%8C%AB")
    assert stays(desk_page)

    desk_page.get_by_role("link", name="絵本 2").click()
    expect(found(desk_page)).to_have_text("2件")
    desk_page.reload()
    expect(found(desk_page)).to_have_text("2件")


def test_a_basket_is_filled_in_place_told_aloud_and_once_for_two_presses(
    a_page: Page, cats
) -> None:
    begin(a_page, "/search/?q=猫")
    button = a_page.get_by_role("button", name=named("予約かごへ", "猫の散歩"))
    button.evaluate("one => { one.focus(); one.click(); one.click(); }")
    said = a_page.locator("#messages[role=status]")
    expect(said).to_contain_text("予約かごに1点入れました")
    assert focused(a_page) == "予約かごに入っています", "what stands where the button stood"
    expect(a_page.locator("#site-nav")).to_contain_text("予約かご1点")
    said.get_by_role("button", name="閉じる").click()
    expect(said).to_be_empty()
    for title in TITLES[2:]:
        a_page.get_by_label(named("選ぶ", title)).check()
    a_page.get_by_role("button", name="選んだ資料を予約かごへ").click()
    expect(said).to_contain_text("予約かごに2点入れました")
    assert stays(a_page)
    said.get_by_role("link", name="予約かごを見る").click()
    expect(a_page.get_by_role("heading", name="猫の散歩")).to_be_visible()
    a_page.go_back()
    expect(a_page.get_by_text("予約かごに入っています")).to_have_count(3)


def test_without_script_all_of_it_works_by_whole_pages(
    script_free: BrowserContext, cats, patron
) -> None:
    page = script_free.new_page()
    page.goto("/search/?q=猫")
    page.get_by_role("link", name="絵本 2").click()
    expect(found(page)).to_have_text("2件")
    page.get_by_role("button", name=named("予約かごへ", "猫の図鑑")).click()
    expect(page.locator("#messages")).to_contain_text("予約かごに1点入れました")
    expect(page.locator("#site-nav")).to_contain_text("予約かご1点")


def test_renewals_and_favourites_are_done_in_place(desk_page: Page, cats, patron) -> None:
    for bib in cats[:2]:
        lend(bib.copies.get(), patron, branch=branch())
    log_in(desk_page)
    begin(desk_page, "/mypage/")
    desk_page.get_by_role("button", name=named("まで延長する", "猫の手紙")).click()
    expect(desk_page.locator("#messages")).to_contain_text("まで延長しました")
    expect(desk_page.get_by_role("button", name=re.compile("まで延長する"))).to_have_count(1)
    assert stays(desk_page)
    assert patron.loans.filter(renewals=1).count() == 1

    for bib in cats[2:]:
        begin(desk_page, f"/bib/{bib.pk}/")
        desk_page.get_by_role("button", name="お気に入りへ").click()
        expect(desk_page.locator("#messages")).to_contain_text("に入れました")
        assert stays(desk_page)
    begin(desk_page, "/mypage/favourites/1/")
    desk_page.get_by_role("button", name=named("上へ", "猫と暮らす")).focus()
    desk_page.keyboard.press("Enter")
    expect(desk_page.get_by_role("button", name=named("下へ", "猫と暮らす"))).to_be_focused()
    expect(desk_page.locator("#messages")).to_have_text("一つ上へ動かしました。")
    expect(desk_page.locator("#messages.floats")).to_have_count(0)
    chosen = FavouriteList.objects.get(patron=patron)
    assert [entry.bib.title for entry in chosen.entries.all()] == ["猫と暮らす", "猫の図鑑"]
    assert stays(desk_page)


def test_a_login_that_ended_meanwhile_leads_to_the_login_as_without_script(
    desk_page: Page, cats, patron
) -> None:
    lend(cats[0].copies.get(), patron, branch=branch())
    log_in(desk_page)
    Session.objects.all().delete()
    desk_page.get_by_role("button", name=re.compile("まで延長する")).click()
    desk_page.wait_for_url("**/mypage/login/**")
    assert "next=/mypage/" in desk_page.url
    assert not patron.loans.filter(renewals=1).exists()


def test_where_the_background_fails_the_form_is_sent_in_the_usual_way(
    plain_page: Page, cats
) -> None:
    begin(plain_page, "/search/?q=猫")

    def only_whole_pages(route) -> None:
        if route.request.is_navigation_request():
            route.continue_()
        else:
            route.abort()

    plain_page.route("**/basket/add/", only_whole_pages)
    plain_page.get_by_role("button", name=named("予約かごへ", "猫の手紙")).click()
    expect(plain_page.locator("#messages")).to_contain_text("予約かごに1点入れました")
    assert not stays(plain_page), "the browser sent it as a form"
