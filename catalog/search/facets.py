"""Counts the hits for each material, branch, decade and so on, in one aggregate call."""

from typing import Any

from tantivy import Occur, Query, Searcher

# facet → (field of the index, the largest number of values returned)
FIELDS = {
    "material": ("material", 30),
    "branch": ("branch", 30),
    "decade": ("decade", 60),
    "available": ("available", 1),
    "ndc": ("class", 10),
    "language": ("language", 30),
    "author": ("author_facet", 10),
}

Facets = dict[str, list[tuple[str, int]]]


def count_facets(
    searcher: Searcher, found: Query, available: Query | None = None
) -> tuple[int, Facets]:
    """Return the number of hits and the facets, most hits first (decades: newest first).

    `available` replaces the facet of the same name when the reader chose branches: a copy that is
    free at another branch does not count then.
    """
    aggregations: dict[str, Any] = {
        name: {"terms": {"field": field, "size": size}} for name, (field, size) in FIELDS.items()
    }
    aggregations["total"] = {"value_count": {"field": "bib"}}
    answer = searcher.aggregate(found, aggregations)
    facets = {name: _values(answer[name]["buckets"]) for name in FIELDS}
    facets["decade"].sort(key=lambda value: value[0], reverse=True)
    if available is not None:
        both = Query.boolean_query([(Occur.Must, found), (Occur.Must, available)])
        number = searcher.search(both, 1).count  # type: ignore[attr-defined]  # not in its stubs
        facets["available"] = [("1", number)] if number else []
    return int(answer["total"]["value"]), facets


def count_again(searcher: Searcher, found: Query, facet: str) -> list[tuple[str, int]]:
    """Count the values of one facet, for a query without the filter of this facet."""
    field, size = FIELDS[facet]
    aggregations = {facet: {"terms": {"field": field, "size": size}}}
    values = _values(searcher.aggregate(found, aggregations)[facet]["buckets"])
    return sorted(values, reverse=True) if facet == "decade" else values


def _values(buckets: list[dict[str, Any]]) -> list[tuple[str, int]]:
    values = [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets]
    return sorted(values, key=lambda value: (-value[1], value[0]))
