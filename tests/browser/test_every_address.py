"""Every page by every kind of visitor: what axe says, and what a person would notice.

The addresses are those of tests/url_table.py, so a new page is walked from its first day.
"""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Page

from catalog.help.accessibility import Walk
from catalog.help.topics import TOPICS
from tests.browser.axe import CONTRAST, EVERYTHING, violations
from tests.browser.conftest import WIDTHS
from tests.browser.visitors import AS, same_visitor
from tests.busy_library import Library, furnish
from tests.test_urls import ADMIN
from tests.url_table import CLASSIFIED, ENDS_A_VISIT, OURS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

NO_PAGES = {"mail_desk:sample_html"}  # a mail, shown in a frame of the page before it
NARROW = {"width": 320, "height": 640}  # a desk's page at 400 % (WCAG 1.4.10)

# As wide apart as WCAG 1.4.12 lets a reader set the text.
SPACED = """
const sheet = new CSSStyleSheet();
sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
document.adoptedStyleSheets = [sheet];
"""
# What sticks out of the window, or is cut off inside its own box.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? null :
  [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth
    && !e.closest('.results')).map(e => e.outerHTML.slice(0, 120))"""
CUT_OFF = """() => [...document.querySelectorAll('a, button, label, h1, h2, h3, p, td, dd, li')]
  .filter(e => getComputedStyle(e).overflow === 'hidden' && e.clientHeight > 1
    && e.scrollHeight > e.clientHeight + 2 && e.innerText)
  .map(e => e.outerHTML.slice(0, 80))"""
# A target of its own, not in a sentence, with less than 24 px (the smallest WCAG 2.5.8 knows).
SMALL = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
  .filter(e => e.checkVisibility() && !['inline', 'contents'].includes(getComputedStyle(e).display)
    && e.type !== 'hidden' && !e.closest('.sr, .skip, label'))
  .filter(e => { const box = e.getBoundingClientRect();
    return box.width > 1 && Math.min(box.width, box.height) < 23.5; })
  .map(e => e.outerHTML.slice(0, 100))"""
MOVES = """() => [...document.querySelectorAll('*')]
  .filter(e => { const s = getComputedStyle(e);
    return s.transitionDuration !== '0s' || s.animationName !== 'none'; })
  .map(e => e.outerHTML.slice(0, 80)).slice(0, 3)"""
FACTS = """() => ({title: document.title,
   h1: document.querySelectorAll('h1:not(.sample h1)').length,
  lang: document.documentElement.lang, main: document.querySelectorAll('main').length})"""


@pytest.fixture
def library(db: None) -> Library:
    return furnish()


# Those stand on a screen of their own size, and the admin's tables are wide by their nature.
AT_A_TERMINAL = (Walk.TERMINAL, Walk.PATRON_AT_A_TERMINAL)
TABLES = tuple(f"/admin/{table.replace('.', '/')}/" for table in ADMIN)


# What a login changes. The whole walk of everybody is for the night; nobody sees every page anyway.
EVERYTHING_FOR_ALL = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
THEIRS: dict[Walk, tuple[str, ...]] = {
    Walk.PATRON: ("/mypage/", "/basket/", "/bib/", "/search/"),
    Walk.CHILD: ("/mypage/children/", "/mypage/reservations/", "/kids/"),
    Walk.TERMINAL: ("/terminal/", "/kids/", "/search/", "/bib/", "/basket/", "/mypage/login/"),
    Walk.PATRON_AT_A_TERMINAL: ("/terminal/", "/mypage/", "/basket/"),
}


def pages_for(client: Client, visitor: Walk, library: Library) -> Iterator[tuple[str, int]]:
    """The addresses that answer this visitor with a page, and with what status."""
    paths = [
        library.path(CLASSIFIED[name].path)
        for name in OURS
        if CLASSIFIED[name].method == "get" and name not in {*ENDS_A_VISIT, *NO_PAGES}
    ]
    if visitor is Walk.NOBODY:
        paths += [f"/help/{slug}/" for slug in TOPICS] + ["/nothing-here/", "/search/?q=ぬるぽ"]
    if visitor is Walk.STAFF:
        paths = [path for path in paths if path.startswith("/admin/")] + ["/admin/"]
        paths += [f"/admin/counter/lists/{slug}/" for slug in ("ready", "telephone", "overdue")]
        paths += TABLES
    elif visitor is not Walk.NOBODY:
        paths = [path for path in paths if not path.startswith("/help/")] + ["/help/register/"]
    if visitor in THEIRS and not EVERYTHING_FOR_ALL:
        paths = ["/", *(path for path in paths if path.startswith(THEIRS[visitor]))]
    for path in dict.fromkeys(paths):
        answer = client.get(path)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if is_page and answer.status_code in (200, 404, 410):
            yield path, answer.status_code


@pytest.mark.parametrize("visitor", Walk, ids=lambda walk: walk.name.lower())
def test_every_page_is_for_everybody(chromium, live_server, library, nobody_hurries, visitor):
    client = AS[visitor](library)
    pages = list(pages_for(client, visitor, library))
    context = same_visitor(chromium, live_server.url, client)
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")
    found: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for path, status in pages:
        page.goto(path)
        assert urlsplit(page.url).path == urlsplit(path).path
        found[path] = [*_as_it_comes(page), *_in_the_dark(page)]
        if visitor not in AT_A_TERMINAL and not path.startswith(TABLES):
            found[path] += _narrow(page)
        if status == 200 and visitor in (Walk.NOBODY, Walk.PATRON):
            first = titles.setdefault(page.title(), path)
            found[path] += [f"has the title of {first}"] if first != path else []
    context.close()
    assert len(pages) > (4 if visitor in THEIRS and not EVERYTHING_FOR_ALL else 12)
    assert {path: complaint for path, complaint in found.items() if complaint} == {}


def _as_it_comes(page: Page) -> Iterator[str]:
    page.set_viewport_size(WIDTHS["desk"])
    facts = page.evaluate(FACTS)
    if (facts["h1"], facts["main"]) != (1, 1):
        yield f"{facts['h1']} h1, {facts['main']} main"
    if not facts["lang"].startswith("ja"):
        yield f"lang {facts['lang']}"
    yield from (f"moves all the same: {complaint}" for complaint in page.evaluate(MOVES))
    yield from violations(page, EVERYTHING)


def _in_the_dark(page: Page) -> Iterator[str]:
    page.emulate_media(color_scheme="dark")
    yield from (f"dark {complaint}" for complaint in violations(page, CONTRAST))
    page.emulate_media(color_scheme="light")


def _narrow(page: Page) -> Iterator[str]:
    page.set_viewport_size(NARROW)
    if (wide := page.evaluate(TOO_WIDE)) is not None:
        yield f"too wide at 320: {wide}"
    yield from (f"smaller than 24 px at 320: {complaint}" for complaint in page.evaluate(SMALL))
    page.evaluate(SPACED)
    if (wide := page.evaluate(TOO_WIDE)) is not None:
        yield f"too wide when spaced: {wide}"
    yield from (f"cut off when spaced: {complaint}" for complaint in page.evaluate(CUT_OFF))
