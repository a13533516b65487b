"""Decides the order of the hits."""

from tantivy import Occur, Order, Query, Searcher

from akiruno_library import policy
from catalog.search.request import SearchRequest

FIELDS = {
    "newest": ("publication_order", Order.Desc),
    "oldest": ("oldest_order", Order.Asc),
    "title": ("title_sort", Order.Asc),
    "title_desc": ("title_sort", Order.Desc),
    "author": ("author_sort", Order.Asc),
    "author_desc": ("author_sort", Order.Desc),
    "borrowed": ("loan_count_order", Order.Desc),
}
# Among this many hits the volumes of a set are listed together, in their order. A multiple of every
# possible page size, so that no page crosses the border of two windows.
SET_WINDOW = 200
# A share of the score of the best volume. Popularity alone may remove a third of a score (log2 of 2
# to 3), but 細雪 下 must still find the last volume first.
NEARLY_AS_GOOD = 0.6


def page(
    searcher: Searcher, must: Query, boosts: list[Query], request: SearchRequest, total: int
) -> list[int]:
    """Return the ids of one page; an empty list beyond the last hit or beyond RESULTS_REACHABLE."""
    size = min(max(request.per_page, 1), SET_WINDOW)
    first = (max(request.page, 1) - 1) * size
    if first >= min(total, policy.RESULTS_REACHABLE):
        return []
    sort = request.sort if request.sort in FIELDS or request.sort == "relevance" else "relevance"
    if sort == "relevance" and not boosts:
        sort = "newest"  # without words there is no relevance to sort by
    if sort != "relevance":
        return _sorted(searcher, must, sort, first, size)
    return _best(searcher, must, boosts, first, size)


def _sorted(searcher: Searcher, must: Query, sort: str, first: int, size: int) -> list[int]:
    name, order = FIELDS[sort]
    hits = searcher.search(
        must, size, count=False, offset=first, order_by_field=name, order=order
    ).hits
    return _bibs(searcher, [address for _, address in hits])


def _best(searcher: Searcher, must: Query, boosts: list[Query], first: int, size: int) -> list[int]:
    weighed = Query.boolean_query(
        [(Occur.Must, must), *((Occur.Should, boost) for boost in boosts)]
    )
    # The window always starts at a multiple of SET_WINDOW, so that all pages of it are cut from the
    # same order.
    start = first // SET_WINDOW * SET_WINDOW
    hits = searcher.search(
        weighed, SET_WINDOW, count=False, offset=start, weight_by_field="popularity"
    ).hits
    return _sets_together(searcher, hits)[first - start : first - start + size]


def _sets_together(searcher: Searcher, hits: list) -> list[int]:
    """Move each set of volumes to the place of its best volume, volumes in order."""
    addresses = [address for _, address in hits]
    columns = [
        searcher.fast_field_values(name, addresses)
        for name in ("bib", "volume_set", "volume_position", "year")
    ]
    best: dict[int, float] = {}
    keys = []
    for (score, _), bib, volume_set, place, year in zip(hits, *columns, strict=True):
        # The group of a single bib is its negative id, which cannot equal the id of a set.
        group = volume_set or -bib
        best.setdefault(group, score)
        leads = score >= best[group] * NEARLY_AS_GOOD
        rank = best[group] if leads else score
        # Rounding makes equal what differs only by floating-point noise; the id makes the order
        # total.
        keys.append((-round(rank, 3), volume_set or 0, place or 0, year or 0, bib))
    return [key[-1] for key in sorted(keys)]


def _bibs(searcher: Searcher, addresses: list) -> list[int]:
    return [int(bib) for bib in searcher.fast_field_values("bib", addresses) if bib is not None]
