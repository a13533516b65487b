"""Runs a search: takes a `SearchRequest`, returns ids of bibs."""

from dataclasses import dataclass, replace

from django.db import Error as DatabaseError
from tantivy import Schema, Searcher

from akiruno_library import metrics
from catalog.refusals import SearchUnavailable
from catalog.search import feed, ranking
from catalog.search import index as on_disk
from catalog.search.facets import count_facets
from catalog.search.query_builder import QueryBuilder, RelaxedQueryBuilder
from catalog.search.request import Answer, SearchRequest
from catalog.search.segmentation import segment


@dataclass(frozen=True)
class IndexState:
    """Whether the index exists, and how far it lags behind the catalogue (changes, seconds)."""

    present: bool
    documents: int = 0
    changes_waiting: int = 0
    lag_seconds: float = 0.0


def search(request: SearchRequest) -> Answer:
    """Return the ids of one page in order, the total and the facets of all hits.

    If the words alone, without filters, find nothing, a fallback searches variants of them or
    segments them. Raises SearchUnavailable.
    """
    with on_disk.reading() as reader, metrics.search_seconds.time():
        searcher, schema = reader.searcher(), reader.schema
        builder, words = QueryBuilder(request, schema), ""
        total, facets = count_facets(searcher, builder.must, builder.available_here)
        if not total and (fallback := _fallback(searcher, schema, request)):
            builder, words = fallback
            total, facets = count_facets(searcher, builder.must, builder.available_here)
        ids = ranking.page(searcher, builder.must, builder.boosts, request, total)
    return Answer(ids, total, facets, words if total else "")


def _fallback(
    searcher: Searcher, schema: Schema, request: SearchRequest
) -> tuple[QueryBuilder, str] | None:
    """Return the builder of the second attempt, and its words if they differ from the input."""
    # The filters are left out here: if the words have hits and the filters exclude them all, the
    # right answer is 0 hits, not hits for other words.
    words_only = SearchRequest(q=request.q)
    if not request.q or _count(searcher, QueryBuilder(words_only, schema)):
        return None
    if _count(searcher, RelaxedQueryBuilder(words_only, schema)):
        return RelaxedQueryBuilder(request, schema), ""
    words = " ".join(segment(request.q))
    return (QueryBuilder(replace(request, q=words), schema), words) if words else None


def _count(searcher: Searcher, builder: QueryBuilder) -> int:
    return searcher.search(builder.must, 1).count  # type: ignore[attr-defined]  # not in its stubs


def count(request: SearchRequest) -> int:
    """Return how many bibs a search finds. Raises SearchUnavailable."""
    with on_disk.reading() as reader:
        return _count(reader.searcher(), QueryBuilder(request, reader.schema))


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
