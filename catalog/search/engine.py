"""Searching: a request goes in, numbers of bibs come out."""

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
    """Whether searching works, and how far it is behind the catalogue."""

    present: bool
    documents: int = 0
    changes_waiting: int = 0
    lag_seconds: float = 0.0


def search(request: SearchRequest) -> Answer:
    """The bibs of one page in order, the total and the facets of all hits.

    When the words find nothing whatever the filters, a fallback searches them otherwise spelt or
    segmented. Raises SearchUnavailable.
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
    """The second attempt, with the words it searches where they are not those that were typed."""
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
    """How many bibs a search would find. Raises SearchUnavailable."""
    with on_disk.reading() as reader:
        return _count(reader.searcher(), QueryBuilder(request, reader.schema))


def index_state() -> IndexState:
    try:
        with on_disk.reading() as reader:
            documents = reader.searcher().num_docs - 1  # the mark is one of them
            mark = on_disk.mark_of(reader.index)
    except SearchUnavailable:
        return IndexState(present=False)
    try:
        changes, seconds = feed.lag_after(mark.cursor)
    except DatabaseError:
        return IndexState(present=True, documents=documents)
    return IndexState(True, documents, changes, seconds)
