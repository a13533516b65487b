"""Runs a search: takes a `SearchRequest`, returns ids of bibs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db import Error as DatabaseError
from tantivy import Schema, Searcher

from akiruno_library import metrics
from catalog.refusals import SearchUnavailable
from catalog.search import feed, ranking
from catalog.search import index as on_disk
from catalog.search.facets import Facets, count_again, count_facets
from catalog.search.meanings import said_of
from catalog.search.query_builder import (
    QueryBuilder,
    RelaxedQueryBuilder,
    SegmentedQueryBuilder,
    SynonymQueryBuilder,
    WordStartQueryBuilder,
    has_short_terms,
    may_have_synonyms,
)
from catalog.search.request import Answer, SearchRequest
from catalog.search.segmentation import segment
from catalog.search.sentence_query import SentenceQueryBuilder
from catalog.search.sentences import Sentence, read_sentence
from catalog.search.signs import read_signs


@dataclass(frozen=True)
class IndexState:
    """Whether the index exists, and how far it lags behind the catalogue (changes, seconds)."""

    present: bool
    documents: int = 0
    changes_waiting: int = 0
    lag_seconds: float = 0.0


@dataclass(frozen=True)
class Attempt:
    """One way of reading the request, and what the page must say about it."""

    builder: QueryBuilder
    words: str = ""
    meanings: tuple[str, ...] = ()
    has_synonyms: bool = False


def search(request: SearchRequest) -> Answer:
    """Return the ids of one page in order, the total and the facets of all hits.

    Hits that have a short term only inside other words are left out, unless there are no others
    or the request wants them. If the words alone, without filters, find nothing, they are read
    otherwise (`_other_readings`). Raises SearchUnavailable.
    """
    with on_disk.reading() as reader, metrics.search_seconds.time():
        searcher, schema = reader.searcher(), reader.schema
        for builder in _builders_of_typed_words(schema, request):
            attempt = Attempt(builder)
            total, facets = _counted(searcher, builder)
            if total:
                break
        if _may_extend(request, total):
            extended = SynonymQueryBuilder(request, schema)
            if _count(searcher, extended) > total:
                attempt = Attempt(extended, has_synonyms=True)
                total, facets = _counted(searcher, extended)
        if not total and (other := _other_reading(searcher, schema, request)):
            attempt = other
            total, facets = _counted(searcher, attempt.builder)
        builder = attempt.builder
        ids = ranking.page(searcher, builder.must, builder.boosts, builder.request, total)
        inside = _count_inside_words(searcher, schema, builder, total)
    if not total:
        return Answer(facets=facets)
    return Answer(
        ids,
        total,
        facets,
        searched_words=attempt.words,
        inside_words=inside,
        meanings=attempt.meanings,
        has_synonyms=attempt.has_synonyms,
    )


def _may_extend(request: SearchRequest, total: int) -> bool:
    return not request.as_typed and may_have_synonyms(request.q, total)


def _counted(searcher: Searcher, builder: QueryBuilder) -> tuple[int, Facets]:
    """Return the total and the facets; of a chosen facet all values that could be added."""
    total, facets = count_facets(searcher, builder.must, builder.available_here)
    for facet in builder.chosen_facets if total else ():
        if facet != "available":
            facets[facet] = count_again(searcher, builder.without_filter(facet), facet)
    return total, facets


def _builders_of_typed_words(schema: Schema, request: SearchRequest) -> Iterator[QueryBuilder]:
    """Yield the builders for the words as typed: at the start of words, then anywhere."""
    if not request.within_words and has_short_terms(request.q):
        yield WordStartQueryBuilder(request, schema)
    yield QueryBuilder(request, schema)


def _count_inside_words(
    searcher: Searcher, schema: Schema, builder: QueryBuilder, total: int
) -> int:
    """Return how many bibs were left out because they have a term only inside other words."""
    if not isinstance(builder, WordStartQueryBuilder):
        return 0
    return _count(searcher, QueryBuilder(builder.request, schema)) - total


def _other_reading(searcher: Searcher, schema: Schema, request: SearchRequest) -> Attempt | None:
    """Return the first other reading of the words that finds anything without the filters."""
    # If the words have hits and the filters exclude them all, the right answer is 0 hits, not
    # hits for other words.
    words_only = SearchRequest(q=request.q)
    signed = read_signs(request.q)
    if signed.has_signs or not signed.plain.strip():
        return None
    if _count(searcher, QueryBuilder(words_only, schema)):
        return None
    for here, alone in zip(
        _other_readings(schema, request), _other_readings(schema, words_only), strict=True
    ):
        if _count(searcher, alone.builder):
            return here
    return None


def _other_readings(schema: Schema, request: SearchRequest) -> Iterator[Attempt]:
    """Yield the readings: half converted, as a sentence with meanings, segmented, as a question."""
    yield Attempt(RelaxedQueryBuilder(request, schema))
    sentence = read_sentence(request.q)
    if sentence and sentence.meanings:
        yield _of_sentence(schema, request, sentence.with_all_words)
    if words := " ".join(segment(request.q)):
        yield Attempt(SegmentedQueryBuilder(replace(request, q=words), schema), words)
    if sentence:
        yield _of_sentence(schema, request, sentence)
    if sentence and sentence.words and sentence.for_everybody != sentence:
        yield _of_sentence(schema, request, sentence.for_everybody)


def _of_sentence(schema: Schema, request: SearchRequest, sentence: Sentence) -> Attempt:
    builder = SentenceQueryBuilder(request, schema, sentence)
    return Attempt(builder, sentence.searched, tuple(said_of(sentence.meanings)))


def _count(searcher: Searcher, builder: QueryBuilder) -> int:
    return searcher.search(builder.must, 1).count  # type: ignore[attr-defined]  # not in its stubs


def count(request: SearchRequest) -> int:
    """Return how many bibs a search finds. Raises SearchUnavailable."""
    with on_disk.reading() as reader:
        searcher, schema = reader.searcher(), reader.schema
        builders = _builders_of_typed_words(schema, request)
        return next(filter(None, (_count(searcher, builder) for builder in builders)), 0)


def index_state() -> IndexState:
    """Return the state of the index; never raises SearchUnavailable."""
    try:
        with on_disk.reading() as reader:
            documents = reader.searcher().num_docs - 1  # the document with the mark is no bib
            mark = on_disk.mark_of(reader.index)
    except SearchUnavailable:
        return IndexState(present=False)
    try:
        changes, seconds = feed.lag_after(mark.cursor)
    # The index can answer while the database is away, so its state does not depend on the lag.
    except DatabaseError:
        return IndexState(present=True, documents=documents)
    return IndexState(True, documents, changes, seconds)
