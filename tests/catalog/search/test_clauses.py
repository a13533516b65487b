"""Rows of the detailed form: を含む, で始まる, と一致する, joined from the first to the last."""

from pathlib import Path

import pytest

from catalog.indexing.bib_source import BibSource, Person
from catalog.search import Clause, SearchRequest, search
from tests.catalog.search.conftest import shelve

KENJI = Person("宮沢賢治", "ミヤザワ ケンジ")
BOOKS = [
    BibSource(1, "京都", "キョウト", publisher="秋川書房", ndc="291.6", isbns=["9784101001548"]),
    BibSource(2, "京都の歴史", "キョウト ノ レキシ", publisher="秋川書房出版部", ndc="291"),
    BibSource(3, "東京都の歴史", "トウキョウト ノ レキシ", subjects=["東京都"], ndc="213.6"),
    BibSource(4, "銀河鉄道の夜", "ギンガ テツドウ ノ ヨル", people=[KENJI]),
    BibSource(5, "春と修羅", "ハル ト シュラ", people=[KENJI]),
    BibSource(
        6, "宮沢賢治伝", "ミヤザワ ケンジ デン", people=[Person("青江舜二郎")], series="人物叢書"
    ),
    BibSource(7, "コンピューター入門", "コンピューター ニュウモン", people=[Person("宮沢賢治郎")]),
]  # fmt: skip


@pytest.fixture(scope="module")
def shelved(index_of_the_module: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        from django.conf import settings

        patch.setattr(settings, "SEARCH_INDEX_DIR", index_of_the_module)
        shelve(*BOOKS)
    return index_of_the_module


@pytest.fixture(autouse=True)
def _library(settings, shelved: Path) -> None:
    settings.SEARCH_INDEX_DIR = shelved


def found(*rows: Clause, **parameters: object) -> set[int]:
    return set(search(SearchRequest(clauses=rows, **parameters)).ids)


@pytest.mark.parametrize(
    ("field", "match", "text", "ids"),
    [
        ("title", "contains", "京都", {1, 2, 3}),
        ("title", "starts", "京都", {1, 2}),
        ("title", "starts", "京", {1, 2}),
        ("title", "starts", "きょう", {1, 2}),
        ("title", "is", "京都", {1}),
        ("title", "is", "きょうと", {1}),
        ("title", "is", "京", set()),
        ("title", "starts", "コンピュータ", {7}),
        ("author", "contains", "宮沢", {4, 5, 7}),
        ("author", "starts", "宮沢賢治", {4, 5, 7}),
        ("author", "is", "宮澤 賢治", {4, 5}),
        ("author", "is", "みやざわけんじ", {4, 5}),
        ("publisher", "is", "秋川書房", {1}),
        ("publisher", "starts", "秋川書房", {1, 2}),
        ("subject", "is", "東京都", {3}),
        ("series", "starts", "人物", {6}),
        ("ndc", "starts", "291", {1, 2}),
        ("ndc", "contains", "291", {1, 2}),
        ("ndc", "is", "291", {2}),
        ("isbn", "is", "978-4-10-100154-8", {1}),
        ("isbn", "starts", "978-4-10", {1}),
        ("isbn", "contains", "4-10-100154", {1}),
        ("all", "contains", "宮沢賢治", {4, 5, 6, 7}),
        ("all", "starts", "宮沢賢治", {4, 5, 6, 7}),
        ("all", "is", "宮沢賢治", {4, 5}),
    ],
)
def test_a_row_finds_what_its_words_say(field, match, text, ids):
    assert found(Clause(field, text, match)) == ids


def test_rows_hold_from_the_first_to_the_last():
    kyoto, history = Clause("title", "京都", "is"), Clause("title", "歴史", joint="and")
    poet = Clause("author", "宮沢賢治", "is", joint="or")
    assert found(kyoto, poet) == {1, 4, 5}
    assert found(kyoto, poet, history) == set()
    assert found(kyoto, history, poet) == {4, 5}
    assert found(Clause("author", "宮沢賢治"), Clause("title", "春", joint="not")) == {4, 7}


def test_rows_and_words_and_filters_must_all_hold():
    rows = (Clause("title", "京都", "starts"), Clause("title", "銀河", joint="or"))
    assert found(*rows, q="歴史") == {2}
    assert found(*rows, q="夜") == {4}


def test_a_first_row_that_excludes_leaves_everything_else():
    assert found(Clause("author", "宮沢", joint="not")) == {1, 2, 3, 6}


@pytest.mark.parametrize("match", ["contains", "starts", "is"])
@pytest.mark.parametrize("field", ["all", "title", "ndc", "isbn"])
@pytest.mark.parametrize("text", ["*?:()", "京" * 5000, "\x00", "\ud800", ".*", "AND OR NOT", "😀"])
def test_any_row_gets_an_answer(field, match, text):
    for joint in ("and", "not"):
        search(SearchRequest(clauses=(Clause(field, text, match, joint),)))


def test_what_must_not_be_there_lifts_nothing():
    rows = (Clause("all", "宮沢賢治"), Clause("title", "伝", joint="not"))
    assert 6 not in found(*rows)


def test_hits_are_ordered_by_the_reading_of_the_first_author():
    by_author = search(SearchRequest(sort="author")).ids
    assert [pk for pk in by_author if pk in (4, 5)] == [4, 5]
    assert by_author[-3:] == [1, 2, 3]


def test_authors_are_counted_the_most_frequent_first():
    facets = search(SearchRequest()).facets
    assert facets["author"][0] == ("宮沢賢治", 2)
