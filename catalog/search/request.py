"""A search as the engine takes it, and its answer."""

from dataclasses import dataclass, field

from akiruno_library import policy
from catalog.search.clauses import Clause
from catalog.search.facets import Facets


@dataclass(frozen=True)
class SearchRequest:
    """What is searched for. Everything must hold; of several values of one filter, any."""

    q: str = ""
    title: str = ""
    author: str = ""
    publisher: str = ""
    subject: str = ""
    series: str = ""
    ndc: str = ""
    isbn: str = ""
    clauses: tuple[Clause, ...] = ()
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
    """The bibs of one page in order; total and facets are of all hits."""

    ids: list[int] = field(default_factory=list)
    total: int = 0
    facets: Facets = field(default_factory=dict)
    searched_words: str = ""  # searched instead of what was typed, which finds nothing
