"""Pages of results, words while typing, and the engine by itself."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from bench.client import Visitor
from bench.errands import PAGES, crowd, visits
from bench.figures import Figures, alone, timed
from bench.library import Library
from bench.queries import drawn_queries, typed_so_far
from bench.registry import measurement
from catalog.search import SearchRequest, search


@measurement("engine", place=10)
def engine(library: Library) -> Iterator[Figures]:
    """Total, facets and the numbers of the first page, in this process, without a page."""
    queries = drawn_queries()
    for text in queries.mixed(60):
        search(SearchRequest(q=text))
    for kind, texts in queries.of_kind.items():
        searches = (timed(partial(search, SearchRequest(q=text))) for text in texts * 5)
        yield Figures(f"engine alone: {kind}", [each() for each in searches])
    mixed = (timed(partial(search, SearchRequest(q=text))) for text in queries.mixed(PAGES))
    yield Figures("engine alone: mixed", [each() for each in mixed])


@measurement("search", place=11)
def pages_of_results(library: Library) -> Iterator[Figures]:
    queries = drawn_queries()
    visitor = Visitor(library.port)
    for text in queries.mixed(60):
        visitor.get(_page_of(text))
    for kind, texts in queries.of_kind.items():
        pages = [_page_of(text) for text in texts * 3]
        yield alone(f"search page: {kind}", library, visits(visitor, pages))
    mixed = [_page_of(text) for text in queries.mixed(PAGES)]
    aim = "p50 ≤ 15, p95 ≤ 40 (2M: ≤ 90), CPU ≤ 12"
    yield alone("search page: mixed", library, visits(visitor, mixed), aim=aim)
    hundred = [f"{page}&per_page=100" for page in mixed[:100]]
    what = "search page: mixed, 100 rows"
    yield alone(what, library, visits(visitor, hundred), aim="p50 ≤ 30")
    yield crowd("search page: mixed, 8 clients", library, mixed, aim="≥ 120 per second")


@measurement("suggest", place=12)
def words_while_typing(library: Library) -> Iterator[Figures]:
    """Every beginning of what is typed, letter by letter."""
    try:
        address = reverse("api:suggest")
    except NoReverseMatch:
        return
    visitor = Visitor(library.port)
    pages = [f"{address}?{urlencode({'q': text})}" for text in typed_so_far(PAGES)]
    for page in pages[:60]:
        visitor.get(page)
    yield alone("autocomplete", library, visits(visitor, pages), aim="p95 ≤ 10")


def _page_of(text: str) -> str:
    return f"{reverse('catalog:search')}?{urlencode({'q': text})}"
