"""The sample catalogue as the judged queries name it: books, by title, column or reading."""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from catalog.imports import import_file
from catalog.indexing import morphemes
from catalog.models import Bib
from catalog.search import rebuild
from demo.copies import make_copies, places_given_in
from demo.sample_library import BUILT_IN, SOURCE
from japanese.normalise import compact

COLUMNS = {
    "書名": "title",
    "副題": "subtitle",
    "著者": "authors",
    "叢書": "series",
    "出版": "publisher",
    "件名": "subjects",
    "請求記号": "call_number",
}
WORD_STARTS = "語頭"  # 語頭=ネコ: a word of a reading, or of a text in kana, begins with it

BibSource = dict[str, str]
Fits = Callable[[BibSource], bool]


def catalogue() -> dict[str, BibSource]:
    rows: dict[str, BibSource] = {}
    for file in BUILT_IN:
        with file.open(encoding="utf-8", newline="") as lines:
            rows |= {row["source_key"]: row for row in csv.DictReader(lines)}
    return rows


CATALOGUE = catalogue()


@dataclass(frozen=True)
class Book:
    """Whichever rows of the catalogue a judgement may mean."""

    named: str
    copies: int = 1

    @classmethod
    def read(cls, text: str) -> "Book":
        wanted, times, rest = text.partition("× ")
        return cls(rest.strip(), int(wanted)) if times else cls(text.strip())

    @cached_property
    def keys(self) -> frozenset[str]:
        conditions = [self._condition(part) for part in self.named.split(" + ")]
        return frozenset(
            key for key, row in CATALOGUE.items() if all(fits(row) for fits in conditions)
        )

    @staticmethod
    def _condition(named: str) -> Fits:
        column, equals, value = named.partition("=")
        if equals and column in COLUMNS:
            return lambda row: value in row[COLUMNS[column]]
        if equals and column == WORD_STARTS:
            return lambda row: any(word.startswith(compact(value)) for word in _words_of(row))
        if re.fullmatch(r"[a-z]+-\d{4}", named):
            return lambda row: row["source_key"] == named
        title, bar, volume = named.partition("|")
        return lambda row: row["title"] == title and (not bar or row["volume"] == volume)


def _words_of(row: BibSource) -> list[str]:
    """Return the words of the readings, and of the texts that have none."""
    read = [row["title_reading"], row["author_readings"]]
    texts = [row["title"], row["subtitle"], row["series"], row["subjects"]]
    words = [word for text in read for word in unicodedata.normalize("NFKC", text).split()]
    words += [word.surface() for text in texts for word in morphemes.words_of(text)]
    words += [word.reading_form() for text in texts for word in morphemes.words_of(text)]
    return [compact(word) for word in words]


@contextmanager
def sample_library(index: Path) -> Iterator[dict[int, str]]:
    """Load and index the sample catalogue, yield the key of each bib, and take all back."""
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(settings, "SEARCH_INDEX_DIR", index)
        for file in BUILT_IN:
            places = places_given_in(file) or {}
            import_file(file, source=SOURCE)
            make_copies(SOURCE, lambda book, places=places: places.get(book.source_key, []))
        rebuild()
        yield dict(Bib.objects.filter(source=SOURCE).values_list("pk", "source_key"))
        transaction.set_rollback(True)
