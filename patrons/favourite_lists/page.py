"""What the pages of お気に入り show: the lists, and the rows of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.japanese_dates import spoken_day
from catalog.models import Branch
from catalog.results import ResultRow, rows_of
from patrons.models import FavouriteEntry, FavouriteList, Patron
from patrons.models.favourites import OLD_SLOT

# How a list may be looked at; only one's own order can be changed.
ORDERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "own": ("自分で決めた順", ("place", "-added_at", "-id")),
    "newest": ("入れた日の新しい順", ("-added_at", "-id")),
    "title": ("題名の順", ("bib__title_reading", "bib__title", "id")),
    "year": ("出版年の新しい順", ("-bib__year", "id")),
}


@dataclass(frozen=True)
class Entry:
    row: ResultRow
    note: str
    added: str


@dataclass(frozen=True)
class ListPage:
    chosen: FavouriteList
    entries: list[Entry]
    others: list[FavouriteList]
    reservable: list[int]
    order: str
    orders: list[tuple[str, str]]

    @property
    def can_be_arranged(self) -> bool:
        return self.order == "own" and len(self.entries) > 1


@dataclass(frozen=True)
class Overview:
    lists: Sequence[FavouriteList]
    old: FavouriteList | None
    left: int


def overview_of(patron: Patron) -> Overview:
    """The patron's lists, each with its `number` of entries."""
    lists = list(patron.favourite_lists.annotate(number=Count("entries")).order_by("slot"))
    own = [one for one in lists if one.slot != OLD_SLOT]
    old = next((one for one in lists if one.slot == OLD_SLOT), None)
    return Overview(own, old, policy.FAVOURITE_LISTS - len(own))


def list_page(
    patron: Patron, chosen: FavouriteList, *, order: str = "own", at: datetime | None = None
) -> ListPage:
    """One list in an order, in a constant number of queries."""
    order = order if order in ORDERS else "own"
    kept = {entry.bib_id: entry for entry in chosen.entries.order_by(*ORDERS[order][1])}
    rows = rows_of(list(kept), Branch.objects.all())
    return ListPage(
        chosen,
        [_entry(row, kept[row.pk], at) for row in rows],
        others=[
            o for o in patron.favourite_lists.order_by("slot") if o.pk != chosen.pk and o.takes_in
        ],
        reservable=[row.pk for row in rows if row.is_reservable],
        order=order,
        orders=[(code, words) for code, (words, _) in ORDERS.items()],
    )


def _entry(row: ResultRow, kept: FavouriteEntry, at: datetime | None) -> Entry:
    return Entry(row, kept.note, spoken_day(timezone.localdate(kept.added_at), at=at))
