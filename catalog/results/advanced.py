"""詳細検索: the form, filled in with a search."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.core.cache import cache

from akiruno_library import policy
from catalog.display.choices import LANGUAGES, Choices
from catalog.refusals import SearchUnavailable
from catalog.results.clauses import FIELD_WORDS, JOINT_WORDS, MATCH_WORDS
from catalog.results.request import FIELDS, parameters_of
from catalog.search import Clause, SearchRequest, search

# Parameters without a field in the form; hidden fields keep them.
_WITHOUT_PLACE = ("decade", "audience", "within", "sort", "per_page")
_NOTHING = SearchRequest()
_LANGUAGES_HELD = "results.languages_held"


@dataclass(frozen=True)
class Option:
    code: str
    words: str
    is_chosen: bool
    pk: int = 0


@dataclass(frozen=True)
class FormRow:
    number: int
    text: str
    joints: list[Option]  # empty in the first row
    fields: list[Option]
    matches: list[Option]


def detailed_search(request: SearchRequest, choices: Choices) -> dict[str, Any]:
    branches, materials = choices.branches, choices.materials
    return {
        "form_rows": list(_form_rows(clauses_of_request(request))),
        "branch_boxes": [
            Option(code, branch.name, code in request.branches, branch.pk)
            for code, branch in branches.items()
        ],
        "material_boxes": [
            Option(code, material.name, code in request.materials, material.pk)
            for code, material in materials.items()
        ],
        "language_boxes": list(_languages(request.languages, languages_held())),
        "year_from": request.year_from or "",
        "year_to": request.year_to or "",
        "available": request.available,
        "kept": [pair for pair in parameters_of(request) if pair[0] in _WITHOUT_PLACE],
        "is_bare": request == _NOTHING,  # then the patron's settings fill in the form
        "branches": list(branches.values()),
    }


def clauses_of_request(request: SearchRequest) -> list[Clause]:
    """Return all inputs as clauses.

    Clauses are joined from first to last, so plain fields, which must always match, come last if an
    "or" is among the clauses above.
    """
    plain = [Clause("all", request.q)] if request.q else []
    plain += [Clause(name, getattr(request, name)) for name in FIELDS if getattr(request, name)]
    rows = list(request.clauses)
    return [*rows, *plain] if any(row.joint == "or" for row in rows) else [*plain, *rows]


def _form_rows(rows: Iterable[Clause]) -> Iterator[FormRow]:
    usual = ("all", "title", "author", "subject", "publisher")[: policy.FIRST_CLAUSES]
    for number, (row, field) in enumerate(zip_longest(rows, usual, fillvalue=None), start=1):
        clause = row or Clause(str(field), "")
        yield FormRow(
            number,
            clause.text,
            _options(JOINT_WORDS, clause.joint) if number > 1 else [],
            _options(FIELD_WORDS, clause.field),
            _options(MATCH_WORDS, clause.match),
        )


def _options(words: Mapping[str, str], chosen: str) -> list[Option]:
    return [Option(code, said, code == chosen) for code, said in words.items()]


def languages_held() -> list[str]:
    """Return the codes of all languages of the catalogue, the most frequent first; cached."""
    found = cache.get(_LANGUAGES_HELD)
    if found is None:
        try:
            found = [code for code, _ in search(SearchRequest(per_page=1)).facets["language"]]
        except SearchUnavailable:
            return [*LANGUAGES]
        cache.set(_LANGUAGES_HELD, found, policy.COUNTS_KEPT.total_seconds())
    return found


def _languages(chosen: Iterable[str], held: Iterable[str]) -> Iterator[Option]:
    """Yield each code that the catalogue has; a language of two codes has two counts."""
    for code in dict.fromkeys([*held, *chosen]):
        yield Option(code, LANGUAGES.get(code, code), code in chosen)
