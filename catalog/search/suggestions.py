"""Suggestions while the reader types: titles, contributors and series, the most lent first.

All data comes from the index, so a suggestion needs no database query. Names that begin with the
input come before names that only contain it.

The input may be half converted: 村上はる is 村上 and はる, which may match different spellings of
one name. Trailing letters that the input method has not yet turned into kana (むらかm) are ignored.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from tantivy import DocAddress, Occur, Order, Query, Schema, Searcher

from akiruno_library import policy
from catalog.indexing.field_values import KANA_ONLY, SPELLING, romaji_trigrams
from catalog.indexing.schema import WORD_STARTS
from catalog.indexing.tokens import (
    LONGEST_BEGINNING,
    LONGEST_JAPANESE_BEGINNING,
    kanji,
    parts,
    tokens,
)
from catalog.search import index as on_disk
from catalog.search.suggested_names import (
    JAPANESE,
    begins_a_word,
    begins_so,
    fits,
    words_of,
)
from catalog.search.terms.romaji import is_romaji
from catalog.search.terms.scope import phrase
from japanese.normalise import compact
from japanese.romaji import loose_romaji

MOST_AUTHORS, MOST_SERIES = 3, 2
_LOOKED_THROUGH = 100  # several titles may be editions of one work, so more are read than returned
_NAMES_LOOKED_THROUGH = 30
# Each part adds several clauses, and a suggestion must arrive between two keystrokes.
_MOST_PARTS = 6
# A shorter phrase of romaji letters matches almost every name.
_LEAST_TRIGRAMS = 3
_NOT_YET_KANA = re.compile("(?<=[ぁ-ゖァ-ヺー])[a-zａ-ｚ]{1,3}$", re.IGNORECASE)
_KANA_OR_NOT = re.compile("[ァ-ヺー]+|[^ァ-ヺー]+")
_KANA = re.compile("[ァ-ヺー]+")
_SHORT_KANA = re.compile("[ァ-ヺー]{1,2}")


@dataclass(frozen=True, slots=True)
class Suggestion:
    words: str
    kind: str  # title, author or series
    reading: str = field(default="", compare=False)  # in kana; empty if the index has none


@dataclass(frozen=True, slots=True)
class _Kind:
    """The fields of the index in which one kind of suggestion is searched."""

    bigrams: str
    kanji: str
    romaji: str
    beginnings: str


_TITLE = _Kind("title_bigrams", "title_kanji", "title_romaji", "title_prefixes")
_AUTHOR = _Kind("author_bigrams", "author_kanji", "author_romaji", "author_prefixes")
_SERIES = _Kind("series_bigrams", "kanji", "title_romaji", "series_prefixes")


def suggest(typed: str, audience: str = "") -> list[Suggestion]:
    """Return at most policy.SUGGESTIONS, the most likely first. Raises SearchUnavailable.

    With an audience, only works for it and their contributors.
    """
    converted = _NOT_YET_KANA.sub("", typed[: policy.QUERY_MAX_CHARACTERS].strip())
    typed_parts = [part for word in converted.split() for part in parts(word)]
    if not typed_parts or len(typed_parts) > _MOST_PARTS:
        return []
    with on_disk.reading() as reader:
        looking = _Looking(reader.searcher(), reader.schema, typed_parts, audience)
        authors, others = looking.names(_AUTHOR, "author_spellings", MOST_AUTHORS)
        series, in_series = looking.names(_SERIES, "series_spellings", MOST_SERIES)
        room = policy.SUGGESTIONS - min(MOST_AUTHORS, len(authors) + len(others)) - bool(series)
        titles, containing = looking.titles(room)
    ordered = [
        *_of_kind("title", titles),
        *_of_kind("author", authors),
        *_of_kind("series", series),
        *_of_kind("title", containing),
        *_of_kind("author", others),
        *_of_kind("series", in_series),
    ]
    # Of suggestions with equal text the first one stays: `reversed` lets it overwrite the later
    # ones.
    distinct = {compact(found.words): found for found in reversed(ordered)}
    return [found for found in ordered if distinct[compact(found.words)] is found][
        : policy.SUGGESTIONS
    ]


class _Looking:
    """The queries for one input."""

    def __init__(
        self, searcher: Searcher, schema: Schema, typed_parts: list[str], audience: str = ""
    ) -> None:
        self._searcher, self._schema, self._parts = searcher, schema, typed_parts
        self._for = Query.term_query(schema, "audience", audience) if audience else None
        self._pieces = [
            piece
            for part in typed_parts
            for piece in (_KANA_OR_NOT.findall(part) if JAPANESE.search(part) else [part])
        ]

    @property
    def _is_a_syllable_or_two(self) -> bool:
        """Whether the input is too short to be searched in the middle of words."""
        return len(self._parts) == 1 and bool(_SHORT_KANA.fullmatch(self._parts[0]))

    def titles(self, most: int) -> tuple[list[str], list[str]]:
        """Return titles that begin with the input, and titles that contain it."""
        beginning = self._exact_first(list(self._titles(self._begins(_TITLE), most)))[:most]
        if len(beginning) >= most:
            return beginning, []
        if self._is_a_syllable_or_two:
            containing = list(self._at_word_start(most))
        else:
            containing = list(self._containing(self._parts, most))
        if not beginning and not containing and len(self._pieces) > len(self._parts):
            containing = list(self._containing(self._pieces, most))
        if not beginning and not containing:
            containing = [*self._of_an_author(most), *self._in_romaji(most)]
        known = {words_of(title) for title in beginning}
        rest = [title for title in containing if words_of(title) not in known]
        return beginning, rest[: most - len(beginning)]

    def _exact_first(self, titles: list[str]) -> list[str]:
        """Put the title that equals the input first, however seldom it is lent."""
        whole = compact("".join(self._parts))
        exact = list(self._titles(Query.term_query(self._schema, "title_exact", whole), 1))
        return [*exact, *(title for title in titles if title not in exact)]

    def _at_word_start(self, most: int) -> Iterator[str]:
        """Search one or two kana at the start of the words of a title."""
        part = self._parts[0]
        query = self._all([Query.term_query(self._schema, WORD_STARTS, part)])
        found = self._titles(query, _LOOKED_THROUGH)
        yield from islice((title for title in found if begins_a_word(title, part)), most)

    def _of_an_author(self, most: int) -> Iterator[str]:
        """Search titles by the last parts, and their contributor by the parts before."""
        for at in range(len(self._parts) - 1, 0, -1):
            author, title = self._parts[:at], self._parts[at:]
            query = self._all([self._contains(_AUTHOR, author), self._contains(_TITLE, title)])
            yield from self._titles(query, most, title)

    def _in_romaji(self, most: int) -> Iterator[str]:
        """Search all parts as one word: ginga te begins gingatetsudou."""
        whole = "".join(self._parts)
        if len(self._parts) > 1 and whole.isascii():
            yield from self._titles(self._all([self._part(_TITLE, whole, is_last=True)]), most)

    def names(self, kind: _Kind, field: str, most: int) -> tuple[list[str], list[str]]:
        """Return names that begin with the input, and names that contain it, most books first."""
        found = self._counted(self._contains(kind, self._parts), field)
        typed_parts = self._parts
        if not found and len(self._pieces) > len(typed_parts):
            typed_parts, found = (
                self._pieces,
                self._counted(self._contains(kind, self._pieces), field),
            )
        fitting = [name for name in found if fits(name, typed_parts)]
        beginning = [name for name in fitting if begins_so(name, typed_parts[0])]
        rest = [name for name in fitting if name not in beginning]
        if len(typed_parts) == 1 and _KANA.fullmatch(typed_parts[0]):  # スガ must not find ナガスガ
            rest = [name for name in rest if begins_a_word(name, typed_parts[0])]
        return beginning[:most], rest[:most]

    def _containing(self, typed_parts: list[str], most: int) -> Iterator[str]:
        """Search the title itself, because a suggestion does not display the subtitle."""
        return self._titles(self._contains(_TITLE, typed_parts), most, typed_parts)

    def _titles(
        self, query: Query | None, most: int, typed_parts: Iterable[str] = ()
    ) -> Iterator[str]:
        if query is None:
            return
        hits = self._searcher.search(
            query, _LOOKED_THROUGH, count=False, order_by_field="suggestion_rank", order=Order.Desc
        ).hits
        addresses = [address for _, address in hits]
        names = self._searcher.fast_field_values("title_hash", addresses)
        # The hits come in order of popularity, so the first of equal titles is the edition to
        # suggest.
        leading: dict[int, DocAddress] = {}
        for name, address in zip(names, addresses, strict=True):
            leading.setdefault(int(name or 0), address)
        stored = (
            self._searcher.doc(address).get_first("title_spellings") for address in leading.values()
        )
        titles = (bytes(title or b"").decode() for title in stored)
        yield from islice((title for title in titles if fits(title, typed_parts)), most)

    def _counted(self, query: Query | None, field: str) -> list[str]:
        if query is None:
            return []
        most = _NAMES_LOOKED_THROUGH
        # A larger segment_size takes twice as long.
        terms = {"field": field, "size": most, "segment_size": most}
        aggregations = {"names": {"terms": terms}}
        buckets = self._searcher.aggregate(query, aggregations)["names"]["buckets"]
        return [str(bucket["key"]) for bucket in buckets]

    def _begins(self, kind: _Kind) -> Query | None:
        first, *rest = self._parts
        if JAPANESE.search(first) or not rest:
            beginning = self._beginning(kind, first)
        else:
            beginning = phrase(self._schema, kind.bigrams, ["^", first])
        others = [self._part(kind, part, is_last=part is rest[-1]) for part in rest]
        return self._all([beginning, *others])

    def _contains(self, kind: _Kind, typed_parts: list[str]) -> Query | None:
        return self._all(
            self._part(
                kind, part, is_last=at == len(typed_parts) - 1, is_alone=len(typed_parts) == 1
            )
            for at, part in enumerate(typed_parts)
        )

    def _part(
        self, kind: _Kind, part: str, *, is_last: bool, is_alone: bool = False
    ) -> Query | None:
        """Return the query for one part; only the last part may be incomplete."""
        schema = self._schema
        if JAPANESE.search(part):
            starts_a_name = kind is _AUTHOR and _KANA.fullmatch(part)
            if starts_a_name or (is_alone and len(part) == 1):
                return self._beginning(kind, part)
            if len(part) > 1:
                return phrase(schema, kind.bigrams, tokens(part))
            return Query.term_query(schema, kind.kanji, part) if kanji(part) else None
        whole = Query.term_query(schema, kind.bigrams, part)
        ways = [self._beginning(kind, part) if is_last else whole]
        key = loose_romaji(part)
        if kind is _AUTHOR and is_last:
            return ways[0]
        # The last vowel may still be missing.
        is_spoken = is_romaji(part) or (is_last and is_romaji(f"{part}a"))
        if is_spoken and len(key) >= _LEAST_TRIGRAMS:
            ways.append(phrase(schema, kind.romaji, romaji_trigrams(part)))
        return Query.boolean_query([(Occur.Should, way) for way in ways])

    def _beginning(self, kind: _Kind, part: str) -> Query:
        if JAPANESE.search(part):
            return self._begun_in_japanese(kind, part)
        forms = dict.fromkeys((part, loose_romaji(part)))
        found = [self._begun(kind, form) for form in forms if form]
        return Query.boolean_query([(Occur.Should, query) for query in found])

    def _begun_in_japanese(self, kind: _Kind, part: str) -> Query:
        first = part[:LONGEST_JAPANESE_BEGINNING]
        start = Query.term_query(self._schema, kind.beginnings, first)
        if first == part:
            return start
        rest = phrase(self._schema, kind.bigrams, tokens(part))
        return Query.boolean_query([(Occur.Must, start), (Occur.Must, rest)])

    def _begun(self, kind: _Kind, form: str) -> Query:
        start = Query.term_query(self._schema, kind.beginnings, form[:LONGEST_BEGINNING])
        if len(form) <= LONGEST_BEGINNING:
            return start
        rest = Query.boolean_query(
            [
                (Occur.Should, Query.term_query(self._schema, kind.bigrams, form)),
                (Occur.Should, phrase(self._schema, kind.romaji, romaji_trigrams(form))),
            ]
        )
        return Query.boolean_query([(Occur.Must, start), (Occur.Must, rest)])

    def _all(self, queries: Iterable[Query | None]) -> Query | None:
        found = [(Occur.Must, query) for query in queries if query is not None]
        if found and self._for:
            found.append((Occur.Must, self._for))
        return Query.boolean_query(found) if found else None


def _of_kind(kind: str, names: Iterable[str]) -> Iterator[Suggestion]:
    for name in names:
        words, *others = name.split(SPELLING)
        reading = next((other for other in others if KANA_ONLY.fullmatch(other)), "")
        yield Suggestion(words, kind, reading)
