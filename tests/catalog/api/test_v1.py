"""The JSON answers, and the document that describes them."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from django.db import OperationalError, connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from catalog.api.v1 import OPENAPI
from catalog.display.choices import Choices
from catalog.models import Contribution, Copy, Series
from catalog.results.request import parameters_of, read
from catalog.search import Clause, SearchRequest
from tests.catalog.api.conftest import ODD, SITE
from tests.factories import BibFactory, CopyFactory, branch, material

DOCUMENT = json.loads(OPENAPI)
SCHEMAS = DOCUMENT["components"]["schemas"]
EVERY_PARAMETER = SearchRequest(
    q="a", title="a", author="a", publisher="a", subject="a", series="a", ndc="9", isbn="1",
    year_from=1, year_to=2, materials=("book",), branches=("chuo",), languages=("jpn",),
    decades=(1990,), audiences=("child",), available=True, sort="title", page=2, per_page=50,
    clauses=(Clause("title", "a", "is"), Clause("author", "b", "starts", "or")),
)  # fmt: skip


def answer(program: Client, address: str, status: int = 200) -> dict[str, Any]:
    response = program.get(address)
    assert response.status_code == status
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(response.content)


def is_described_by(schema: str, answered: dict[str, Any]) -> None:
    """The answer holds what the schema asks for, and nothing that it does not name."""
    whole = {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(whole).validate(answered)
    assert set(answered) == set(properties_of(SCHEMAS[schema]))


def properties_of(schema: dict[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rsplit("/", 1)[1]]
    yield from schema.get("properties", {})
    for part in schema.get("allOf", []):
        yield from properties_of(part)


@pytest.fixture
def library(indexed) -> list[int]:
    """Two books, one of them at home, and a DVD in another branch."""
    cat = BibFactory(
        title="吾輩は猫である", volume="上", title_reading="ワガハイ ワ ネコ デ アル",
        authors=["夏目漱石", "岡本一平"], isbns=["9784101001548"], subjects=["猫"],
        series=Series.objects.create(title="多摩文庫"),
    )  # fmt: skip
    hill = BibFactory(title="山の猫", year=None, published="", language="eng")
    film = BibFactory(title="猫の映画", material_type=material("dvd"))
    CopyFactory(bib=cat)
    CopyFactory(bib=cat, home_branch=branch("el"), whereabouts=Copy.Whereabouts.ON_LOAN)
    CopyFactory(bib=cat, whereabouts=Copy.Whereabouts.WITHDRAWN)
    CopyFactory(bib=film, home_branch=branch("el"))
    indexed()
    return [cat.pk, hill.pk, film.pk]


def test_a_search_is_answered_as_described(program, library):
    found = answer(program, "/api/v1/search/?q=猫")
    is_described_by("SearchAnswer", found)
    for result in found["results"]:
        is_described_by("BibSummary", result)
    assert found["total"] == 3
    assert {result["id"] for result in found["results"]} == set(library)
    assert {"value": "dvd", "name": "DVD", "count": 1} in found["facets"]["material"]
    assert {"value": "el", "name": branch("el").name, "count": 2} in found["facets"]["branch"]


def test_a_result_tells_what_it_is_and_where_it_can_be_had(program, library):
    (found,) = answer(program, "/api/v1/search/?title=吾輩は猫である")["results"]
    assert found["title"] == "吾輩は猫である"
    assert found["volume"] == "上"
    assert found["authors"] == ["夏目漱石", "岡本一平"]
    assert found["url"] == f"{SITE}/bib/{library[0]}/"
    assert (found["available"], found["available_at"]) == (True, ["chuo"])


@pytest.mark.parametrize(
    "query",
    ["q=猫", "q=猫&sort=title", "q=猫&material=dvd", "branch=el", "available=1", "title=山",
     "ndc=9", "q=猫&per_page=50&page=2", "q=%00%1f&page=-1&material=nonsense", "year_from=2020",
     "isbn=x"],
)  # fmt: skip
def test_a_search_finds_what_the_page_finds(program, library, query):
    found = answer(program, f"/api/v1/search/?{query}")
    page = program.get(f"/search/?{query}")
    assert [result["id"] for result in found["results"]] == [row.pk for row in page.context["rows"]]


def test_a_bib_is_answered_as_described(program, library):
    found = answer(program, f"/api/v1/bib/{library[0]}/")
    is_described_by("Bib", found)
    for copy in found["copies"]:
        is_described_by("Copy", copy)
    for contributor in found["contributors"]:
        is_described_by("Contributor", contributor)
    assert [(copy["branch"], copy["status"]) for copy in found["copies"]] == [
        ("chuo", "shelf"),
        ("el", "on_loan"),
    ]


def test_a_search_that_finds_nothing_tells_what_may_have_been_meant(program, library):
    found = answer(program, "/api/v1/search/?q=吾輩は描である")
    is_described_by("SearchAnswer", found)
    assert (found["total"], found["did_you_mean"]) == (0, "吾輩は猫である")
    assert answer(program, "/api/v1/search/?q=吾輩")["did_you_mean"] is None


def test_words_while_typing_are_answered_as_described(program, library):
    found = answer(program, "/search/suggest/?q=わがは")
    is_described_by("Suggestions", found)
    for suggestion in found["suggestions"]:
        is_described_by("Suggestion", suggestion)
    assert found["suggestions"] == [
        {"words": "吾輩は猫である", "kind": "title", "kind_name": "題名"}
    ]


def test_words_while_typing_ask_no_database_and_leave_no_cookie(program, library):
    answer(program, "/search/suggest/?q=猫")
    with CaptureQueriesContext(connection) as queries:
        response = program.get("/search/suggest/?q=夏目")
    assert (len(queries), response.cookies) == (0, {})
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("typed", ["", "%00", "%ff", "%ED%A0%80", "%22%2A", "x" * 5_000])
def test_whatever_is_typed_gets_an_answer(program, library, typed):
    is_described_by("Suggestions", answer(program, f"/search/suggest/?q={typed}"))


def test_odd_text_comes_back_as_it_was_catalogued(program, odd_bib, indexed):
    indexed()
    assert answer(program, f"/api/v1/bib/{odd_bib.pk}/")["notes"] == ODD
    (found,) = answer(program, "/api/v1/search/")["results"]
    assert found["title"] == ODD


def test_japanese_is_written_as_itself(program, library):
    assert "吾輩は猫である" in program.get(f"/api/v1/bib/{library[0]}/").content.decode()


@pytest.mark.parametrize("number", [0, 999_999_999, 10**30])
def test_an_unknown_bib_is_refused_in_words(program, number):
    refused = answer(program, f"/api/v1/bib/{number}/", status=404)
    is_described_by("Refusal", refused)
    assert "番号" in refused["error"]


def test_an_unknown_address_is_refused_in_words(program, db):
    is_described_by("Refusal", answer(program, "/api/v1/nonsense/more/", status=404))
    assert program.get("/api/v1/search")["Location"] == "/api/v1/search/"


@pytest.mark.parametrize("address", ["/api/v1/search/?q=猫", "/search/suggest/?q=猫"])
def test_without_an_index_a_search_is_refused_in_words(program, db, address):
    response = program.get(address)
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert response["Cache-Control"] == "no-store"
    is_described_by("Refusal", response.json())


@pytest.mark.parametrize("address", ["/api/v1/search/?q=猫", "/api/v1/bib/1/"])
def test_without_a_database_a_program_is_refused_in_words(program, address):
    def unreachable(*call: object) -> None:
        raise OperationalError("the connection is closed")

    with connection.execute_wrapper(unreachable):
        response = program.get(address)
    assert (response.status_code, response["Cache-Control"]) == (503, "no-store")
    is_described_by("Refusal", response.json())


@pytest.mark.parametrize("address", ["/api/v1/search/", "/api/v1/bib/1/", "/api/v1/openapi.json"])
@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_nothing_can_be_written(address, method):
    response = getattr(Client(enforce_csrf_checks=True), method)(address)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    is_described_by("Refusal", response.json())


def test_any_number_of_results_costs_the_same_queries(program, indexed):
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            answer(program, address)
        return len(queries)

    def shelve() -> int:
        bib = BibFactory(authors=["夏目漱石", "岡本一平"], series=series)
        CopyFactory(bib=bib)
        return bib.pk

    series = Series.objects.create(title="多摩文庫")
    first = shelve()
    indexed()
    of_one, of_bib = queries("/api/v1/search/"), queries(f"/api/v1/bib/{first}/")
    for _ in range(19):
        shelve()
    Contribution.objects.filter(bib=first).update(role="訳")
    for at in range(19):
        CopyFactory(bib_id=first, home_branch=branch("el" if at % 2 else "chuo"))
    indexed()
    assert queries("/api/v1/search/") == of_one
    assert queries(f"/api/v1/bib/{first}/") == of_bib


def test_every_parameter_of_the_search_is_described(db):
    described = DOCUMENT["paths"]["/api/v1/search/"]["get"]["parameters"]
    assert {name for name, _ in parameters_of(EVERY_PARAMETER)} == {
        one["name"] for one in described
    }
    for parameter in described:
        assert parameter["description"]
        assert parameter["in"] == "query"
        jsonschema.Draft202012Validator.check_schema(parameter["schema"])


def test_the_described_choices_are_those_that_are_read(db):
    described = {
        one["name"]: one["schema"]
        for one in DOCUMENT["paths"]["/api/v1/search/"]["get"]["parameters"]
    }
    choices = Choices.load()
    for name in ("sort", "per_page"):
        for value in described[name]["enum"]:
            request = read_query(f"{name}={value}", choices)
            assert getattr(request, name) == value
        assert getattr(SearchRequest(), name) == described[name]["default"]


def read_query(query: str, choices: Choices) -> SearchRequest:
    return read(QueryDict(query))


def test_every_described_address_is_there():
    for path in DOCUMENT["paths"]:
        assert resolve(path.replace("{id}", "1")).namespace == "api"
    assert DOCUMENT["openapi"].startswith("3.1.")


def test_every_described_property_is_explained():
    for name, schema in SCHEMAS.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        for part in [schema, *schema.get("allOf", [])]:
            for word, meaning in part.get("properties", {}).items():
                is_reference = "$ref" in meaning.get("items", {})
                assert meaning.get("description") or is_reference, f"{name}.{word}"


def test_the_document_is_served(program):
    assert answer(program, "/api/v1/openapi.json") == DOCUMENT
