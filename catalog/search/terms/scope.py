"""The fields in which a term is searched, and the queries that all kinds of terms use."""

from dataclasses import dataclass

from tantivy import Occur, Query, Schema

from catalog.indexing import word_starts
from catalog.indexing.schema import WORD_STARTS
from catalog.indexing.tokens import kanji, tokens


@dataclass(frozen=True, slots=True)
class Scope:
    """The fields in which a term is searched."""

    bigrams: str
    kanji: str
    romaji: tuple[str, ...] = ()
    loanwords: tuple[str, ...] = ()
    everywhere: bool = False
    in_title: bool = False
    in_names: bool = False


ANYWHERE = Scope(
    "all_bigrams",
    "kanji",
    ("title_romaji", "author_romaji"),
    ("title_loanwords", "author_loanwords"),
    everywhere=True,
    in_title=True,
    in_names=True,
)
SCOPES = {
    "title": Scope(
        "title_bigrams", "title_kanji", ("title_romaji",), ("title_loanwords",), in_title=True
    ),
    "author": Scope(
        "author_bigrams", "author_kanji", ("author_romaji",), ("author_loanwords",), in_names=True
    ),
    "publisher": Scope("publisher_bigrams", "kanji"),
    "subject": Scope("subject_bigrams", "kanji"),
    "series": Scope("series_bigrams", "kanji", ("title_romaji",), ("title_loanwords",)),
}


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the input. `is_only`: the reader typed no other word."""

    text: str
    is_only: bool = False


def phrase(schema: Schema, field: str, parts: list[str]) -> Query:
    if not parts:
        return Query.empty_query()
    if len(parts) == 1:
        return Query.term_query(schema, field, parts[0])
    return Query.phrase_query(schema, field, [*parts])


def all_of(queries: list[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def as_typed(schema: Schema, term: str, scope: Scope) -> Query:
    """Return the query for the unchanged term.

    A single kanji is no bigram, so it has fields of its own.
    """
    parts = tokens(term)
    if len(parts) == 1 and kanji(term) == parts:
        return Query.term_query(schema, scope.kanji, parts[0])
    return phrase(schema, scope.bigrams, parts)


def at_word_start(schema: Schema, term: str, scope: Scope) -> Query | None:
    """Return the query for short kana or two kanji at the start of a word; None for other terms."""
    start = word_starts.short_kana(term) or word_starts.two_kanji(term)
    return Query.term_query(schema, WORD_STARTS, start) if start and scope.everywhere else None


def without(found: Query, excluded: list[Query]) -> Query:
    """Return `found` without the hits of any of the excluded queries."""
    return Query.boolean_query(
        [(Occur.Must, found), *((Occur.MustNot, query) for query in excluded)]
    )


def any_of(queries: list[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])
