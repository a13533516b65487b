"""Titles, contributors and series of the index that share enough tokens with the input."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tantivy import DocAddress, Occur, Query, Schema, Searcher

from catalog.indexing.field_values import SPELLING, romaji_trigrams
from catalog.indexing.tokens import kanji, tokens
from catalog.search.spelling.forms import SHORTEST_KANA, TypedForm

_MOST_CANDIDATES = 30  # bibs whose titles, contributors and series are compared
_BETWEEN_NAMES = re.compile(r"[\s・,、.=＝-]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A title, or the name of a contributor or series, with all its spellings."""

    spellings: list[str]
    is_title: bool = False
    is_person: bool = False

    @property
    def name(self) -> str:
        return self.spellings[0]


@dataclass(frozen=True, slots=True)
class CandidateSource:
    bigrams: str
    kanji: str
    romaji: str
    names: str | None = None  # the field with the names; titles are stored in the document


_SOURCES = (
    CandidateSource("title_bigrams", "title_kanji", "title_romaji"),
    CandidateSource("author_bigrams", "author_kanji", "author_romaji", "author_spellings"),
    CandidateSource("series_bigrams", "kanji", "title_romaji", "series_spellings"),
)


def candidates_for(
    searcher: Searcher, schema: Schema, ways: Iterable[TypedForm]
) -> list[Candidate]:
    # Dictionaries serve as ordered sets: of equal corrections the first candidate is used.
    """Return titles, then contributors, then series that share tokens with any of the forms."""
    titles: dict[str, None] = {}
    people: dict[str, None] = {}
    series: dict[str, None] = {}
    for form in ways:
        for source in _SOURCES:
            query = _sharing(schema, form.sought or form.text, source)
            hits = query and searcher.search(query, _MOST_CANDIDATES, count=False).hits
            if not hits:
                continue
            addresses = [address for _, address in hits]
            if source.names is None:
                stored = (
                    searcher.doc(address).get_first("title_spellings") for address in addresses
                )
                titles |= {bytes(title or b"").decode(): None for title in stored}
            else:
                found = dict.fromkeys(_names(searcher, schema, addresses, source.names))
                (people if source.names == "author_spellings" else series).update(found)
    return [
        *(Candidate(title.split(SPELLING), is_title=True) for title in titles),
        *(_person(name.split(SPELLING)) for name in people),
        *(Candidate(name.split(SPELLING)) for name in series),
    ]


def _person(spellings: list[str]) -> Candidate:
    """Return a candidate that matches by each part of the name, too: ユーゴー finds ユゴー,
    ヴィクトル."""
    parts = [part for name in spellings for part in _BETWEEN_NAMES.split(name) if len(part) > 1]
    return Candidate(list(dict.fromkeys([*spellings, *parts])), is_person=True)


def _sharing(schema: Schema, text: str, source: CandidateSource) -> Query | None:
    """Return the query for bibs that share at least half of the tokens.

    Short texts with kanji share single kanji, because one wrong kanji changes two bigrams of three.
    """
    if text.isascii():
        field, parts = source.romaji, romaji_trigrams(text)
    elif len(text) <= SHORTEST_KANA and kanji(text):
        field, parts = source.kanji, kanji(text)
    else:
        field, parts = source.bigrams, tokens(text)
    if not parts:
        return None
    shared = [(Occur.Should, Query.term_query(schema, field, part)) for part in parts]
    return Query.boolean_query(shared, minimum_number_should_match=max(1, len(parts) // 2))


def _names(
    searcher: Searcher, schema: Schema, addresses: list[DocAddress], field: str
) -> Iterator[str]:
    # Stored text would be read document by document; the aggregate reads a column.
    bibs = [bib for bib in searcher.fast_field_values("bib", addresses) if bib is not None]
    those = Query.term_set_query(schema, "bib", bibs)
    aggregations = {"names": {"terms": {"field": field, "size": _MOST_CANDIDATES}}}
    for bucket in searcher.aggregate(those, aggregations)["names"]["buckets"]:
        yield str(bucket["key"])
