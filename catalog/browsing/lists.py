"""The common part of the lists for browsing: pages, filters as links, rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from akiruno_library import policy
from akiruno_library.paging import Paging, paging
from catalog.models import Branch
from catalog.results.filters import Link
from catalog.results.rows import rows_of

_LAST_PAGE = 999_999


@dataclass(frozen=True)
class Choice:
    """A group of links, of which one or none is chosen."""

    name: str
    parameter: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class ListRequest:
    """The requested page of a list, with its filters."""

    path: str
    chosen: dict[str, str]
    page: int

    @classmethod
    def read(
        cls, path: str, parameters: QueryDict, choices: Sequence[Choice] = ()
    ) -> "ListRequest":
        """Read the URL. Unknown values are ignored."""
        given = {choice.parameter: parameters.get(choice.parameter, "") for choice in choices}
        known = {
            c.parameter: given[c.parameter] for c in choices if given[c.parameter] in c.options
        }
        return cls(path, known, _number(parameters.get("page", "")))

    def address(self, **changes: str) -> str:
        """Return the URL with these choices, on the first page, in a fixed order."""
        pairs = sorted((n, value) for n, value in (self.chosen | changes).items() if value)
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def paging(self, total: int, size: int = policy.RESULTS_PER_PAGE) -> Paging:
        return paging(
            self.page,
            max(1, -(-total // size)),
            lambda number: self.address(page=str(number) if number > 1 else ""),
        )

    def span(self, size: int = policy.RESULTS_PER_PAGE) -> slice:
        return slice((self.page - 1) * size, self.page * size)

    def links(self, choice: Choice) -> list[Link]:
        """Return すべて, then each option."""
        now = self.chosen.get(choice.parameter, "")
        everything = Link("すべて", self.address(**{choice.parameter: ""}), is_chosen=not now)
        return [everything] + [
            Link(words, self.address(**{choice.parameter: code}), is_chosen=code == now)
            for code, words in choice.options.items()
        ]

    def groups(self, choices: Sequence[Choice]) -> list[tuple[str, list[Link]]]:
        return [(choice.name, self.links(choice)) for choice in choices]


def page_of_rows(
    list_request: ListRequest, bib_ids: Sequence[int], total: int, branches: Sequence[Branch]
) -> dict[str, object]:
    """Return the context of `catalog/browsing/_rows.html`. `bib_ids` are those of this page."""
    return {
        "rows": rows_of(bib_ids, branches) if bib_ids else [],
        "total": f"{total:,}点" if total else "",
        "paging": list_request.paging(total),
        "first_page": list_request.address(),
        "here": list_request.address(page=str(list_request.page) if list_request.page > 1 else ""),
    }


def _number(raw: str) -> int:
    """Return the page number; 1 for anything that is no number.

    The cut keeps a number of a million digits from costing time.
    """
    if not (raw.isascii() and raw.isdecimal()):
        return 1
    return min(max(int(raw[:12]), 1), _LAST_PAGE)
