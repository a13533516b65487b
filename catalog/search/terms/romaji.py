"""Romaji: neko, sôseki, kaze no matasaburo."""

import re

from tantivy import Query, Schema

from catalog.indexing.field_values import romaji_trigrams
from catalog.search.terms.scope import Scope, Term, phrase
from japanese.normalise import compact
from japanese.romaji import loose_romaji

# Accepts syllables of loose romaji only: neko is Japanese, cat and python are not.
ROMAJI = re.compile(r"(?:(?:[bghkmnprstz]y|[bdghkmnprstyzw]|[kstp]{2}y?|[bdghrz]{2}y?)?[aiueo]|n)+")
SHORTEST_ROMAJI = 3


def is_romaji(term: str) -> bool:
    """Whether the term is spelt like Japanese. Marks above vowels are ignored: Sōseki, Sôseki."""
    latin = term.isascii() or compact(term).isascii()
    return bool(latin and ROMAJI.fullmatch(loose_romaji(term)))


def romaji_variants(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match three letters at a time inside readings without spaces, or whole words."""
    if not is_romaji(term.text) or len(loose_romaji(term.text)) < SHORTEST_ROMAJI:
        return []
    whole = [f"={word}" for word in loose_romaji(term.text).split()]
    return [
        query
        for field in scope.romaji
        for query in (
            phrase(schema, field, romaji_trigrams(term.text)),
            phrase(schema, field, whole),
        )
    ]


def romaji_phrase(schema: Schema, typed: list[str]) -> list[Query]:
    """Return a boost for all romaji in the typed order, with particles, which are no terms."""
    if not all(map(is_romaji, typed)):
        return []
    return [phrase(schema, "title_romaji", romaji_trigrams(loose_romaji(" ".join(typed))))]
