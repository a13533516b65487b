"""Which hits come first."""

from tantivy import Occur, Order, Query, Searcher

from akiruno_library import policy
from catalog.search.request import SearchRequest

FIELDS = {
    "newest": ("publication_order", Order.Desc),
    "title": ("title_sort", Order.Asc),
    "author": ("author_sort", Order.Asc),
    "borrowed": ("loan_count_order", Order.Desc),
}
# Within so many hits the volumes of a set stand together, in their order; a multiple of every
# number of hits a page may have, so that no page reaches into two of these stretches.
SET_WINDOW = 200
# Of the best volume's score: popularity alone can take a third (log2 of 2 to 3), while 細雪 下 must
# still find the last volume first.
NEARLY_AS_GOOD = 0.6


def page(
    searcher: Searcher, must: Query, boosts: list[Query], request: SearchRequest, total: int
) -> list[int]:
    """The ids of one page; beyond the end, or beyond what can be reached, none."""
    size = min(max(request.per_page, 1), SET_WINDOW)
    first = (max(request.page, 1) - 1) * size
    if first >= min(total, policy.RESULTS_REACHABLE):
        return []
    sort = request.sort if request.sort in FIELDS or request.sort == "relevance" else "relevance"
    if sort == "relevance" and not boosts:
        sort = "newest"  # nothing was typed that one hit could fit better than another
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
    start = first // SET_WINDOW * SET_WINDOW
    hits = searcher.search(
        weighed, SET_WINDOW, count=False, offset=start, weight_by_field="popularity"
    ).hits
    return _sets_together(searcher, hits)[first - start : first - start + size]


def _sets_together(searcher: Searcher, hits: list) -> list[int]:
    """Each set of volumes at the place of its best one; hits that are equal in order, too."""
    addresses = [address for _, address in hits]
    columns = [
        searcher.fast_field_values(name, addresses)
        for name in ("bib", "volume_set", "volume_position", "year")
    ]
    best: dict[int, float] = {}
    keys = []
    for (score, _), bib, volume_set, place, year in zip(hits, *columns, strict=True):
        group = volume_set or -bib
        best.setdefault(group, score)
        leads = score >= best[group] * NEARLY_AS_GOOD
        rank = best[group] if leads else score
        keys.append((-round(rank, 3), volume_set or 0, place or 0, year or 0, bib))
    return [key[-1] for key in sorted(keys)]


def _bibs(searcher: Searcher, addresses: list) -> list[int]:
    return [int(bib) for bib in searcher.fast_field_values("bib", addresses) if bib is not None]
