"""Import of old favourites from CSV, for a move from another system (9.4, 6.2)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from akiruno_library import policy
from catalog.imports.copies import bib_of, bibs_named, no_such_bib
from catalog.imports.days import read_moment
from catalog.imports.pipeline import Outcome, written_or_one_by_one
from catalog.imports.records import BadRecord
from catalog.imports.tables import TableKind, TableRow
from japanese.date_format import spoken_day
from patrons.imports import MAPPINGS, card_of, no_such_patron, patrons_with
from patrons.models import FavouriteEntry, FavouriteList

FAVOURITES = TableKind(
    "favourites",
    MAPPINGS / "favourites.toml",
    required={"card_number": "利用者番号", "bib": "書誌の番号", "added_at": "登録日"},
    optional=("bib_source",),
)


@dataclass(slots=True)
class FavouriteRecord:
    where: str
    source_key: str
    card_number: str
    bib: tuple[str, str]
    added_at: datetime
    remarks: list[str] = field(default_factory=list)


class FavouriteWriter:
    """これまでのお気に入り: entries from on or before the last day of the old system."""

    source = "これまでのお気に入り"

    def __init__(self, *, dry_run: bool = False) -> None:
        self.dry_run = dry_run

    def ready(self, row: TableRow) -> FavouriteRecord:
        added_at = read_moment(row["added_at"], "登録日")
        if timezone.localdate(added_at) > policy.OLD_FAVOURITES_UNTIL:
            last_day = spoken_day(policy.OLD_FAVOURITES_UNTIL)
            raise BadRecord(f"登録日が{last_day}よりあとのものは、入れられません。")
        card, bib = card_of(row), bib_of(row)
        return FavouriteRecord(row.where, f"{card} {bib}", card, bib, added_at)

    def write(self, batch: list[FavouriteRecord]) -> Sequence[Outcome | BadRecord]:
        return written_or_one_by_one(batch, self._written, dry_run=self.dry_run)

    def _written(self, batch: list[FavouriteRecord]) -> list[Outcome | BadRecord]:
        patrons = patrons_with(record.card_number for record in batch)
        bibs = bibs_named(record.bib for record in batch)
        # An import that brings no entry creates no list.
        lists = self._lists(
            patrons[record.card_number]
            for record in batch
            if record.card_number in patrons and record.bib in bibs
        )
        inside: dict[int, set[int]] = defaultdict(set)
        rows = FavouriteEntry.objects.filter(list__in=lists.values())
        for list_id, bib_id in rows.values_list("list_id", "bib_id"):
            inside[list_id].add(bib_id)
        outcomes: list[Outcome | BadRecord] = []
        new = []
        for record in batch:
            patron, bib = patrons.get(record.card_number), bibs.get(record.bib)
            if patron is None:
                outcomes.append(no_such_patron(record.card_number))
            elif bib is None:
                outcomes.append(no_such_bib(record.bib))
            elif bib in inside[lists[patron]]:
                outcomes.append("same")
            else:
                inside[lists[patron]].add(bib)
                new.append(
                    FavouriteEntry(list_id=lists[patron], bib_id=bib, added_at=record.added_at)
                )
                outcomes.append("added")
        FavouriteEntry.objects.bulk_create(new)
        return outcomes

    def _lists(self, patrons: Iterable[int]) -> dict[int, int]:
        wanted = set(patrons)
        FavouriteList.objects.bulk_create(
            (
                FavouriteList(patron_id=pk, slot=0, name="これまでのお気に入り")
                for pk in sorted(wanted)
            ),
            ignore_conflicts=True,
        )
        rows = FavouriteList.objects.filter(patron__in=wanted, slot=0)
        return dict(rows.values_list("patron_id", "pk"))
