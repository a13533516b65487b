"""The input and the output of the search engine."""

from dataclasses import dataclass, field

from akiruno_library import policy
from catalog.search.clauses import Clause
from catalog.search.facets import Facets


@dataclass(frozen=True)
class SearchRequest:
    """What to search for. All fields must match; of several values in one filter, any."""

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
    as_typed: bool = False  # no certain correction instead of what was typed
    within_words: bool = False  # short terms may stand inside other words
    sort: str = "relevance"
    page: int = 1
    per_page: int = policy.RESULTS_PER_PAGE


@dataclass(frozen=True)
class Answer:
    """The bibs of one page in order; `total` and `facets` describe all hits."""

    ids: list[int] = field(default_factory=list)
    total: int = 0
    facets: Facets = field(default_factory=dict)
    searched_words: str = ""  # the words of the fallback, if the input found nothing
    inside_words: int = 0  # bibs left out, because a short term stands only inside other words
    meanings: tuple[str, ...] = ()  # what words were taken to mean: 児童の資料, 新しい順
    has_synonyms: bool = False  # some hits have only a word of the same meaning
    corrected_words: str = ""  # the certain correction that was searched instead
    meant: str = ""  # an uncertain correction, which is only offered
