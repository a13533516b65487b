"""The boosts that order the hits: a title counts more than notes, a word more than a part."""

from collections.abc import Iterator

from tantivy import Occur, Query, Schema

from catalog.indexing import morphemes
from catalog.indexing.field_values import LONGEST_WHOLE, alone, as_written, sounded
from catalog.indexing.tokens import kanji, tokens, written
from catalog.search.terms.scope import ANYWHERE, Term, as_typed, phrase
from catalog.search.terms.volumes import volume_number, volume_variants
from japanese.normalise import compact
from japanese.simplified_chinese import is_simplified_chinese

# The first five multiply the score of the phrase, so a rare word gains more than a common one.
IN_TITLE, IN_AUTHOR, AT_THE_START, AS_A_WORD, AS_WRITTEN = 1.0, 2.0, 1.5, 4.0, 2.0
# These are constant scores for each bigram of the input. A match of the whole value must outweigh
# every match of a part, whatever the length of the input.
WHOLE_TITLE, WHOLE_AUTHOR, WHOLE_READING, AUTHOR_VARIANT = 60.0, 50.0, 35.0, 30.0
SAME_SCRIPT = 80.0
WRITTEN_THE_SAME, ALONE, THE_VOLUME, THE_NUMBER = 15.0, 25.0, 15.0, 60.0


def term_boosts(schema: Schema, term: Term) -> list[Query]:
    """Return one boost query for each way in which a hit can match the term well."""
    parts = tokens(term.text)
    volumes = volume_variants(schema, term, ANYWHERE)
    numbers = volume_number(schema, term.text) if volumes else []
    return [
        *(Query.boost_query(query, weight) for query, weight in _weighted(schema, term, parts)),
        *exact_boosts(schema, term.text),
        *_in_simplified_chinese(schema, term.text),
        *(Query.const_score_query(volume, THE_VOLUME) for volume in volumes),
        *(Query.const_score_query(number, THE_NUMBER) for number in numbers),
    ]


def _weighted(schema: Schema, term: Term, parts: list[str]) -> Iterator[tuple[Query, float]]:
    single = len(parts) == 1 and kanji(term.text) == parts
    yield phrase(schema, "title_kanji" if single else "title_bigrams", parts), IN_TITLE
    yield phrase(schema, "author_kanji" if single else "author_bigrams", parts), IN_AUTHOR
    yield Query.phrase_query(schema, "title_bigrams", ["^", *parts]), AT_THE_START
    if written_so := written(term.text):
        yield phrase(schema, "written_bigrams", written_so), AS_WRITTEN
    if whole := morphemes.split_and_whole(term.text)[1]:
        word = phrase(schema, "words_with_suffixes", whole)
        yield _both(word, as_typed(schema, term.text, ANYWHERE)), AS_A_WORD


def _in_simplified_chinese(schema: Schema, text: str) -> list[Query]:
    """Return a boost for bibs in the script of the reader: 村上春树 means a Chinese edition."""
    if not is_simplified_chinese(text):
        return []
    written_so = phrase(schema, "written_bigrams", written(text))
    return [Query.const_score_query(written_so, SAME_SCRIPT)]


def _both(scoring: Query, condition: Query) -> Query:
    """Return a query that matches where both match, with the score of `scoring` alone."""
    return Query.boolean_query(
        [(Occur.Must, scoring), (Occur.Must, Query.const_score_query(condition, 0.0))]
    )


def exact_boosts(schema: Schema, text: str) -> list[Query]:
    """Return boosts for a bib whose whole title, reading or contributor equals the input."""
    # The index cuts whole values at the same length, so both sides must be cut.
    whole = compact(text)[:LONGEST_WHOLE]
    values = [
        ("title_exact", whole, WHOLE_TITLE),
        ("title_exact", as_written(text), WRITTEN_THE_SAME),
        ("title_exact", alone(text), ALONE),
        ("title_reading", sounded(text)[:LONGEST_WHOLE], WHOLE_READING),
        ("author_exact", whole, WHOLE_AUTHOR),
        ("author_variants", whole, AUTHOR_VARIANT),
    ]
    bigrams = len(tokens(text))
    return [
        Query.const_score_query(Query.term_query(schema, field, value), weight * bigrams)
        for field, value, weight in values
        if value
    ]
