"""One book in children's words: what it is, where it stands, how to get it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from akiruno_library.links import numbered_url
from catalog.bib_page.facts import copies_of
from catalog.bib_page.page import Spine, spines_of
from catalog.copies import web_eligibility
from catalog.display.covers import cover_svg
from catalog.display.summaries import PersonSummary
from catalog.kids.readings import read_out
from catalog.kids.search import FOR_CHILDREN
from catalog.kids.summaries import (
    KidsBook,
    availability_of,
    kids_books,
    name_of,
    people_of,
    title_with_volume,
)
from catalog.models import Bib, Branch, Copy
from catalog.refusals import SearchUnavailable
from catalog.results.rows import joined_authors
from catalog.results.shelves import BOOKS_ON_A_SHELF
from catalog.search import Clause, SearchRequest, search
from japanese.furigana import spelled, with_reading

_STATES = {
    Copy.Whereabouts.SHELF: ("棚《たな》に あるよ", "good"),
    Copy.Whereabouts.ON_LOAN: ("だれかが 借《か》りているよ", "plain"),
    Copy.Whereabouts.HOLD_SHELF: ("予約《よやく》した 人《ひと》を 待《ま》っているよ", "plain"),
    Copy.Whereabouts.CLAIMED: ("予約《よやく》した 人《ひと》が いるよ", "plain"),
    Copy.Whereabouts.IN_TRANSIT: ("はこんでいるところだよ", "plain"),
    Copy.Whereabouts.PROCESSING: ("じゅんびを しているよ", "plain"),
    Copy.Whereabouts.REPAIR: ("なおしているところだよ", "plain"),
    Copy.Whereabouts.ON_ORDER: ("もうすぐ 来《く》るよ", "plain"),
}
_NOT_THERE = ("どこに あるか わからないよ", "plain")
_READ_THERE = "図書館《としょかん》の 中《なか》で 読《よ》んでね"


@dataclass(frozen=True)
class Place:
    """A shelf, with the label on the spine of the book."""

    branch: SafeString
    shelf: SafeString
    label: tuple[str, ...]  # E, オ
    words: SafeString
    tone: str


def bib_page(bib: Bib, branches: Sequence[Branch]) -> dict[str, Any]:
    copies = copies_of(bib)
    people = [contribution.contributor for contribution in bib.credits]
    people_summaries = [
        PersonSummary(person.name, contribution.role, person.reading, "", [])
        for contribution, person in zip(bib.credits, people, strict=True)
    ]
    authors = joined_authors([person.name for person in people])
    spines = list(spines_of(bib))
    return {
        "bib": bib,
        "cover": cover_svg(bib.title, authors, bib.volume, bib.ndc, bib.material_type.name),
        "title": title_with_volume(with_reading(bib.title, bib.title_reading), bib.volume),
        "people": people_of(people_summaries),
        "availability": availability_of(bib.status, branches),
        "places": list(places_of(copies, branches)),
        "is_reservable": web_eligibility.is_reservable(bib.status, bib.material_type),
        "spines": spines if len(spines) > 1 else [],
        "next_volume": _next(spines),
        "same_author": _of_the_same(people[0].name, bib, branches) if people else [],
        "here": numbered_url("kids:bib", bib.pk),
    }


def places_of(copies: Iterable[Copy], branches: Sequence[Branch]) -> Iterator[Place]:
    """Return each shelf once for each state; shelves with a free copy first."""
    order = {branch.pk: at for at, branch in enumerate(branches)}
    seen: set[tuple[object, ...]] = set()
    for copy in sorted(copies, key=lambda copy: (not _is_free(copy), order[copy.home_branch_id])):
        words, tone = _state_of(copy)
        key = (copy.current_branch_id, copy.shelf, copy.call_number, words)
        if key in seen:
            continue
        seen.add(key)
        yield Place(
            branch=name_of(branches[order[copy.current_branch_id]]),
            shelf=read_out(copy.shelf),
            label=tuple(copy.call_number.split("/")) if copy.call_number else (),
            words=spelled(words),
            tone=tone,
        )


def _is_free(copy: Copy) -> bool:
    on_its_shelf = copy.whereabouts == Copy.Whereabouts.SHELF
    return on_its_shelf and copy.lending == Copy.Lending.LENT


def _state_of(copy: Copy) -> tuple[str, str]:
    if copy.whereabouts == Copy.Whereabouts.SHELF and copy.lending != Copy.Lending.LENT:
        return _READ_THERE, "plain"
    return _STATES.get(Copy.Whereabouts(copy.whereabouts), _NOT_THERE)


def _next(spines: Sequence[Spine]) -> Spine | None:
    at = next((at for at, spine in enumerate(spines) if spine.is_this), len(spines))
    return spines[at + 1] if at + 1 < len(spines) else None


def _of_the_same(author: str, bib: Bib, branches: Sequence[Branch]) -> list[KidsBook]:
    """Return more children's books by the same person; nothing if the search is unavailable."""
    request = SearchRequest(
        clauses=(Clause("author", author, "is"),), audiences=FOR_CHILDREN, sort="borrowed"
    )
    try:
        found = search(request).ids
    except SearchUnavailable:
        return []
    others = [pk for pk in found if pk != bib.pk]
    return kids_books(others[:BOOKS_ON_A_SHELF], branches)
