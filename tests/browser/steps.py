"""Steps that tasks have in common, and where on a page they are found."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.gestures import Finger, Keys
from tests.factories import PASSWORD


def button(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.locator("main").get_by_role("button", name=name).first


def link(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.locator("main").get_by_role("link", name=name).first


def field(page: Page, name: str) -> Locator:
    return page.locator("main").get_by_label(name).first


def of(verb: str, title: str) -> re.Pattern[str]:
    """A button of a row: what it says to the eye, and to the ear of which."""
    return re.compile(f"^{verb} ?: ?{title}")


def log_in(hands: Finger | Keys, card: str, password: str = PASSWORD) -> None:
    page = hands.page
    hands.write(card, field(page, "利用者番号"))
    hands.write(password, field(page, "パスワード"))
    hands.press(button(page, "ログインする"))
    expect(log_out(page)).to_be_visible()


def log_out(page: Page) -> Locator:
    return page.get_by_role("banner").get_by_role("button", name="ログアウト")


def said(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator(".messages")).to_contain_text(words)


def text_of(mail) -> str:
    body = mail.get_body(preferencelist=("plain",))
    return str(body.get_content())
