"""The query that a bib must satisfy for one term: the term as typed, or a variant of it."""

from collections.abc import Callable

from tantivy import Query, Schema

from catalog.search.terms.codes import class_variants, isbn_variants, material_variants
from catalog.search.terms.names import half_converted_name, work_of_a_person
from catalog.search.terms.readings import (
    half_converted,
    modern_kana,
    particle_variants,
    reading_variants,
    spelling_variants,
)
from catalog.search.terms.romaji import romaji_variants
from catalog.search.terms.scope import Scope, Term, any_of, as_typed
from catalog.search.terms.transliterations import transliteration_variants
from catalog.search.terms.volumes import (
    figure_variants,
    title_with_edition,
    title_with_volume,
    volume_variants,
)

# A hit by a variant must rank below a hit by the typed word, but must not disappear.
VARIANT_BOOST = 0.3


_VARIANTS: tuple[Callable[[Schema, Term, Scope], list[Query]], ...] = (
    romaji_variants,
    isbn_variants,
    particle_variants,
    spelling_variants,
    reading_variants,
    transliteration_variants,
    half_converted_name,
    figure_variants,
    volume_variants,
    title_with_volume,
    title_with_edition,
    class_variants,
    material_variants,
    work_of_a_person,
)


def must_match(schema: Schema, term: Term, scope: Scope) -> Query:
    """Return the query that a bib must satisfy to be found by this term."""
    typed = as_typed(schema, term.text, scope)
    variants = [query for variant in _VARIANTS for query in variant(schema, term, scope)]
    if not variants:
        return typed
    return any_of([typed, *(Query.boost_query(variant, VARIANT_BOOST) for variant in variants)])


def must_match_relaxed(schema: Schema, term: Term, scope: Scope) -> Query:
    """Return `must_match` extended by half converted and historical forms.

    Only the fallback uses it: these forms match too much for a term that has hits.
    """
    queries = (
        must_match(schema, term, scope),
        half_converted(schema, term.text),
        modern_kana(schema, term.text),
    )
    return any_of([query for query in queries if query])
