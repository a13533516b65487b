"""Compiles a `SearchRequest` into tantivy queries.

The queries are built from objects. tantivy's query parser is not used, because it would interpret
signs that the reader typed.
"""

from tantivy import FieldType, Occur, Query, Schema

from catalog.indexing import word_starts
from catalog.indexing.tokens import query_terms
from catalog.isbn import isbn_of
from catalog.search.boosts import exact_boosts, term_boosts
from catalog.search.class_numbers import within
from catalog.search.clauses import Clause, joined, whole_value
from catalog.search.facets import FIELDS as FACETS
from catalog.search.request import SearchRequest
from catalog.search.signs import Operand, read_signs
from catalog.search.terms.romaji import romaji_phrase
from catalog.search.terms.scope import (
    ANYWHERE,
    SCOPES,
    Scope,
    Term,
    all_of,
    any_of,
    as_typed,
    without,
)
from catalog.search.terms.synonyms import has_synonyms
from catalog.search.terms.typed import content_words, join_class_mark, join_volumes
from catalog.search.terms.variants import (
    must_match,
    must_match_at_word_start,
    must_match_or_synonym,
    must_match_relaxed,
    must_match_segment,
)
from japanese.years import full_years


class QueryBuilder:
    """Compiles a request: every hit satisfies `must`, and `boosts` decide the order."""

    _must_match = staticmethod(must_match)

    def __init__(self, request: SearchRequest, schema: Schema) -> None:
        self.request, self._schema = request, schema
        self.boosts: list[Query] = []
        self.available_here = self._any("available_branch", request.branches)
        self._conditions = [*self._words(), *self._fields(), *self._clauses()]
        self._filters = self._filters_of_request()
        self.must = self._all_but("")

    @property
    def chosen_facets(self) -> list[str]:
        """The facets of which the reader chose a value."""
        return [name for name in self._filters if name in FACETS]

    def without_filter(self, facet: str) -> Query:
        """Return `must` without one filter, to count the other values that could be chosen."""
        return self._all_but(facet)

    def _all_but(self, facet: str) -> Query:
        filters = [_exactly(query) for name, query in self._filters.items() if name != facet]
        # A boolean query without clauses matches nothing; a request without conditions means all
        # bibs.
        return all_of([*self._conditions, *filters] or [Query.exists_query("bib")])

    def _words(self) -> list[Query]:
        signed = read_signs(self.request.q)
        found = self._terms(signed.plain, ANYWHERE)
        schema, typed = self._schema, query_terms(signed.plain)
        if len(typed) > 1:
            self.boosts += exact_boosts(schema, signed.plain)
            self.boosts += romaji_phrase(schema, typed)
        found += [any_of([*map(self._operand, group)]) for group in signed.any_of]
        if self.request.q.strip() and not found:
            found = [Query.empty_query()]  # signs only; without conditions all bibs would match
        excluded = [self._excluded(operand.text) for operand in signed.excluded]
        return [without(all_of(found), excluded)] if excluded else found

    def _operand(self, operand: Operand) -> Query:
        """Return the query for a phrase, or for a word beside OR."""
        if not operand.is_phrase:
            return all_of(self._terms(operand.text, ANYWHERE) or [Query.empty_query()])
        self.boosts += term_boosts(self._schema, Term(operand.text, is_only=True))
        return as_typed(self._schema, operand.text, ANYWHERE)

    def _excluded(self, text: str) -> Query:
        boosts = list(self.boosts)
        found = all_of(self._terms(text, ANYWHERE) or [Query.empty_query()])
        self.boosts = boosts  # an excluded word boosts no hit
        return found

    def _fields(self) -> list[Query]:
        request, schema = self.request, self._schema
        found = [
            query
            for name, scope in SCOPES.items()
            for query in self._field(getattr(request, name), scope)
        ]
        if request.isbn.strip():
            isbn = isbn_of(request.isbn[:40])
            # An invalid ISBN finds nothing. Ignoring the field would find everything.
            found.append(Query.term_query(schema, "isbn", isbn) if isbn else Query.empty_query())
        return found

    def _field(self, text: str, scope: Scope) -> list[Query]:
        """Return the queries of one field; signs only find nothing."""
        return self._terms(text, scope) or [Query.empty_query()] * bool(text.strip())

    def _clauses(self) -> list[Query]:
        parts = [
            (clause.joint, query)
            for clause in self.request.clauses
            if (query := self._clause(clause))
        ]
        whole = joined(parts)
        return [whole] if whole else []

    def _clause(self, clause: Clause) -> Query | None:
        if clause.match != "contains" or clause.field not in ("all", *SCOPES):
            return whole_value(self._schema, clause)
        boosts = list(self.boosts)
        scope = SCOPES.get(clause.field, ANYWHERE)
        found = self._terms(clause.text, scope)
        if clause.joint == "not":
            self.boosts = boosts  # an excluded word boosts no hit
        return Query.boolean_query([(Occur.Must, query) for query in found]) if found else None

    def _terms(self, text: str, scope: Scope) -> list[Query]:
        schema = self._schema
        isbn = isbn_of(text[:40]) if scope.everywhere else None
        if isbn:
            return [self._must_match(schema, Term(isbn, is_only=True), scope)]
        typed = join_volumes(content_words(query_terms(join_class_mark(full_years(text)))))
        terms = [Term(text, is_only=len(typed) == 1) for text in typed]
        for term in terms:
            self.boosts += term_boosts(schema, term)
        return [self._must_match(schema, term, scope) for term in terms]

    def _filters_of_request(self) -> dict[str, Query]:
        """Return the filters by the names of their facets (facets.py)."""
        request = self.request
        found = {
            "material": self._any("material", request.materials),
            "branch": self._any("branch", request.branches),
            "language": self._any("language", request.languages),
            "decade": self._any("decade", [str(decade) for decade in request.decades]),
            "ndc": within(self._schema, request.ndc),
            "audience": self._any("audience", request.audiences),
            "years": self._years(),
        }
        if request.available:
            found["available"] = self.available_here or self._any("available", ["1"])
        return {name: query for name, query in found.items() if query}

    def _any(self, name: str, values: tuple[str, ...] | list[str]) -> Query | None:
        # Lone surrogates, which a URL can contain, make tantivy raise an error.
        clean = {value.encode("utf-8", "ignore").decode() for value in values}
        return Query.term_set_query(self._schema, name, sorted(clean)) if values else None

    def _years(self) -> Query | None:
        first, last = self.request.year_from, self.request.year_to
        if first is None and last is None:
            return None
        lower = _year(first) if first is not None else 1
        upper = _year(last) if last is not None else 9999
        return Query.range_query(self._schema, "year", FieldType.Integer, lower, upper)


class WordStartQueryBuilder(QueryBuilder):
    """Matches short kana and two kanji at the start of words only."""

    _must_match = staticmethod(must_match_at_word_start)


class SynonymQueryBuilder(QueryBuilder):
    """Matches words of the same meaning, too."""

    _must_match = staticmethod(must_match_or_synonym)


class SegmentedQueryBuilder(QueryBuilder):
    """Matches segments of the input, of which single kanji must be words."""

    _must_match = staticmethod(must_match_segment)


class RelaxedQueryBuilder(QueryBuilder):
    """Matches words that have no exact hit: half converted input and historical kana."""

    _must_match = staticmethod(must_match_relaxed)


def has_short_terms(q: str) -> bool:
    """Whether a term must stand at the start of a word before it is sought inside words."""
    terms = query_terms(read_signs(q).plain)
    return any(word_starts.short_kana(term) or word_starts.two_kanji(term) for term in terms)


def may_have_synonyms(q: str, hits: int) -> bool:
    """Whether a search with so few hits has a word for which another one may stand."""
    signed = read_signs(q)
    if signed.has_signs:
        return False
    return any(has_synonyms(term, hits) for term in query_terms(signed.plain))


def _exactly(condition: Query) -> Query:
    """Return the condition with score 0, because a filter must not change the order of the hits."""
    return Query.const_score_query(condition, 0.0)


def _year(year: int) -> int:
    # A number of more than 64 bits raises OverflowError in tantivy.
    return min(max(year, 0), 9999)
