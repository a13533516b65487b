"""Sitemap, robots.txt, OpenSearch, and what holds for every address for programs."""

from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.api.urls import urlpatterns
from catalog.feeds import sitemap
from tests.catalog.api.conftest import SITE
from tests.factories import BibFactory, CopyFactory

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def places(program: Client, address: str) -> list[str | None]:
    response = program.get(address)
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)  # noqa: S314 it is our own
    return [one.text for one in root.iter(f"{MAP}loc")]


def test_the_parts_of_the_sitemap_hold_every_bib_once(program, monkeypatch):
    monkeypatch.setattr(sitemap, "BIBS_IN_A_PART", 3)
    bibs = BibFactory.create_batch(8)
    bibs[0].delete()
    parts = places(program, "/sitemap.xml")
    listed = [place for part in parts for place in places(program, part.removeprefix(SITE))]
    assert listed == [f"{SITE}/bib/{bib.pk}/" for bib in bibs[1:]]


def test_a_part_without_bibs_is_not_named_and_not_there(program, monkeypatch):
    monkeypatch.setattr(sitemap, "BIBS_IN_A_PART", 1)
    first, between, last = BibFactory.create_batch(3)
    between.delete()
    assert places(program, "/sitemap.xml") == [
        f"{SITE}/sitemap-{bib.pk}.xml" for bib in (first, last)
    ]
    for number in (0, last.pk + 1, 10**30):
        assert program.get(f"/sitemap-{number}.xml").status_code == 404


def test_an_empty_catalogue_has_an_empty_sitemap(program):
    assert places(program, "/sitemap.xml") == []


def test_a_sitemap_costs_one_query_however_long(program):
    BibFactory.create_batch(20)
    for address in ("/sitemap.xml", places(program, "/sitemap.xml")[0].removeprefix(SITE)):
        with CaptureQueriesContext(connection) as queries:
            program.get(address)
        assert len(queries) == 1


def test_robots_are_kept_out_of_searches_and_shown_the_sitemap(program):
    lines = program.get("/robots.txt").content.decode().splitlines()
    assert f"Sitemap: {SITE}/sitemap.xml" in lines
    assert {"Disallow: /search/", "Disallow: /api/v1/search/"} <= set(lines)
    assert not [line for line in lines if line.startswith("Disallow: /bib")]


def test_opensearch_tells_browsers_how_to_search(program):
    response = program.get("/opensearch.xml")
    media_type = "application/opensearchdescription+xml"
    assert response["Content-Type"] == f"{media_type}; charset=utf-8"
    root = ElementTree.fromstring(response.content)  # noqa: S314 it is our own
    templates = [one.attrib["template"] for one in root.iter(f"{SEARCH}Url")]
    assert templates[0] == f"{SITE}/search/?q={{searchTerms}}&page={{startPage?}}"
    assert len(root.findtext(f"{SEARCH}ShortName") or "") <= 16  # more is cut off
    assert f'type="{media_type}"' in program.get("/branches/").content.decode()


@pytest.fixture
def everything(indexed) -> dict[str, int]:
    copy = CopyFactory(accepted_on="2026-11-01")
    indexed()
    return {"pk": copy.bib_id, "number": copy.bib_id // sitemap.BIBS_IN_A_PART + 1}


def addresses(numbers: dict[str, int]) -> list[str]:
    """Every address for programs that has an answer."""
    found = []
    for pattern in urlpatterns:
        wanted = pattern.pattern.converters
        if pattern.name != "nothing_here":
            name = f"api:{pattern.name}"
            found.append(reverse(name, kwargs={word: numbers[word] for word in wanted}))
    return found


def test_a_program_gets_no_cookie_and_its_answer_may_be_kept_and_asked_for_again(everything):
    for address in addresses(everything):
        response = Client().get(address)
        assert response.status_code == 200, address
        assert not response.cookies, address
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "public" in response["Cache-Control"]
        again = Client().get(address, headers={"If-None-Match": response["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address
        assert Client().head(address).status_code == 200


def test_a_program_can_only_read(everything):
    for address in addresses(everything):
        assert Client().post(address).status_code == 405, address
        assert Client().delete(address).status_code == 405, address


def test_what_a_request_claims_to_be_changes_no_address(everything, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for address in addresses(everything):
        response = Client().get(address, headers={"host": "evil.example"})
        assert b"evil.example" not in response.content, address
