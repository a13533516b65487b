"""The address of a search and the search are the same thing; nothing typed is an error."""

import pytest
from django.http import QueryDict
from django.test import Client

from catalog.results.request import Addresses, parameters_of, read
from catalog.search import SearchRequest, rebuild
from tests.factories import BibFactory, CopyFactory

pytestmark = pytest.mark.django_db

ALL_OF_THEM = (
    "q=こころ&title=a&author=b&publisher=c&subject=d&series=e&ndc=913&isbn=9784101010014"
    "&year_from=1950&year_to=2020&material=book&material=cd&branch=chuo&language=jpn"
    "&decade=1950&decade=1960&available=1&sort=newest&per_page=50&page=3"
)


def wanted(query: str) -> SearchRequest:
    return read(QueryDict(query))


def test_every_parameter_of_an_address_is_understood() -> None:
    assert wanted(ALL_OF_THEM) == SearchRequest(
        q="こころ",
        title="a",
        author="b",
        publisher="c",
        subject="d",
        series="e",
        ndc="913",
        isbn="9784101010014",
        year_from=1950,
        year_to=2020,
        materials=("book", "cd"),
        branches=("chuo",),
        languages=("jpn",),
        decades=(1950, 1960),
        available=True,
        sort="newest",
        page=3,
        per_page=50,
    )


def test_a_search_has_one_address_and_the_address_gives_the_search_again() -> None:
    request = wanted(ALL_OF_THEM)
    address = Addresses(request).of(request)
    assert wanted(address.partition("?")[2]) == request
    assert dict(parameters_of(SearchRequest())) == {}
    assert Addresses(SearchRequest()).of(SearchRequest()) == "/search/"


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=abc",
        "page=1e9",
        "page=" + "9" * 5000,
        "per_page=7",
        "sort=;drop",
        "material=&branch=%00",
        "available=yes",
        "year_from=0&year_to=100000",
        "unknown=1",
        "q=%20%E3%80%80%00",
    ],
)
def test_what_cannot_be_meant_is_left_out(query: str) -> None:
    assert wanted(query) == SearchRequest()


@pytest.mark.parametrize(
    "query",
    [
        "material=nothing",
        "branch=nowhere",
        "language=xx",
        "audience=all",
        "decade=1995",
        "decade=x",
    ],
)
def test_an_unknown_value_of_a_filter_stays_and_finds_nothing(query: str, client: Client) -> None:
    CopyFactory(bib=BibFactory(title="秋川の本"))
    rebuild()
    assert wanted(query) != SearchRequest()
    answer = client.get(f"/search/?{query}")
    assert answer.status_code == 200
    assert "見つかりませんでした" in answer.content.decode()
    assert "秋川の本" not in answer.content.decode()


def test_the_last_page_is_the_last_that_can_be_reached() -> None:
    assert wanted("page=1000000000").page == 500
    assert wanted("page=1000000000&per_page=100").page == 100


def test_texts_are_bounded_and_lose_what_nobody_types() -> None:
    assert wanted("q=" + "あ" * 5000).q == "あ" * 200
    assert wanted("q=a%00b%E2%80%AEc%0D%0Ad").q == "abc d"


def test_a_repeated_choice_counts_once_and_the_last_of_repeated_words_counts() -> None:
    assert wanted("material=cd&material=cd").materials == ("cd",)
    assert wanted("q=a&q=b").q == "b"


def test_years_are_read_in_full_width() -> None:
    assert wanted("year_from=２０２０").year_from == 2020
