"""The main pages under a finger and enlarged: nothing small to press, nothing lost or covered.

Looks: 44 px for whatever is pressed; WCAG 1.4.4 (text alone to 200 %) and 1.4.10 (zoom to 400 %).
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from catalog.help.accessibility import Walk
from reservations.basket import PatronBasket
from tests.browser.visitors import AS, same_visitor
from tests.busy_library import Library, furnish
from tests.factories import CopyFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

PAGES = {
    Walk.NOBODY: ("/", "/search/?q=夏目漱石", "/bib/{bib}/", "/basket/", "/mypage/login/", "/help/",
                  "/help/register/", "/kids/", "/kids/search/?picture=stories"),
    Walk.PATRON: ("/", "/basket/", "/basket/placed/", "/mypage/", "/mypage/loans/", "/mypage/card/",
                  "/mypage/reservations/", "/mypage/settings/", "/mypage/favourites/",
                  "/mypage/favourites/1/", "/kids/basket/"),
    Walk.PATRON_AT_A_TERMINAL: ("/terminal/", "/terminal/children/", "/search/?q=夏目漱石",
                                "/bib/{bib}/", "/basket/", "/mypage/", "/kids/"),
}  # fmt: skip
PHONE = {"width": 390, "height": 844}
HALF, QUARTER = {"width": 640, "height": 450}, {"width": 320, "height": 256}  # of a desk's window
DESK = {"width": 1280, "height": 900}
USUAL, TWICE = 16, 32  # px, as a browser's own setting of the letters gives them

# What is pressed, opened sheets and folded parts too; a box counts with its label. A link within a
# sentence is as high as its line (the exception of WCAG 2.5.8).
SMALL = """() => {
  const height = e => Math.max(
    ...[e, ...(e.labels || [])].map(one => one.getBoundingClientRect().height));
  const isInASentence = e => {
    if (getComputedStyle(e).display !== 'inline') return false;
    const block = e.closest('p, li, dd, dt, td, th, h1, h2, h3, div');
    const without = (text, link) => text.replace(link.textContent, '');
    const rest = [...block.querySelectorAll('a')].reduce(without, block.textContent);
    return /[^\\s·・、|:()]{3}/.test(rest);
  };
  const pressed = 'a[href], button, input, select, textarea, summary';
  const small = root => [...root.querySelectorAll(pressed)]
    .filter(e => e.type !== 'hidden' && e.checkVisibility({visibilityProperty: true})
      && !e.closest('.sr, .skip') && e.getBoundingClientRect().width > 1
      && height(e) < 43.5 && !isInASentence(e))
    .map(e => `${Math.round(height(e))} px: ${e.outerHTML.slice(0, 110)}`);
  for (const folded of document.querySelectorAll('details')) folded.open = true;
  const told = small(document.body);
  for (const sheet of document.querySelectorAll('[popover]')) {
    if (sheet.checkVisibility()) continue;
    sheet.showPopover();
    told.push(...small(sheet));
    sheet.hidePopover();
  }
  for (const folded of document.querySelectorAll('details.display')) folded.open = false;
  return [...new Set(told)];
}"""

# What sticks out of the window, what is cut off inside its box (a shelf shortens titles on
# purpose: the books say them in full), and words that lie over other words.
LOST = """() => {
  const told = [];
  const say = (what, e) => told.push(`${what}: ${e.outerHTML.slice(0, 110)}`);
  const all = [...document.querySelectorAll('body *')].filter(e =>
    e.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && !e.closest('svg, .sr, .skip, .site-nav .whose'));
  const isOfItsOwn = e => e.closest('.shelf ul, .few-covers, .messages.floats, ruby');
  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = all.filter(e =>
      e.getBoundingClientRect().right > innerWidth + 1 && !isOfItsOwn(e));
    say('too wide', wide[wide.length - 1] || document.body);
  }
  for (const e of all) {
    const style = getComputedStyle(e);
    const isCut = (across, full, shown) => ['hidden', 'clip'].includes(across) && full > shown + 2;
    if (!isOfItsOwn(e) && e.innerText && e.clientHeight > 1
      && (isCut(style.overflowY, e.scrollHeight, e.clientHeight)
        || isCut(style.overflowX, e.scrollWidth, e.clientWidth))) say('cut off', e);
  }
  const words = [];
  const floats = e => { for (; e; e = e.parentElement) {
    if (['fixed', 'sticky', 'absolute'].includes(getComputedStyle(e).position)) return true; } };
  for (const e of all) {
    if (isOfItsOwn(e) || floats(e)) continue;
    for (const text of e.childNodes) {
      if (text.nodeType !== 3 || !text.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const box of range.getClientRects()) if (box.width > 2) words.push({e, text, box});
    }
  }
  words.sort((one, other) => one.box.top - other.box.top);
  words.forEach((one, at) => {
    for (const other of words.slice(at + 1)) {
      if (other.box.top >= one.box.bottom) break;
      if (one.text === other.text) continue;
      const [a, b] = [one.box, other.box];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 3 && down > .3 * Math.min(a.height, b.height)) {
        say(`over ${other.text.data.trim().slice(0, 20)}`, one.e);
      }
    }
  });
  return [...new Set(told)].slice(0, 5);
}"""
LARGEST = "yes => document.documentElement.classList.toggle('size-largest', yes)"


@pytest.fixture
def library(db: None) -> Library:
    return furnish()


def test_what_is_pressed_is_large_and_nothing_is_lost_when_enlarged(
    chromium, live_server, library, nobody_hurries
):
    found: dict[tuple[str, str], list[str]] = {}
    _something_in_the_basket(library)
    for visitor, paths in PAGES.items():
        client = AS[visitor](library)
        if visitor is Walk.PATRON:
            _place_one(client)
        context = same_visitor(chromium, live_server.url, client)
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        for path in paths:
            page.goto(library.path(path))
            for how, complaints in _looked_at(page, devtools):
                if complaints:
                    found[f"{path} {visitor.name}", how] = complaints
        context.close()
    assert not found, "\n".join(f"{where}: {complaints}" for where, complaints in found.items())


def _something_in_the_basket(library: Library) -> None:
    bibs = [CopyFactory(bib__title=title).bib_id for title in ("行人", "明暗", "道草")]
    PatronBasket(library.hanako).add(bibs)


def _place_one(client) -> None:
    """So that the answer to a basket has something to say."""
    first = client.get("/basket/").context["contents"].lines[0].bib.pk
    facts = {"bib": first, "pickup_branch": 1, "contact_method": "none"}
    client.post("/basket/confirm/", facts)


def _looked_at(page: Page, devtools) -> Iterator[tuple[str, list[str]]]:
    page.set_viewport_size(PHONE)
    yield "under a finger", page.evaluate(SMALL)
    page.evaluate(LARGEST, True)
    yield "on a phone with the largest letters", page.evaluate(LOST)
    page.set_viewport_size(DESK)
    yield "at a desk with the largest letters", page.evaluate(LOST)
    page.evaluate(LARGEST, False)
    for how, size in (("at 200 %", HALF), ("at 400 %", QUARTER)):
        page.set_viewport_size(size)
        yield how, page.evaluate(LOST)
    page.set_viewport_size(DESK)
    devtools.send("Page.setFontSizes", {"fontSizes": {"standard": TWICE}})
    yield "with letters twice as large", page.evaluate(LOST)
    devtools.send("Page.setFontSizes", {"fontSizes": {"standard": USUAL}})
