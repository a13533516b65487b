"""Imports copies from a CSV table.

The whereabouts of a known copy are not changed, because the counter knows them better.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from catalog.copies import whereabouts as copies_whereabouts
from catalog.imports.bulk_copy import copy_into
from catalog.imports.days import read_day
from catalog.imports.numbers import read_key, read_number
from catalog.imports.pipeline import Outcome, written_or_one_by_one
from catalog.imports.records import BadRecord
from catalog.imports.tables import TableKind, TableRow, choices_of, one_of
from catalog.models import Bib, Branch, Copy, MergedBib

COPIES = TableKind(
    "copies",
    Path(__file__).parent / "mappings/tables/copies.toml",
    required={"barcode": "資料番号", "bib": "書誌の番号", "branch": "所蔵館"},
    optional=(
        "bib_source", "call_number", "shelf", "lending", "whereabouts", "supplements",
        "accepted_on",
    ),
)  # fmt: skip
DEFAULT_SOURCE = "library"
_FACTS = [
    "bib_id", "home_branch_id", "call_number", "shelf", "lending", "supplements", "accepted_on",
]  # fmt: skip
_NEW = ["barcode", "current_branch_id", "whereabouts", "times_lent", *_FACTS]
_NAMES = {field.attname: str(field.verbose_name) for field in Copy._meta.concrete_fields}
_MOVED_BY_SCANS = frozenset(
    {
        Copy.Whereabouts.CLAIMED,
        Copy.Whereabouts.IN_TRANSIT,
        Copy.Whereabouts.HOLD_SHELF,
        Copy.Whereabouts.ON_LOAN,
    }
)


@dataclass(slots=True)
class CopyRecord:
    where: str
    source_key: str
    bib: tuple[str, str]
    home_branch_id: int
    call_number: str
    shelf: str
    lending: str
    whereabouts: str
    supplements: str
    accepted_on: date | None
    remarks: list[str] = field(default_factory=list)
    changed_fields: list[str] = field(default_factory=list)


class CopyWriter:
    source = "所蔵"
    names = _NAMES | {"source_key": "資料番号", "bib": "書誌"}

    def __init__(self, *, dry_run: bool = False) -> None:
        self.dry_run = dry_run
        self._branches = branch_choices()
        self._lending = choices_of(Copy.Lending.choices)
        self._whereabouts = choices_of(Copy.Whereabouts.choices)

    def ready(self, row: TableRow) -> CopyRecord:
        whereabouts = one_of(
            self._whereabouts, row["whereabouts"] or Copy.Whereabouts.SHELF, "状態"
        )
        if whereabouts in _MOVED_BY_SCANS:
            whereabouts = (
                Copy.Whereabouts.SHELF.value
            )  # the tables of loans and reservations tell that
        return CopyRecord(
            where=row.where,
            source_key=read_number(row["barcode"], "資料番号"),
            bib=bib_of(row),
            home_branch_id=branch_of(self._branches, row["branch"], "所蔵館"),
            call_number=short(row["call_number"], 60, "請求記号"),
            shelf=short(row["shelf"], 30, "配架場所"),
            lending=one_of(self._lending, row["lending"] or Copy.Lending.LENT, "帯出区分"),
            whereabouts=whereabouts,
            supplements=short(row["supplements"], 60, "付属資料"),
            accepted_on=read_day(row["accepted_on"], "受入日") if row["accepted_on"] else None,
        )

    def write(self, batch: list[CopyRecord]) -> Sequence[Outcome | BadRecord]:
        return written_or_one_by_one(batch, self._written, dry_run=self.dry_run)

    def _written(self, batch: list[CopyRecord]) -> list[Outcome | BadRecord]:
        bibs = bibs_named(record.bib for record in batch)
        found = Copy.objects.filter(barcode__in=[record.source_key for record in batch])
        touched = {*bibs.values(), *found.values_list("bib_id", flat=True)}
        copies_whereabouts.lock_statuses(touched)
        known = {copy.barcode: copy for copy in found.select_for_update(no_key=True).order_by("pk")}
        outcomes: list[Outcome | BadRecord] = []
        new, changed = [], []
        for record in batch:
            bib_id, copy = bibs.get(record.bib), known.get(record.source_key)
            if bib_id is None:
                outcomes.append(no_such_bib(record.bib))
            elif copy is None:
                new.append(_new_row(record, bib_id))
                outcomes.append("added")
            else:
                outcomes.append(_mend(copy, record, bib_id))
                changed += [copy] if outcomes[-1] == "changed" else []
        copy_into(Copy, _NEW, new)
        Copy.objects.bulk_update(changed, _FACTS)
        if new or changed:
            copies_whereabouts.count_copies(touched)
        return outcomes


def _new_row(record: CopyRecord, bib_id: int) -> tuple[object, ...]:
    where = (record.source_key, record.home_branch_id, record.whereabouts, 0)
    return (*where, *_facts(record, bib_id).values())


def _facts(record: CopyRecord, bib_id: int) -> dict[str, object]:
    return {
        "bib_id": bib_id,
        "home_branch_id": record.home_branch_id,
        "call_number": record.call_number,
        "shelf": record.shelf,
        "lending": record.lending,
        "supplements": record.supplements,
        "accepted_on": record.accepted_on,
    }


def _mend(copy: Copy, record: CopyRecord, bib_id: int) -> Outcome | BadRecord:
    facts = _facts(record, bib_id)
    differing = {name for name, value in facts.items() if getattr(copy, name) != value}
    if differing & {"bib_id", "lending"} and copy.whereabouts in _MOVED_BY_SCANS:
        return BadRecord(
            f"「{copy.get_whereabouts_display()}」のため、書誌と帯出区分は変えられません。"
        )
    for name in differing:
        setattr(copy, name, facts[name])
    record.changed_fields = [_NAMES[name] for name in facts if name in differing]
    return "changed" if differing else "same"


def bibs_named(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return (source, key) → bib id, also for bibs that were merged into others."""
    wanted = set(names)
    facts = {
        "source__in": {source for source, _ in wanted},
        "source_key__in": {key for _, key in wanted},
    }
    bibs = Bib.objects.filter(**facts).values_list("pk", "source", "source_key")
    merged = MergedBib.objects.filter(**facts).values_list("bib_id", "source", "source_key")
    return {(source, key): pk for pk, source, key in (*bibs, *merged) if (source, key) in wanted}


def bib_of(row: TableRow) -> tuple[str, str]:
    """Return the (source, key) that the row names."""
    return row["bib_source"] or DEFAULT_SOURCE, read_key(row["bib"], "書誌の番号")


def no_such_bib(name: tuple[str, str]) -> BadRecord:
    source, key = name
    return BadRecord(f"書誌「{key}」({source})がありません。先に書誌を取り込んでください。")


def branch_choices() -> dict[str, int]:
    """Return the branches by code, name and short name."""
    branches = list(Branch.objects.all())
    return {
        words: branch.pk
        for branch in branches
        for words in (branch.name, branch.short_name, branch.code)
    }


def branch_of(branches: dict[str, int], cell: str, words: str) -> int:
    if cell in branches:
        return branches[cell]
    raise BadRecord(f"{words}「{cell}」という館はありません。")


def short(cell: str, longest: int, words: str) -> str:
    if len(cell) > longest:
        raise BadRecord(f"{words}が長すぎます({longest}文字まで)。")
    return cell
