"""Data of the pages of お気に入り: the lists, and the entries of one list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch
from django.utils import timezone
from django.utils.safestring import SafeString

from akiruno_library import policy
from catalog.display.summaries import bib_summaries
from catalog.models import Branch
from catalog.results.rows import ResultRow, rows_of
from catalog.results.shelves import cover_of
from japanese.collation import collation_key
from japanese.date_format import spoken_day
from patrons.models import FavouriteEntry, FavouriteList, Patron
from patrons.models.favourites import OLD_SLOT

# The sort orders of a list. Entries can be moved only in the patron's own order.
ORDERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "own": ("自分で決めた順", ("place", "-added_at", "-id")),
    "newest": ("入れた日の新しい順", ("-added_at", "-id")),
    "title": ("題名の順", ("id",)),  # sorted by `_in_kana_order`
    "year": ("出版年の新しい順", ("-bib__year", "id")),
}
COVERS_OF_A_LIST = 5


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
class ListCard:
    """A list in the overview, with its first books."""

    slot: int
    name: str
    number: int
    covers: list[SafeString]


@dataclass(frozen=True)
class Overview:
    lists: Sequence[ListCard]
    old: ListCard | None
    left: int


def overview_of(patron: Patron) -> Overview:
    """Return the patron's lists, in a constant number of queries."""
    first = FavouriteEntry.objects.order_by(*ORDERS["own"][1])[:COVERS_OF_A_LIST]
    found = patron.favourite_lists.annotate(number=Count("entries")).order_by("slot")
    found = found.prefetch_related(Prefetch("entries", queryset=first, to_attr="first"))
    bibs = bib_summaries(entry.bib_id for one in found for entry in one.first)
    covers = {pk: cover_of(bib) for pk, bib in bibs.items()}
    lists = [
        ListCard(
            one.slot,
            one.name,
            one.number,
            [covers[entry.bib_id] for entry in one.first if entry.bib_id in covers],
        )
        for one in found
    ]
    own = [one for one in lists if one.slot != OLD_SLOT]
    old = next((one for one in lists if one.slot == OLD_SLOT), None)
    return Overview(own, old, policy.FAVOURITE_LISTS - len(own))


def list_page(
    patron: Patron, chosen: FavouriteList, *, order: str = "own", at: datetime | None = None
) -> ListPage:
    """Return one list in the given order, in a constant number of queries."""
    order = order if order in ORDERS else "own"
    entries = chosen.entries.order_by(*ORDERS[order][1]).select_related("bib")
    in_order = _in_kana_order(entries) if order == "title" else entries
    kept = {entry.bib_id: entry for entry in in_order}
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


def _in_kana_order(entries: Iterable[FavouriteEntry]) -> list[FavouriteEntry]:
    """Sort by JIS X 4061, which the collation of the database does not know."""
    return sorted(
        entries,
        key=lambda entry: (
            collation_key(entry.bib.title_reading or entry.bib.title),
            entry.bib.volume_order or 0,
            entry.pk,
        ),
    )


def _entry(row: ResultRow, kept: FavouriteEntry, at: datetime | None) -> Entry:
    return Entry(row, kept.note, spoken_day(timezone.localdate(kept.added_at), at=at))
