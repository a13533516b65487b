"""Colours: legible in both schemes, and what they say is said without them too."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.busy_library import furnish
from tests.factories import PASSWORD

TOKENS = (Path(__file__).parents[2] / "static/css/tokens.css").read_text()
GROUNDS = ["paper", "raised", "wash", "key-wash"]
WORDS = ["ink", "text", "secondary", "link", "key", "good", "warm-text", "bad"]
ON_THEIR_OWN = [
    ("on-key", "key"),
    ("note", "note-wash"),
    ("ink", "note-wash"),
    ("bad", "bad-wash"),
    ("good", "good-wash"),
    ("warm-text", "warm-wash"),
    ("ink", "found"),
    ("link-visited", "paper"),
]
TEXT, LINES = 4.5, 3.0  # WCAG 1.4.3 and 1.4.11


def schemes() -> dict[str, dict[str, str]]:
    light, dark = TOKENS.split("@media (prefers-color-scheme: dark)")
    said = re.compile(r"--([a-z-]+): (#[0-9a-f]{3,6});")
    first = dict(said.findall(light))
    return {"light": first, "dark": first | dict(said.findall(dark))}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_every_ground(scheme):
    colour = schemes()[scheme]
    pairs = [(word, ground) for word in WORDS for ground in GROUNDS] + ON_THEIR_OWN
    faint = {
        pair: round(ratio, 2)
        for pair in pairs
        if (ratio := contrast(colour[pair[0]], colour[pair[1]])) < TEXT
    }
    assert faint == {}
    assert contrast(colour["field-line"], colour["raised"]) >= LINES


SAYS = """(selector) => [...document.querySelectorAll(selector)].filter(e => e.checkVisibility())
  .map(e => { const s = getComputedStyle(e);
    return {outline: s.outlineStyle, border: s.borderTopWidth, words: e.textContent.trim(),
      sign: getComputedStyle(e, '::before').content, adjust: s.forcedColorAdjust}; })"""


@pytest.mark.browser
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_colours_of_the_readers_own_hide_no_state(desk_page: Page):
    """As Windows' high contrast: grounds and shadows are gone, so signs and lines must speak."""
    library = furnish()
    page = desk_page
    page.emulate_media(forced_colors="active")
    page.goto("/mypage/")
    page.get_by_label("利用者番号").fill(library.hanako.card_number)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログインする").click()
    page.wait_for_url("**/mypage/")
    here = page.evaluate(SAYS, "[aria-current]")
    assert here
    assert all(one["outline"] == "solid" for one in here)
    states = page.evaluate(SAYS, ".line .status")
    assert {re.sub(r'[" /]', "", one["sign"])[:1] for one in states} >= {"■", "▲", "●", "○"}
    assert all(one["words"] for one in states)

    page.goto("/mypage/password/")
    page.evaluate("document.querySelector('main form[method=post]').noValidate = true")
    page.locator("main form[method=post]").first.get_by_role("button").last.click()
    page.locator(".has-error input").first.wait_for()
    wrong = page.evaluate(SAYS, ".has-error input")
    assert wrong
    assert all(one["border"] == "4px" for one in wrong)
    page.goto("/branches/calendar/")
    closed = page.evaluate(SAYS, ".calendar-month .closed")
    assert closed
    assert {one["adjust"] for one in closed} == {"none"}
