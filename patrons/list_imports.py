"""Import of the patrons' own favourites lists, up to five with notes, from CSV (9.4, 6.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from akiruno_library import policy
from catalog.imports.copies import bib_of, bibs_named, no_such_bib, short
from catalog.imports.days import read_moment
from catalog.imports.pipeline import Outcome, written_or_one_by_one
from catalog.imports.records import BadRecord
from catalog.imports.tables import TableKind, TableRow
from patrons.imports import MAPPINGS, card_of, no_such_patron, patrons_with
from patrons.models import FavouriteEntry, FavouriteList

LISTS = TableKind(
    "lists",
    MAPPINGS / "lists.toml",
    required={"card_number": "利用者番号", "list_name": "リストの名前", "bib": "書誌の番号"},
    optional=("bib_source", "added_at", "note"),
)
_LONGEST_NAME, _LONGEST_NOTE = 40, 200


@dataclass(slots=True)
class ListRecord:
    where: str
    source_key: str
    card_number: str
    list_name: str
    bib: tuple[str, str]
    added_at: datetime
    note: str
    remarks: list[str] = field(default_factory=list)


class ListWriter:
    """Add entries. A list of the same name is continued; nothing in it is changed or removed."""

    source = "お気に入りのリスト"

    def __init__(self, *, dry_run: bool = False, at: datetime | None = None) -> None:
        self.dry_run, self.at = dry_run, at or timezone.now()

    def ready(self, row: TableRow) -> ListRecord:
        card, bib = card_of(row), bib_of(row)
        name = short(row["list_name"], _LONGEST_NAME, "リストの名前")
        return ListRecord(
            where=row.where,
            source_key=f"{card} {name} {bib}",
            card_number=card,
            list_name=name,
            bib=bib,
            added_at=read_moment(row["added_at"], "登録日") if row["added_at"] else self.at,
            note=short(row["note"], _LONGEST_NOTE, "メモ"),
        )

    def write(self, batch: list[ListRecord]) -> Sequence[Outcome | BadRecord]:
        return written_or_one_by_one(batch, self._written, dry_run=self.dry_run)

    def _written(self, batch: list[ListRecord]) -> list[Outcome | BadRecord]:
        patrons = patrons_with(record.card_number for record in batch)
        bibs = bibs_named(record.bib for record in batch)
        lists: dict[int, dict[str, FavouriteList]] = {pk: {} for pk in patrons.values()}
        own = FavouriteList.objects.filter(patron__in=lists).exclude(slot=0)
        for one in own.prefetch_related("entries"):
            lists[one.patron_id][one.name] = one
        inside = {
            (one.pk, entry.bib_id)
            for named in lists.values()
            for one in named.values()
            for entry in one.entries.all()
        }
        return [self._entered(record, patrons, bibs, lists, inside) for record in batch]

    def _entered(
        self,
        record: ListRecord,
        patrons: dict[str, int],
        bibs: dict[tuple[str, str], int],
        lists: dict[int, dict[str, FavouriteList]],
        inside: set[tuple[int, int]],
    ) -> Outcome | BadRecord:
        patron, bib = patrons.get(record.card_number), bibs.get(record.bib)
        if patron is None:
            return no_such_patron(record.card_number)
        if bib is None:
            return no_such_bib(record.bib)
        found = _list_named(record.list_name, patron, lists[patron])
        if found is None:
            return BadRecord(f"リストは{policy.FAVOURITE_LISTS}つまでです。")
        if (found.pk, bib) in inside:
            return "same"
        inside.add((found.pk, bib))
        FavouriteEntry.objects.create(
            list=found, bib_id=bib, added_at=record.added_at, note=record.note
        )
        return "added"


def _list_named(name: str, patron_id: int, own: dict[str, FavouriteList]) -> FavouriteList | None:
    """Return the list of this name, made in the first free slot; None if five are there."""
    if name in own:
        return own[name]
    taken = {one.slot for one in own.values()}
    free = [slot for slot in range(1, policy.FAVOURITE_LISTS + 1) if slot not in taken]
    if not free:
        return None
    own[name] = FavouriteList.objects.create(patron_id=patron_id, slot=free[0], name=name)
    return own[name]
