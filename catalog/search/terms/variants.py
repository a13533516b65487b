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
    spelt_in_kana,
)
from catalog.search.terms.romaji import romaji_variants
from catalog.search.terms.scope import Scope, Term, all_of, any_of, as_typed, at_word_start
from catalog.search.terms.single_kanji import (
    COUNTERS,
    is_single_kanji,
    kana_variants,
    single_kanji_word,
)
from catalog.search.terms.synonyms import synonym_variants
from catalog.search.terms.transliterations import short_name, transliteration_variants
from catalog.search.terms.volumes import (
    figure_variants,
    series_volume_variants,
    title_with_edition,
    title_with_volume,
    volume_variants,
)
from catalog.search.terms.years import year_variants

# A hit by a variant must rank below a hit by the typed word, but must not disappear.
VARIANT_BOOST, SYNONYM_BOOST = 0.3, 0.1


_VARIANTS: tuple[Callable[[Schema, Term, Scope], list[Query]], ...] = (
    romaji_variants,
    isbn_variants,
    particle_variants,
    spelling_variants,
    kana_variants,
    reading_variants,
    transliteration_variants,
    half_converted_name,
    figure_variants,
    volume_variants,
    title_with_volume,
    title_with_edition,
    series_volume_variants,
    year_variants,
    class_variants,
    material_variants,
    work_of_a_person,
)


# They match inside words, or a word with the same kanji but another reading (いぬ in 盲導犬).
_INSIDE_WORDS = (particle_variants, spelling_variants)


def must_match(schema: Schema, term: Term, scope: Scope) -> Query:
    """Return the query that a bib must satisfy to be found by this term."""
    typed = as_typed(schema, term.text, scope)
    variants = [query for variant in _VARIANTS for query in variant(schema, term, scope)]
    if not variants:
        return typed
    return any_of([typed, *(Query.boost_query(variant, VARIANT_BOOST) for variant in variants)])


def must_match_or_synonym(schema: Schema, term: Term, scope: Scope) -> Query:
    """Return `must_match` extended by words of the same meaning, which rank below."""
    synonyms = synonym_variants(schema, term, scope)
    typed = must_match(schema, term, scope)
    return any_of([typed, *(Query.boost_query(each, SYNONYM_BOOST) for each in synonyms)])


def must_match_segment(schema: Schema, term: Term, scope: Scope) -> Query:
    """Return `must_match` for a segment of the input; a single kanji must be a word."""
    if is_single_kanji(term.text) and term.text not in COUNTERS:
        return single_kanji_word(schema, term.text)
    return must_match_or_synonym(schema, term, scope)


def must_match_at_word_start(schema: Schema, term: Term, scope: Scope) -> Query:
    """Return `must_match` without hits that have a short term only inside another word."""
    start = at_word_start(schema, term.text, scope)
    if start is None:
        return must_match(schema, term, scope)
    # Here the typed term must be there, too, so that its score decides as everywhere.
    typed = all_of([as_typed(schema, term.text, scope), Query.const_score_query(start, 0.0)])
    variants = [
        query
        for variant in _VARIANTS
        if variant not in _INSIDE_WORDS
        for query in variant(schema, term, scope)
    ]
    return any_of([typed, *(Query.boost_query(variant, VARIANT_BOOST) for variant in variants)])


def must_match_relaxed(schema: Schema, term: Term, scope: Scope) -> Query:
    """Return `must_match` extended by half converted and historical forms.

    Only the fallback uses it: these forms match too much for a term that has hits.
    """
    queries = (
        must_match(schema, term, scope),
        half_converted(schema, term.text),
        modern_kana(schema, term.text),
        spelt_in_kana(schema, term.text) if scope.in_title else None,
        short_name(schema, term.text) if scope.in_names else None,
    )
    return any_of([query for query in queries if query])
