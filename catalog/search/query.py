"""The narrow door to searching: a request goes in, numbers of bibs come out.

Whatever is typed gets an answer. Queries are put together from tantivy's objects, never parsed by
it, so no sign that a person types means anything but itself.
"""

from dataclasses import dataclass, field, replace

from django.db import Error as DatabaseError
from tantivy import FieldType, Occur, Query, Schema, Searcher

from akiruno_library import metrics, policy
from catalog.isbn import isbn_of
from catalog.refusals import SearchUnavailable
from catalog.search import feed, ranking, terms
from catalog.search import index as on_disk
from catalog.search.class_numbers import within
from catalog.search.clauses import Condition, joined, whole_value
from catalog.search.facets import Facets, count_facets
from catalog.search.segmentation import told_apart
from catalog.search.tokens import query_terms


@dataclass(frozen=True)
class SearchRequest:
    """What is looked for; all of it must hold, of several values of a filter any."""

    q: str = ""
    title: str = ""
    author: str = ""
    publisher: str = ""
    subject: str = ""
    series: str = ""
    ndc: str = ""
    isbn: str = ""
    rows: tuple[Condition, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    materials: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    decades: tuple[int, ...] = ()
    audiences: tuple[str, ...] = ()
    available: bool = False
    sort: str = "relevance"
    page: int = 1
    per_page: int = policy.RESULTS_PER_PAGE


@dataclass(frozen=True)
class Answer:
    ids: list[int] = field(default_factory=list)
    total: int = 0
    facets: Facets = field(default_factory=dict)
    words: str = ""  # what was looked for instead of what was typed, which stands nowhere


@dataclass(frozen=True)
class IndexState:
    """Whether searching works, and how far it is behind the catalogue."""

    present: bool
    documents: int = 0
    changes_waiting: int = 0
    lag_seconds: float = 0.0


def search(request: SearchRequest) -> Answer:
    """The bibs of one page in order, the total and the facets of all; or SearchUnavailable."""
    with on_disk.reading() as reader, metrics.search_seconds.time():
        searcher = reader.searcher()
        asked = _Asked(request, reader.schema)
        total, counted = count_facets(searcher, asked.must, asked.here)
        words = ""
        if not total and (relaxed := _relaxed(searcher, reader.schema, request)):
            asked, words = relaxed
            total, counted = count_facets(searcher, asked.must, asked.here)
        ids = ranking.page(searcher, asked.must, asked.lifts, request, total)
    return Answer(ids, total, counted, words if total else "")


def _relaxed(
    searcher: Searcher, schema: Schema, request: SearchRequest
) -> tuple["_Asked", str] | None:
    """What stands nowhere as it is typed, whatever the filters.

    Half of it may be how the rest is read, or kana as they were once; else it is told apart.
    """
    bare = SearchRequest(q=request.q)
    if not request.q or _number(searcher, _Asked(bare, schema)):
        return None
    if _number(searcher, _Relaxed(bare, schema)):
        return _Relaxed(request, schema), ""
    words = " ".join(told_apart(request.q))
    return (_Asked(replace(request, q=words), schema), words) if words else None


def _number(searcher: Searcher, asked: "_Asked") -> int:
    return searcher.search(asked.must, 1).count  # type: ignore[attr-defined]  # not in its stubs


def count(request: SearchRequest) -> int:
    """How many bibs a search would find."""
    with on_disk.reading() as reader:
        return _number(reader.searcher(), _Asked(request, reader.schema))


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


class _Asked:
    """A request as queries: what must hold, and what lifts a hit above another."""

    def __init__(self, request: SearchRequest, schema: Schema) -> None:
        self._request, self._schema = request, schema
        self.lifts: list[Query] = []
        self.here = self._any("free", request.branches)
        conditions = [*self._words(), *self._fields(), *self._rows(), *self._filters()]
        if not conditions:
            conditions = [Query.exists_query("bib")]
        self.must = Query.boolean_query([(Occur.Must, condition) for condition in conditions])

    def _words(self) -> list[Query]:
        found = self._terms(self._request.q, terms.ANYWHERE)
        typed = query_terms(self._request.q)
        if len(typed) > 1:
            self.lifts += terms.wholes(self._schema, self._request.q[: policy.QUERY_MAX_CHARACTERS])
            self.lifts += terms.in_a_row(self._schema, typed)
        return found

    def _fields(self) -> list[Query]:
        request, schema = self._request, self._schema
        found = [
            query
            for name, scope in terms.SCOPES.items()
            for query in self._terms(getattr(request, name), scope)
        ]
        if class_mark := within(schema, request.ndc):
            found.append(_exactly(class_mark))
        if request.isbn.strip():
            isbn = isbn_of(request.isbn[:40])
            found.append(Query.term_query(schema, "isbn", isbn) if isbn else Query.empty_query())
        return found

    def _rows(self) -> list[Query]:
        parts = [(row.joint, query) for row in self._request.rows if (query := self._row(row))]
        whole = joined(parts)
        return [whole] if whole else []

    def _row(self, row: Condition) -> Query | None:
        if row.match != "contains" or row.field not in ("all", *terms.SCOPES):
            return whole_value(self._schema, row)
        lifts = list(self.lifts)
        scope = terms.SCOPES.get(row.field, terms.ANYWHERE)
        found = self._terms(row.text, scope)
        if row.joint == "not":
            self.lifts = lifts  # what is unwanted lifts nothing
        return Query.boolean_query([(Occur.Must, query) for query in found]) if found else None

    def _terms(self, text: str, scope: terms.Scope) -> list[Query]:
        schema = self._schema
        isbn = isbn_of(text[:40]) if scope.everywhere else None
        if isbn:
            return [terms.must(schema, isbn, replace(scope, is_whole_query=True))]
        words = query_terms(terms.class_joined(text))
        typed = terms.volumes_joined(terms.telling(words))
        scope = replace(scope, is_whole_query=len(typed) == 1)
        for term in typed:
            self.lifts += terms.lifts(schema, term, scope)
        return [self._must(term, scope) for term in typed]

    def _must(self, term: str, scope: terms.Scope) -> Query:
        return terms.must(self._schema, term, scope)

    def _filters(self) -> list[Query]:
        request = self._request
        found = [
            self._any("material", request.materials),
            self._any("branch", request.branches),
            self._any("language", request.languages),
            self._any("decade", [str(decade) for decade in request.decades]),
            self._any("audience", request.audiences),
            self._years(),
        ]
        if request.available:
            found.append(self.here or self._any("available", ["1"]))
        return [_exactly(query) for query in found if query]

    def _any(self, name: str, values: tuple[str, ...] | list[str]) -> Query | None:
        clean = {value.encode("utf-8", "ignore").decode() for value in values}
        return Query.term_set_query(self._schema, name, sorted(clean)) if values else None

    def _years(self) -> Query | None:
        first, last = self._request.year_from, self._request.year_to
        if first is None and last is None:
            return None
        lower = _year(first) if first is not None else 1
        upper = _year(last) if last is not None else 9999
        return Query.range_query(self._schema, "year", FieldType.Integer, lower, upper)


class _Relaxed(_Asked):
    """The same request, where a word may also be half converted to kanji or spelt in old kana."""

    def _must(self, term: str, scope: terms.Scope) -> Query:
        found = (
            super()._must(term, scope),
            terms.half_read(self._schema, term),
            terms.spelt_today(self._schema, term),
        )
        return Query.boolean_query([(Occur.Should, query) for query in found if query])


def _exactly(condition: Query) -> Query:
    """A filter chooses; it does not weigh."""
    return Query.const_score_query(condition, 0.0)


def _year(year: int) -> int:
    return min(max(year, 0), 9999)
