"""Minus, OR, NOT and quotes mean what people expect."""

from pathlib import Path

import pytest

from catalog.indexing.bib_source import BibSource, Person
from catalog.search import SearchRequest, search
from catalog.search.signs import Operand, SignedQuery, read_signs
from tests.catalog.search.conftest import shelve

BOOKS = [
    BibSource(1, "海辺のカフカ", people=[Person("村上春樹")]),
    BibSource(2, "ノルウェイの森", people=[Person("村上春樹")]),
    BibSource(3, "半島を出よ", people=[Person("村上龍")]),
    BibSource(4, "三四郎", people=[Person("夏目漱石")]),
    BibSource(5, "草枕", people=[Person("夏目漱石")]),
    BibSource(6, "Pythonによる入門 第2版", edition="第2版"),
    BibSource(7, "Python3入門"),
    BibSource(8, "小説集", contents="海の学校 歴代の王\n春の山", notes="発行: 月社\n空の本"),
    BibSource(9, "医療の本", subjects=["医学-歴史"]),
]


@pytest.fixture(autouse=True)
def _library(settings, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path
    shelve(*BOOKS)


def found(q: str) -> set[int]:
    return set(search(SearchRequest(q=q)).ids)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("村上 -龍", SignedQuery("村上", (), (Operand("龍"),))),
        ("村上 NOT 龍", SignedQuery("村上", (), (Operand("龍"),))),
        ("村上 not 龍", SignedQuery("村上 not 龍")),
        ("三四郎 OR 門", SignedQuery("", ((Operand("三四郎"), Operand("門")),))),
        ("漱石 AND 門", SignedQuery("漱石 門")),
        ('漱石 "三 四郎"', SignedQuery("漱石", ((Operand("三 四郎", is_phrase=True),),))),
        ("-龍", SignedQuery("-龍")),
        ("題 -副題-", SignedQuery("題 -副題-")),
        ("村上 - 龍", SignedQuery("村上 - 龍")),
        ("OR 門", SignedQuery("門")),
        ("NOT", SignedQuery("")),
    ],
)
def test_signs_are_read(typed: str, read: SignedQuery) -> None:
    assert read_signs(typed) == read


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("村上", {1, 2, 3}),
        ("村上 -春樹", {3}),
        ("村上 －春樹", {3}),
        ("村上 -カフカ -龍", {2}),
        ("村上 NOT 龍", {1, 2}),
        ("三四郎 OR 草枕", {4, 5}),
        ("漱石 三四郎 OR 草枕", {4, 5}),
        ("カフカ OR 草枕 -漱石", {1}),
        ('"海辺の"', {1}),
        ('"海辺 カフカ"', set()),
        ('村上 -"海辺のカフカ"', {2, 3}),
        ("* ?", set()),
        ("「」", set()),
        ("- -", set()),
        ("AND", set()),
    ],
)
def test_signs_decide_what_is_found(typed: str, wanted: set[int]) -> None:
    assert found(typed) == wanted


def test_signs_only_find_nothing_in_a_field_either() -> None:
    assert search(SearchRequest(title="***")).total == 0


@pytest.mark.parametrize("typed", ["python", "Python3", "python 3", "3"])
def test_letters_and_figures_that_touch_are_two_words(typed: str) -> None:
    assert 7 in found(typed)


def test_a_word_does_not_run_from_one_item_into_the_next() -> None:
    assert found("学校歴") == set()
    assert found("王春") == set()
    assert found("学歴") == set()
    assert found("歴代") == {8}


def test_kanji_of_publisher_and_notes_make_no_title() -> None:
    assert found("社") == set()
    assert found("海") == {1, 8}
