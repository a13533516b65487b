"""Converts a URL to a SearchRequest and back. The URL contains the whole search.

No URL is an error. What cannot be a number is ignored; an unknown value of a filter finds nothing.
"""

from collections.abc import Container, Iterable
from dataclasses import replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from akiruno_library import policy
from catalog.display.choices import PER_PAGE, SORTS
from catalog.results.clauses import FIELD_WORDS, clause_parameters, read_clauses
from catalog.search import SearchRequest
from japanese.years import western_year

FIELDS = {name: words for name, words in FIELD_WORDS.items() if name != "all"}
_LAST_YEAR = 9999
_MOST_CHOICES = 50
_LONGEST_CODE = 40
_NO_FILTERS = SearchRequest()


def read(parameters: QueryDict) -> SearchRequest:
    texts = {name: clean_text(parameters.get(name, "")) for name in ("q", *FIELDS)}
    per_page = _number(parameters.get("per_page"), PER_PAGE) or policy.RESULTS_PER_PAGE
    last_page = policy.RESULTS_REACHABLE // per_page
    sort = parameters.get("sort", "")
    return SearchRequest(
        **texts,
        clauses=read_clauses(parameters, clean_text),
        year_from=western_year(parameters.get("year_from", "")),
        year_to=western_year(parameters.get("year_to", "")),
        materials=_codes(parameters.getlist("material")),
        branches=_codes(parameters.getlist("branch")),
        languages=_codes(parameters.getlist("language")),
        decades=_decades(parameters.getlist("decade")),
        audiences=_codes(parameters.getlist("audience")),
        available=parameters.get("available") == "1",
        within_words=parameters.get("within") == "1",
        as_typed=parameters.get("as_typed") == "1",
        sort=sort if sort in SORTS else _NO_FILTERS.sort,
        page=min(max(_number(parameters.get("page")) or 1, 1), last_page),
        per_page=per_page,
    )


def parameters_of(request: SearchRequest) -> list[tuple[str, str]]:
    """Return the parameters that differ from an empty search, in a fixed order.

    One search thus has one URL, which caches and robots need.
    """
    pairs: list[tuple[str, object]]
    pairs = [(name, getattr(request, name)) for name in ("q", *FIELDS)]
    pairs += clause_parameters(request.clauses)
    pairs += [(name, getattr(request, name)) for name in ("year_from", "year_to")]
    pairs += [("material", code) for code in request.materials]
    pairs += [("branch", code) for code in request.branches]
    pairs += [("language", code) for code in request.languages]
    pairs += [("decade", decade) for decade in request.decades]
    pairs += [("audience", audience) for audience in request.audiences]
    pairs += [("available", "1" if request.available else "")]
    pairs += [("within", "1" if request.within_words else "")]
    pairs += [("as_typed", "1" if request.as_typed else "")]
    pairs += [
        (name, getattr(request, name) if getattr(request, name) != usual else "")
        for name, usual in (("sort", _NO_FILTERS.sort), ("per_page", policy.RESULTS_PER_PAGE))
    ]
    pairs += [("page", request.page if request.page > 1 else "")]
    return [(name, str(value)) for name, value in pairs if value]


class Addresses:
    """Builds the many URLs of one result page; resolves the path once."""

    def __init__(self, request: SearchRequest) -> None:
        self._request, self._path = request, reverse("catalog:search")

    def of(self, request: SearchRequest) -> str:
        return f"{self._path}{self.query_of(request)}"

    @staticmethod
    def query_of(request: SearchRequest) -> str:
        query = urlencode(parameters_of(request))
        return f"?{query}" if query else ""

    def with_(self, **changes: object) -> str:
        """Return the URL of this search with changes, on its first page."""
        return self.of(replace(self._request, **({"page": 1} | changes)))  # type: ignore[arg-type]


def clean_text(value: str) -> str:
    """Remove characters that nobody types on purpose (NUL, lone surrogates), and limit the length.

    PostgreSQL and tantivy raise errors for them.
    """
    printable = "".join(
        c for c in value[: 5 * policy.QUERY_MAX_CHARACTERS] if not _is_unprintable(c)
    )
    return " ".join(printable.split())[: policy.QUERY_MAX_CHARACTERS]


def _is_unprintable(character: str) -> bool:
    broken = character == "\ufffd"  # the replacement character for bytes that are no UTF-8
    return broken or not (character.isprintable() or character.isspace())


def _number(value: str | None, allowed: Container[int] | None = None) -> int | None:
    try:
        number = int(value or "")
    except ValueError:
        return None
    return number if allowed is None or number in allowed else None


def _codes(values: Iterable[str]) -> tuple[str, ...]:
    """Return the chosen codes. An unknown one stays: it finds nothing, not everything."""
    cleaned = (clean_text(value)[:_LONGEST_CODE] for value in values)
    return tuple(dict.fromkeys(filter(None, cleaned)))[:_MOST_CHOICES]


def _decades(values: Iterable[str]) -> tuple[int, ...]:
    """Return the chosen decades; the year 0, of which nothing is, for what is no decade."""
    numbers = (_number(value, range(0, _LAST_YEAR + 1, 10)) or 0 for value in values if value)
    return tuple(dict.fromkeys(numbers))[:_MOST_CHOICES]
