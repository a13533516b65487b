"""分類: the classes of the NDC as a tree, with the number of titles and the newest ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import Left
from django.urls import reverse

from akiruno_library import policy
from catalog import ndc
from catalog.models import Bib
from catalog.refusals import SearchUnavailable
from catalog.results import shelves
from catalog.search import SearchRequest, search

_COUNTS = "browsing.titles_by_class"


@dataclass(frozen=True)
class ClassLink:
    number: str
    words: str
    url: str
    count: int
    titles: str
    below: "Sequence[ClassLink]"


def classes_page() -> dict[str, Any]:
    counts = titles_by_class()
    return {"classes": [_link(n, counts, below=_below(n, counts)) for n in "0123456789"]}


def class_page(number: str) -> dict[str, Any]:
    """Return the page of `number`, a class of the NDC."""
    counts = titles_by_class()
    return {
        "number": ndc.display_number(number),
        "name": ndc.name_of(number),
        "crumbs": [_link(number[:length], {}) for length in range(1, len(number))],
        "classes": _below(number, counts),
        "titles": f"{_sum(number, counts):,}点" if _sum(number, counts) else "",
        "newest": newest_of(number),
        "everything": _search(number, "newest"),
        "most_lent": _search(number, "borrowed"),
    }


def newest_of(number: str) -> list[shelves.ShelfBook]:
    """Return nothing if the search is unavailable; the rest of the page does not need it."""
    try:
        found = search(SearchRequest(ndc=number, sort="newest", per_page=shelves.BOOKS_ON_A_SHELF))
    except SearchUnavailable:
        return []
    return shelves.books(found.ids)


def titles_by_class() -> dict[str, int]:
    """Return counts by the first three signs. Cached, as it reads the whole catalogue."""
    counts = cache.get(_COUNTS)
    if counts is None:
        bibs = Bib.objects.public().annotate(signs=Left("ndc", ndc.LONGEST))
        signs = bibs.order_by().values_list("signs")
        counts = dict(signs.annotate(titles=Count("pk")))
        cache.set(_COUNTS, counts, policy.COUNTS_KEPT.total_seconds())
    return counts


def _below(number: str, counts: dict[str, int]) -> list[ClassLink]:
    """Return the ten classes within; of sections, those with a name or with titles."""
    if len(number) == ndc.LONGEST:
        return []
    within = [_link(number + figure, counts) for figure in "0123456789"]
    # The first subclass holds titles about the whole class, so its name gets (全般).
    within[0] = replace(within[0], words=f"{within[0].words}(全般)")
    return [link for link in within if link.count or link.words]


def _link(number: str, counts: dict[str, int], *, below: Sequence[ClassLink] = ()) -> ClassLink:
    count = _sum(number, counts)
    return ClassLink(
        ndc.display_number(number),
        ndc.name_of(number),
        reverse("browsing:class", args=[number]),
        count,
        f"{count:,}点",
        below,
    )


def _sum(number: str, counts: dict[str, int]) -> int:
    return sum(titles for signs, titles in counts.items() if signs.startswith(number))


def _search(number: str, sort: str) -> str:
    return f"{reverse('catalog:search')}?{urlencode({'ndc': number, 'sort': sort})}"
