"""Filters, facets, orders and pages."""

import pytest

from catalog.indexing.bib_source import BibSource
from catalog.search import Answer, SearchRequest, search

BOOKS = [
    BibSource(1, "山の花", "ヤマ ノ ハナ", material="book", branches=["chuo"], free=["chuo"],
        year=1999, published="1999.5", ndc="471", language="jpn", times_lent=5),
    BibSource(2, "海の花", "ウミ ノ ハナ", material="book", branches=["chuo", "el"], free=["el"],
        year=2003, published="2003.11", ndc="913.6", language="jpn", times_lent=50),
    BibSource(3, "川の花", "カワ ノ ハナ", material="dvd", branches=["el"], year=2003,
        published="2003-02", ndc="778", language="eng", times_lent=7),
    BibSource(4, "空の花", "ソラ ノ ハナ", material="cd", ndc="K913", language="jpn"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _library(shelf) -> None:
    shelf(*BOOKS)


def ask(**parameters: object) -> Answer:
    return search(SearchRequest(**parameters))


@pytest.mark.parametrize(
    ("parameters", "ids"),
    [
        ({"materials": ("book",)}, {1, 2}),
        ({"materials": ("dvd", "cd")}, {3, 4}),
        ({"branches": ("el",)}, {2, 3}),
        ({"branches": ("el", "chuo")}, {1, 2, 3}),
        ({"languages": ("eng",)}, {3}),
        ({"decades": (1990,)}, {1}),
        ({"decades": (1990, 2000)}, {1, 2, 3}),
        ({"year_from": 2000}, {2, 3}),
        ({"year_to": 1999}, {1}),
        ({"year_from": 1999, "year_to": 1999}, {1}),
        ({"available": True}, {1, 2}),
        ({"available": True, "branches": ("chuo",)}, {1}),
        ({"materials": ("book",), "branches": ("el",)}, {2}),
        ({"ndc": "9"}, {2}),
        ({"ndc": "９１３．６"}, {2}),
        ({"ndc": "k9"}, {4}),
    ],
)
def test_a_filter_keeps_what_it_names(parameters, ids):
    assert set(ask(**parameters).ids) == ids
    assert set(ask(q="花", **parameters).ids) == ids


def test_facets_count_all_hits_most_first_and_decades_newest_first():
    assert ask(q="花").facets == {
        "material": [("book", 2), ("cd", 1), ("dvd", 1)],
        "branch": [("chuo", 2), ("el", 2)],
        "decade": [("2000", 2), ("1990", 1)],
        "available": [("1", 2)],
        "ndc": [("4", 1), ("7", 1), ("9", 1)],
        "language": [("jpn", 3), ("eng", 1)],
        "author": [],
    }


def test_facets_and_total_follow_the_filters():
    answer = ask(q="花", branches=("el",))
    assert answer.total == 2
    assert answer.facets["material"] == [("book", 1), ("dvd", 1)]


def test_the_other_values_of_a_chosen_facet_keep_their_counts():
    answer = ask(q="花", materials=("dvd",))
    assert answer.total == 1
    assert answer.facets["material"] == [("book", 2), ("cd", 1), ("dvd", 1)]
    assert answer.facets["branch"] == [("el", 1)]
    answer = ask(q="花", decades=(1990,), branches=("chuo",), ndc="4")
    assert answer.total == 1
    assert answer.facets["decade"] == [("1990", 1)]
    assert answer.facets["branch"] == [("chuo", 1)]
    assert answer.facets["ndc"] == [("4", 1)]
    assert ask(q="花", ndc="4").facets["ndc"] == [("4", 1), ("7", 1), ("9", 1)]


def test_hits_are_sorted_in_both_directions():
    assert ask(q="花", sort="oldest").ids == [1, 3, 2, 4]
    assert ask(q="花", sort="title_desc").ids == [1, 4, 3, 2]


def test_what_is_available_is_counted_at_the_chosen_branches():
    assert ask(q="花", branches=("el",)).facets["available"] == [("1", 1)]
    assert ask(q="花", branches=("itsukaichi",)).facets["available"] == []
    assert ask(branches=("el", "chuo")).facets["available"] == [("1", 2)]


def test_nothing_found_has_empty_facets():
    answer = ask(q="存在しない題名")
    assert (answer.ids, answer.total) == ([], 0)
    every = {"material", "branch", "decade", "available", "ndc", "language", "author"}
    assert set(answer.facets) == every
    assert not any(answer.facets.values())


def test_a_request_for_nothing_finds_everything_newest_first():
    answer = ask()
    assert answer.ids == [2, 3, 1, 4]
    assert answer.total == 4


@pytest.mark.parametrize(
    ("sort", "ids"),
    [("newest", [2, 3, 1, 4]), ("title", [2, 3, 4, 1]), ("borrowed", [2, 3, 1, 4])],
)
def test_hits_are_sorted_as_asked(sort, ids):
    assert ask(q="花", sort=sort).ids == ids


def test_pages_follow_one_another_and_end():
    pages = [ask(q="花", sort="title", page=page, per_page=3).ids for page in (1, 2, 3)]
    assert pages == [[2, 3, 4], [1], []]
    assert ask(q="花", page=3, per_page=3).total == 4


def test_pages_by_relevance_hold_every_hit_once(shelf):
    shelf(*(BibSource(number, f"花 {number}") for number in range(1, 451)))
    for per_page in (20, 50, 100):
        found = [
            bib for page in range(1, 30) for bib in ask(q="花", page=page, per_page=per_page).ids
        ]
        assert sorted(found) == list(range(1, 451))


def test_beyond_what_can_be_reached_there_is_no_page_but_the_total_is_right():
    answer = ask(q="花", page=600, per_page=20)
    assert (answer.ids, answer.total) == ([], 4)
