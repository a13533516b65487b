"""Links that add a filter to a search, remove one, or try another search."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from akiruno_library import policy
from catalog.display.choices import CLASSES, LANGUAGES, Choices
from catalog.indexing.morphemes import other_spellings
from catalog.models import Bib
from catalog.results.clauses import said, without_joint_above
from catalog.results.request import FIELDS, Addresses
from catalog.search import Clause, SearchRequest, segment

_SHORTEST_WORD_TO_HALVE = 4
_FEWER = 3  # searches with one word less that are tried
_LISTED = '<li><a href="{}"{}><span>{}</span> <span class="number">{}</span></a></li>\n'
_CHOSEN = SafeString(' aria-current="true"')
_NO_FILTERS: dict[str, Any] = {
    "materials": (),
    "branches": (),
    "languages": (),
    "decades": (),
    "audiences": (),
    "available": False,
    "year_from": None,
    "year_to": None,
}
CORRECTED = ("title", "author", "publisher", "subject", "series")  # fields with words
_YEARS = {"year_from": "年から", "year_to": "年まで"}
_AVAILABLE = "いま借りられるもの"
_NO_FIELDS: dict[str, Any] = dict.fromkeys(FIELDS, "") | {"clauses": ()}


@dataclass(frozen=True)
class Link:
    words: str
    url: str
    count: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class FacetGroup:
    name: str
    links: list[Link]
    is_open: bool

    @property
    def listed(self) -> SafeString:
        """Up to fifty links as HTML. A template takes five times as long for them."""
        return format_html_join("", _LISTED, (_listed(link) for link in self.links))


class FilterLinks:
    """The filters of one search: the chosen values and the names of all values."""

    def __init__(self, request: SearchRequest, choices: Choices) -> None:
        self._request, self._addresses = request, Addresses(request)
        self._from_the_start = replace(request, page=1, as_typed=False, within_words=False)
        self._names: dict[str, Mapping[Any, str]] = {
            "branches": {code: branch.name for code, branch in choices.branches.items()},
            "materials": {code: material.name for code, material in choices.materials.items()},
            "languages": LANGUAGES,
            "audiences": dict(Bib.Audience.choices),
        }

    def facets(self, counts: Mapping[str, list[tuple[str, int]]]) -> list[FacetGroup]:
        groups = [
            ("いますぐ", self._availability(dict(counts.get("available", [])).get("1", 0)), True),
            ("図書館", self._several("branches", counts.get("branch", [])), True),
            ("資料形態", self._several("materials", counts.get("material", [])), True),
            ("分野", self._classes(counts.get("ndc", [])), False),
            ("出版年代", self._decades(counts.get("decade", [])), False),
            ("著者", self._authors(counts.get("author", [])), False),
            ("言語", self._several("languages", counts.get("language", [])), False),
        ]
        return [
            FacetGroup(name, links, is_open=usual or any(link.is_chosen for link in links))
            for name, links, usual in groups
            if len(links) > 1 or any(link.is_chosen for link in links) or (usual and links)
        ]

    def chips(self) -> list[Link]:
        """Return one link for each part of this search, to the search without this part."""
        return list(self._chosen())

    def without_filters(self) -> str:
        return self._addresses.with_(**_NO_FILTERS | _NO_FIELDS)

    def ways_on(self, meant: str | None, count: Callable[[SearchRequest], int]) -> Iterator[Link]:
        """Yield searches that have hits when this one has none, the most likely first."""
        offered: set[SearchRequest] = set()
        for words, changed in self._milder():
            if changed in offered or changed.q == meant:
                continue
            offered.add(changed)
            if total := count(changed):
                yield Link(words, self._addresses.of(changed), f"{total:,}件")

    def single_words(self, words: str, count: Callable[[SearchRequest], int]) -> list[Link]:
        """Return the search for each of several words alone."""
        each = dict.fromkeys(words.split())
        changed = [replace(self._from_the_start, q=word) for word in each if len(each) > 1]
        found = ((other, count(other)) for other in changed)
        return [
            Link(other.q, self._addresses.of(other), f"{total:,}件")
            for other, total in found
            if total
        ]

    def meant(self, words: str | None, count: Callable[[SearchRequest], int]) -> Link | None:
        """もしかして: return the corrected search, with the same filters if they leave any hits."""
        if not words:
            return None
        meant = replace(self._from_the_start, q=words)
        total = count(meant)
        # A suggestion with 0 hits would be useless, so the filters are dropped then.
        if not total:
            meant = SearchRequest(q=words, sort=meant.sort, per_page=meant.per_page)
            total = count(meant)
        return Link(words, self._addresses.of(meant), f"{total:,}件")

    def meant_in_a_field(
        self, correct: Callable[[str], str | None], count: Callable[[SearchRequest], int]
    ) -> Link | None:
        """もしかして of the detailed form: return the search with one field or clause corrected."""
        for words, changed in self._corrected(correct):
            if total := count(changed):
                return Link(words, self._addresses.of(changed), f"{total:,}件")
        return None

    def _corrected(
        self, correct: Callable[[str], str | None]
    ) -> Iterator[tuple[str, SearchRequest]]:
        request = self._from_the_start
        for name in CORRECTED:
            if words := correct(getattr(request, name)):
                changes: dict[str, Any] = {name: words}
                yield words, replace(request, **changes)
        for at, row in enumerate(request.clauses):
            if row.field in ("all", *CORRECTED) and (words := correct(row.text)):
                rows = (*request.clauses[:at], replace(row, text=words), *request.clauses[at + 1 :])
                yield words, replace(request, clauses=rows)

    def _milder(self) -> Iterator[tuple[str, SearchRequest]]:
        request = self._from_the_start
        filters = [name for name in _NO_FILTERS if getattr(request, name)]
        for name in filters:
            words = "、".join(self._chosen_of(name))
            yield f"「{words}」を外す", replace(request, **{name: _NO_FILTERS[name]})
        if len(filters) > 1:
            yield "しぼりこみをすべて外す", replace(request, **_NO_FILTERS)
        fields = [getattr(request, name) for name in FIELDS if getattr(request, name)]
        fields += [row.text for row in request.clauses if row.joint != "not"]
        if fields:
            words = " ".join([request.q, *fields]).strip()
            yield "どの項目からでもさがす", replace(request, **_NO_FIELDS, q=words)
        for other in other_spellings(request.q):
            yield f"「{other}」でさがす", replace(request, q=other)
        for fewer in _with_fewer_words(request.q):
            yield f"「{fewer}」でさがす", replace(request, q=fewer)

    def _chosen_of(self, name: str) -> list[str]:
        """Return the chosen values of one filter in words."""
        value, labels = getattr(self._request, name), self._names.get(name)
        if labels:
            return [labels.get(code, code) for code in value]
        if name == "decades":
            return [f"{decade}年代" for decade in value]
        if name in _YEARS:
            return [f"{value}{_YEARS[name]}"]
        return [_AVAILABLE]

    def _chosen(self) -> Iterator[Link]:
        request, without = self._request, self._addresses.with_
        for field, label in FIELDS.items():
            if value := getattr(request, field):
                name = CLASSES.get(value, value) if field == "ndc" else value
                yield Link(f"{label}: {name}", without(**{field: ""}))
        for at, row in enumerate(request.clauses):
            rest = without_joint_above((*request.clauses[:at], *request.clauses[at + 1 :]))
            yield Link(said(row, is_first=not at), without(clauses=rest))
        for field, label in _YEARS.items():
            if year := getattr(request, field):
                yield Link(f"{year}{label}", without(**{field: None}))
        for field, names in self._names.items():
            for code in getattr(request, field):
                rest = _toggled(getattr(request, field), code)
                yield Link(names.get(code, code), without(**{field: rest}))
        for decade in request.decades:
            rest = _toggled(request.decades, decade)
            yield Link(f"{decade}年代", without(decades=rest))
        if request.available:
            yield Link(_AVAILABLE, without(available=False))

    def _several(self, field: str, counts: Iterable[tuple[str, int]]) -> list[Link]:
        chosen, names = getattr(self._request, field), self._names[field]
        return [
            self._toggle(field, names.get(code, code), code, count, code in chosen)
            for code, count in counts
        ]

    def _decades(self, counts: Iterable[tuple[str, int]]) -> list[Link]:
        decades = sorted(((int(decade), count) for decade, count in counts), reverse=True)
        return [
            self._toggle("decades", f"{decade}年代", decade, count, decade in self._request.decades)
            for decade, count in decades
        ]

    def _classes(self, counts: Iterable[tuple[str, int]]) -> list[Link]:
        chosen = self._request.ndc
        return [
            Link(
                name,
                self._addresses.with_(ndc="" if chosen == digit else digit),
                f"{dict(counts)[digit]:,}",
                chosen == digit,
            )
            for digit, name in CLASSES.items()
            if digit in dict(counts)
        ]

    def _authors(self, counts: Iterable[tuple[str, int]]) -> list[Link]:
        """Return links with the exact name, because a part of it would match other persons."""
        links = []
        rows = self._request.clauses
        for name, count in counts:
            row = Clause("author", name, "is")
            changed = tuple(r for r in rows if r != row) if row in rows else (*rows, row)
            if len(changed) <= policy.SEARCH_ROWS and len(name) <= policy.QUERY_MAX_CHARACTERS:
                address = self._addresses.with_(clauses=changed)
                links.append(Link(name, address, f"{count:,}", row in rows))
        return links

    def _availability(self, count: int) -> list[Link]:
        if not count and not self._request.available:
            return []
        address = self._addresses.with_(available=not self._request.available)
        return [Link("借りられるもの", address, f"{count:,}", self._request.available)]

    def _toggle(self, field: str, words: str, value: Any, count: int, is_chosen: bool) -> Link:
        changed = _toggled(getattr(self._request, field), value)
        return Link(words, self._addresses.with_(**{field: changed}), f"{count:,}", is_chosen)


def _listed(link: Link) -> tuple[str, str, str, str]:
    return link.url, _CHOSEN if link.is_chosen else "", link.words, link.count


def _toggled(chosen: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if value in chosen:
        return tuple(other for other in chosen if other != value)
    return (*chosen, value)


def _with_fewer_words(typed: str) -> list[str]:
    """Return searches with one word less; a single long word is segmented first.

    Of a segmented word the last parts are removed first, because a title usually starts the input.
    """
    words = typed.split()
    parts = words if len(words) > 1 else segment(typed)
    if len(parts) > 1:
        places = range(len(parts)) if len(words) > 1 else reversed(range(len(parts)))
        fewer = [" ".join(parts[:at] + parts[at + 1 :]) for at in places]
        alone = [] if len(words) > 1 else sorted(parts, key=len, reverse=True)[:_FEWER]
        found = dict.fromkeys([*fewer[:_FEWER], *alone])
        # A single kanji such as 国 has far too many hits.
        return [search for search in found if len(search) > 1]
    if len(typed) >= _SHORTEST_WORD_TO_HALVE:
        return [typed[: (len(typed) + 1) // 2]]
    return []
