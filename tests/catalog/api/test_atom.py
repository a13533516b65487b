"""The Atom feeds: well-formed whatever is catalogued, stable, newest first."""

from datetime import date
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.catalog.api.conftest import SITE
from tests.factories import BibFactory, CopyFactory

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(program: Client, address: str) -> ElementTree.Element:
    response = program.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)  # noqa: S314 it is our own


def ids(root: ElementTree.Element) -> list[str | None]:
    return [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]


def link(root: ElementTree.Element, rel: str) -> str:
    return next(one.attrib["href"] for one in root.findall(f"{ATOM}link") if one.get("rel") == rel)


def test_new_arrivals_come_newest_first_by_their_first_copy(program):
    old, new, migrated, twice = (BibFactory() for _ in range(4))
    CopyFactory(bib=old, accepted_on="2026-10-01")
    CopyFactory(bib=new, accepted_on="2026-11-20")
    CopyFactory(bib=migrated, accepted_on=None)
    CopyFactory(bib=twice, accepted_on="2026-10-05")
    CopyFactory(bib=twice, accepted_on="2026-11-21")
    root = feed(program, "/feeds/new.atom")
    assert ids(root) == [f"{SITE}/bib/{bib.pk}/" for bib in (new, twice, old)]
    days = [entry.findtext(f"{ATOM}updated") for entry in root.iter(f"{ATOM}entry")]
    assert days[0] == "2026-11-20T00:00:00+09:00"
    assert root.findtext(f"{ATOM}updated") == days[0]


def test_the_feed_of_a_search_holds_what_the_search_finds_and_says_so(program, indexed):
    cat = BibFactory(title="猫の本", year=2019, published="2019")
    newer = BibFactory(title="猫の新しい本", year=2024, published="2024")
    BibFactory(title="犬の本")
    indexed()
    root = feed(program, "/feeds/search.atom?page=7&sort=title&q=猫")
    assert ids(root) == [f"{SITE}/bib/{newer.pk}/", f"{SITE}/bib/{cat.pk}/"]
    assert link(root, "self") == f"{SITE}/feeds/search.atom?q=%E7%8C%AB"
    assert link(root, "alternate") == f"{SITE}/search/?q=%E7%8C%AB&sort=newest"
    assert root.findtext(f"{ATOM}id") == link(root, "self")
    assert "猫" in (root.findtext(f"{ATOM}title") or "")


def test_the_page_of_results_names_its_feed(program, indexed):
    BibFactory(title="猫 & 犬")
    indexed()
    page = program.get("/search/?q=猫+%26&material=book&page=2&sort=title").content.decode()
    assert 'href="/feeds/search.atom?q=%E7%8C%AB+%26&amp;material=book"' in page
    assert 'href="/feeds/new.atom"' in program.get("/").content.decode()


@pytest.mark.parametrize("address", ["/feeds/new.atom", "/feeds/search.atom?q=onerror"])
def test_odd_text_is_well_formed_and_makes_no_element(program, odd_bib, indexed, address):
    indexed()
    (entry,) = feed(program, address).iter(f"{ATOM}entry")
    assert (entry.findtext(f"{ATOM}title") or "").startswith("<img src=x onerror=alert(1)> ]]>")
    summary = entry.find(f"{ATOM}summary")
    assert summary is not None
    assert summary.attrib["type"] == "html"  # so a reader would show elements that are in it
    assert "<" not in (summary.text or "")


def test_an_odd_search_is_well_formed(program, indexed):
    indexed()
    root = feed(
        program, "/feeds/search.atom?q=%3Cimg%3E]]%3E%01%0B%EF%BF%BE%ED%A0%80%E2%80%AE\"'%26"
    )
    assert ids(root) == []


def test_a_library_without_books_has_an_empty_feed(program):
    assert ids(feed(program, "/feeds/new.atom")) == []


def test_without_an_index_the_feed_of_a_search_is_refused_in_words(program):
    response = program.get("/feeds/search.atom?q=猫")
    assert (response.status_code, response["Cache-Control"]) == (503, "no-store")
    assert "検索の準備" in response.content.decode()


@pytest.mark.parametrize("address", ["/feeds/new.atom", "/feeds/search.atom"])
def test_any_number_of_entries_costs_the_same_queries(program, indexed, address):
    def queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            feed(program, address)
        return len(queries)

    def shelve(number: int) -> None:
        for _ in range(number):
            bib = BibFactory(authors=["夏目漱石", "岡本一平"])
            CopyFactory(bib=bib, accepted_on=date(2026, 11, 1))
        indexed()

    shelve(1)
    of_one = queries()
    shelve(19)
    assert queries() == of_one
