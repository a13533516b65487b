"""Does a reader find what a reader means? The sample catalogue, searched as people search.

`judged_queries.csv` says what must come of each search. A librarian may add lines to it:

- 利用者: who would type this
- 検索語: what is typed
- 先頭: one of these must be the first hit
- 五件以内: each of these must be among the first five; 3× asks for so many of one kind
- 順序: whatever stands left of > must not come after what stands right of it
- ねらい: what the line is about

A book is named by its title (any edition), by title|volume, by its number in the catalogue
(lit-0001), or by a column and what it holds (著者=夏目漱石); + joins conditions; ; parts books.
"""

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from catalog.indexing import morphemes
from catalog.kids.pictures import PICTURES
from catalog.kids.search import KidsSearchRequest
from catalog.search import SearchRequest, search
from tests.catalog.search.judging import CATALOGUE, BibSource, Book, sample_library

JUDGED = Path(__file__).with_name("judged_queries.csv")
SUCCESS_AT_1, RECALL_AT_5, RECIPROCAL_RANK = 0.95, 0.99, 0.97
SEEN = 100  # a page of hits; what comes later is as good as not found

needs_words = pytest.mark.skipif(
    not morphemes.known(),
    reason="the aims are those of a library with a dictionary (extra `words`)",
)


@dataclass(frozen=True)
class Judged:
    typed: str
    first: list[Book]
    among_five: list[Book]
    orders: list[list[Book]]
    about: str

    @classmethod
    def read(cls, line: BibSource) -> "Judged":
        def books(cell: str, mark: str = ";") -> list[Book]:
            return [Book.read(text) for text in cell.split(mark) if text.strip()]

        orders = [books(chain, " > ") for chain in line["順序"].split(";") if chain.strip()]
        first, among_five = books(line["先頭"]), books(line["五件以内"])
        return cls(line["検索語"], first, among_five, orders, line["ねらい"])

    @property
    def named(self) -> Iterator[Book]:
        yield from self.first
        yield from self.among_five
        for chain in self.orders:
            yield from chain


@dataclass(frozen=True)
class Outcome:
    judged: Judged
    keys: list[str]

    @property
    def succeeds(self) -> bool:
        return self.rank == 1

    @property
    def rank(self) -> int | None:
        good = frozenset[str]().union(*(book.keys for book in self.judged.first))
        return next((at for at, key in enumerate(self.keys, 1) if key in good), None)

    @property
    def recall(self) -> float:
        """The share of what is wanted that the first five hold."""
        five = self.keys[:5]
        wanted = found = 0
        for book in self.judged.among_five:
            wanted += book.copies
            found += min(book.copies, sum(key in book.keys for key in five))
        if not wanted:
            return float(self.rank is not None and self.rank <= 5)
        return found / wanted

    @property
    def wrong_orders(self) -> list[str]:
        return [
            f"{before.named} > {after.named}"
            for chain in self.judged.orders
            for before, after in pairwise(chain)
            if self._place(before) >= self._place(after)
        ]

    def _place(self, book: Book) -> float:
        return next((at for at, key in enumerate(self.keys) if key in book.keys), len(self.keys))

    def __str__(self) -> str:
        wrong = self.wrong_orders and f" 順序の違い: {'; '.join(self.wrong_orders)}"
        return (
            f"{self.judged.typed}({self.judged.about}) 先頭 {self.rank or 'なし'}位"
            f" 五件以内 {self.recall:.0%}{wrong or ''}\n      → "
            + " / ".join(self._title_of(key) for key in self.keys[:6])
        )

    @staticmethod
    def _title_of(key: str) -> str:
        return " ".join(filter(None, (key, CATALOGUE[key]["title"], CATALOGUE[key]["volume"])))


def judged_queries() -> list[Judged]:
    with JUDGED.open(encoding="utf-8-sig", newline="") as lines:
        return [Judged.read(line) for line in csv.DictReader(lines)]


@pytest.fixture(scope="module")
def outcomes(
    index_of_the_module: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[list[Outcome]]:
    """The sample catalogue is loaded and searched once for all tests here, then taken back."""
    with django_db_blocker.unblock(), sample_library(index_of_the_module) as key_of:
        yield [_outcome(judged, key_of) for judged in judged_queries()]


def _outcome(judged: Judged, key_of: dict[int, str]) -> Outcome:
    found = search(SearchRequest(q=judged.typed, per_page=SEEN)).ids
    return Outcome(judged, [key_of[bib] for bib in found])


def test_every_judgement_names_books_that_the_catalogue_has():
    wrong = [
        f"{judged.typed}: {book.named}"
        for judged in judged_queries()
        for book in judged.named
        if len(book.keys) < book.copies
    ]
    assert wrong == []
    assert all(judged.first for judged in judged_queries())


def test_no_search_is_judged_twice():
    typed = [judged.typed for judged in judged_queries()]
    assert len(typed) == len(set(typed))


@needs_words
@pytest.mark.django_db
def test_readers_find_what_they_mean(
    outcomes: list[Outcome], capsys: pytest.CaptureFixture[str]
) -> None:
    success = sum(outcome.succeeds for outcome in outcomes) / len(outcomes)
    recall = sum(outcome.recall for outcome in outcomes) / len(outcomes)
    reciprocal = sum(1 / (outcome.rank or 10**9) for outcome in outcomes) / len(outcomes)
    failures = [
        outcome
        for outcome in outcomes
        if not outcome.succeeds or outcome.recall < 1 or outcome.wrong_orders
    ]
    with capsys.disabled():
        sys.stdout.write(
            f"\n  {len(outcomes)} judged queries: success at 1 {success:.1%},"
            f" recall at 5 {recall:.1%}, mean reciprocal rank {reciprocal:.3f}\n"
        )
        sys.stdout.writelines(f"    {outcome}\n" for outcome in failures)
    assert success >= SUCCESS_AT_1
    assert recall >= RECALL_AT_5
    assert reciprocal >= RECIPROCAL_RANK


@needs_words
@pytest.mark.django_db
def test_nothing_comes_before_what_it_must_follow(outcomes: list[Outcome]):
    assert [str(outcome) for outcome in outcomes if outcome.wrong_orders] == []


@pytest.mark.django_db
@pytest.mark.parametrize("slug", PICTURES)
def test_every_picture_finds_childrens_books(
    outcomes: list[Outcome], index_of_the_module: Path, settings, slug: str
):
    settings.SEARCH_INDEX_DIR = index_of_the_module
    assert search(KidsSearchRequest(picture=PICTURES[slug]).request).total >= 3
