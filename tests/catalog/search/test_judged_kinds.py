"""Each kind of search has its own floor: no kind may fall while another rises.

`judged_kinds.csv` says what must come. Books are named as in `judged_queries.csv`
(test_judged_queries.py); 語頭=ネコ is a book in which a word begins so.

- 種類: the kind, with its floor below
- 先頭: one of these must be the first hit; なし: nothing may be found
- 五件以内: each of these must be among the first five (入力中: among the suggestions)
- だけ: the first page holds nothing else
- 除く: none of these may be found
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from akiruno_library import policy
from catalog.search import SearchRequest, search, suggest
from tests.catalog.search.judging import CATALOGUE, BibSource, Book, sample_library
from tests.catalog.search.test_judged_queries import needs_words

JUDGED = Path(__file__).with_name("judged_kinds.csv")
NOTHING = "なし"
WHILE_TYPING = "入力中"
# The share of a kind's searches that must come out as judged.
FLOORS = {
    "英字と数字": 1.0,
    "記号": 1.0,
    "なし": 1.0,
    "質問": 0.95,
    "種類と対象": 1.0,
    "語頭": 1.0,
    "漢字一字とかな": 1.0,
    "直し": 1.0,
    "年": 1.0,
    "シリーズ番号": 1.0,
    "中国語の字体": 1.0,
    "短い外国の名": 1.0,
    "同義語": 0.66,
    "入力中": 1.0,
}


@dataclass(frozen=True)
class Judged:
    kind: str
    typed: str
    finds_nothing: bool
    first: list[Book]
    among_five: list[Book]
    only: list[Book]
    never: list[Book]

    @classmethod
    def read(cls, line: BibSource) -> "Judged":
        def books(column: str) -> list[Book]:
            texts = [text.strip() for text in line[column].split(";")]
            return [Book.read(text) for text in texts if text and text != NOTHING]

        nothing = line["先頭"] == NOTHING
        columns = ("先頭", "五件以内", "だけ", "除く")
        return cls(line["種類"], line["検索語"], nothing, *map(books, columns))

    @property
    def named(self) -> list[Book]:
        return [*self.first, *self.among_five, *self.only, *self.never]


def judged_kinds() -> list[Judged]:
    with JUDGED.open(encoding="utf-8-sig", newline="") as lines:
        return [Judged.read(line) for line in csv.DictReader(lines)]


@dataclass(frozen=True)
class Outcome:
    judged: Judged
    keys: list[str]
    suggested: list[str]

    @property
    def strangers(self) -> list[str]:
        """Hits of the first page that nothing of the judgement allows."""
        page = self.keys[: policy.RESULTS_PER_PAGE]
        return [key for key in page if self.judged.only and key not in _keys(self.judged.only)]

    @property
    def is_right(self) -> bool:
        judged = self.judged
        if judged.finds_nothing:
            return not self.keys
        if judged.kind == WHILE_TYPING:
            return all(map(self._is_suggested, judged.among_five))
        if judged.first and not (self.keys and self.keys[0] in _keys(judged.first)):
            return False
        if any(
            sum(key in book.keys for key in self.keys[:5]) < book.copies
            for book in judged.among_five
        ):
            return False
        return not self.strangers and _keys(judged.never).isdisjoint(self.keys)

    def _is_suggested(self, book: Book) -> bool:
        names = {CATALOGUE[key][column] for key in book.keys for column in ("title", "authors")}
        return not names.isdisjoint(self.suggested[:5])

    def __str__(self) -> str:
        found = self.suggested or [
            CATALOGUE[key]["title"] + CATALOGUE[key]["volume"] for key in self.keys
        ]
        return f"{self.judged.kind} {self.judged.typed}: {len(self.keys)}件 {' / '.join(found[:5])}"


def _keys(books: list[Book]) -> frozenset[str]:
    return frozenset[str]().union(*(book.keys for book in books))


def outcome_of(judged: Judged, key_of: dict[int, str]) -> Outcome:
    if judged.kind == WHILE_TYPING:
        return Outcome(judged, [], [found.words for found in suggest(judged.typed)])
    found = search(SearchRequest(q=judged.typed, per_page=100)).ids
    return Outcome(judged, [key_of[bib] for bib in found], [])


def shares(outcomes: list[Outcome]) -> dict[str, float]:
    of_kind: defaultdict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        of_kind[outcome.judged.kind].append(outcome.is_right)
    return {kind: sum(right) / len(right) for kind, right in of_kind.items()}


@pytest.fixture(scope="module")
def outcomes(
    index_of_the_module: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[list[Outcome]]:
    with django_db_blocker.unblock(), sample_library(index_of_the_module) as key_of:
        yield [outcome_of(judged, key_of) for judged in judged_kinds()]


def test_every_judgement_names_books_that_the_catalogue_has() -> None:
    wanted = [
        (judged.typed, book)
        for judged in judged_kinds()
        for book in [*judged.first, *judged.among_five]
    ]
    assert [
        f"{typed}: {book.named}" for typed, book in wanted if len(book.keys) < book.copies
    ] == []
    assert [
        judged.typed for judged in judged_kinds() if not (judged.named or judged.finds_nothing)
    ] == []


def test_no_search_is_judged_twice_in_one_kind() -> None:
    typed = [(judged.kind, judged.typed) for judged in judged_kinds()]
    assert len(typed) == len(set(typed)) >= 300


@needs_words
@pytest.mark.django_db
def test_no_kind_falls_below_its_floor(
    outcomes: list[Outcome], capsys: pytest.CaptureFixture[str]
) -> None:
    found = shares(outcomes)
    with capsys.disabled():
        sys.stdout.write("\n")
        sys.stdout.writelines(f"  {kind} {share:.0%}\n" for kind, share in found.items())
        sys.stdout.writelines(f"    {outcome}\n" for outcome in outcomes if not outcome.is_right)
    assert found.keys() == FLOORS.keys()
    assert {kind: share for kind, share in found.items() if share < FLOORS[kind]} == {}
