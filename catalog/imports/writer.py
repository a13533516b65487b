"""Writes bib records in batches, one transaction each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from catalog.copies.whereabouts import lock_statuses
from catalog.imports.headings import Contributors, series_of, volume_sets_of
from catalog.imports.matching import Name, Targets
from catalog.imports.pipeline import Outcome, written_or_one_by_one
from catalog.imports.records import BadRecord, BibRecord
from catalog.imports.validation import finish
from catalog.models import Bib, BibStatus, Contribution, MaterialType, MergedBib

_COPIED = [
    "title", "title_reading", "title_romanised", "subtitle", "volume", "volume_order",
    "series_number", "edition", "publisher", "published", "year", "extent", "isbns", "ndc",
    "subjects", "subject_readings", "language", "audience", "contents", "notes",
]  # fmt: skip
_LINKED = ["series_id", "volume_set_id", "material_type_id"]
_WRITTEN = _COPIED + _LINKED
_OF_THE_BIB_ITSELF = (BibStatus, Contribution, MergedBib)
_MERGED = "この番号の資料は、別の資料にまとめてあります。"

_NAMES = {field.attname: str(field.verbose_name) for field in Bib._meta.concrete_fields}
_PEOPLE_KEPT = "前より著者が少ないので、前からの著者を残しました。"

Contributions = list[tuple[int, str]]


class Loader:
    """Writes the records of one source. `dry_run` rolls every transaction back."""

    names = _NAMES | {"people": "著者", "material": "資料形態", "series": "シリーズ"}

    def __init__(self, source: str, *, dry_run: bool = False) -> None:
        self.source = source
        self.dry_run = dry_run
        self._targets = Targets(source)
        self._materials: dict[str, MaterialType] = {}
        for material in MaterialType.objects.all():
            self._materials |= {material.code: material, material.name: material}

    def ready(self, record: BibRecord) -> BibRecord:
        """Return the record in its final form. Raises BadRecord."""
        material = self._materials.get(record.material or "book")
        if material is None:
            raise BadRecord(f"資料形態「{record.material}」はありません。")
        record.material = material.code
        return finish(record)

    def write(self, batch: list[BibRecord]) -> Sequence[Outcome | BadRecord]:
        """Return the outcome of each record, in order."""
        return written_or_one_by_one(batch, self._written, dry_run=self.dry_run)

    def _written(self, batch: list[BibRecord]) -> list[Outcome | BadRecord]:
        kept = [record for record in batch if not record.deleted]
        outcomes: dict[str, Outcome | BadRecord] = dict(self._upserted(kept) if kept else {})
        for record in batch:
            if record.deleted:
                outcomes[record.source_key] = self._deleted(record)
        return [outcomes[record.source_key] for record in batch]

    def _upserted(self, records: list[BibRecord]) -> dict[str, Outcome]:
        contributors = Contributors(person for record in records for person in record.people)
        series, sets = series_of(records), volume_sets_of(records)
        names = self._targets.of(record.source_key for record in records)
        known = _known(names.values())
        outcomes: dict[str, Outcome] = {}
        to_write: list[Bib] = []
        wanted: dict[Name, Contributions] = {}
        for record in records:
            key, name = record.source_key, names.get(record.source_key)
            if name is None:
                record.remarks.append(f"{_MERGED}まとめた先の登録のほうを使います。")
                outcomes[key] = "same"
                continue
            bib = self._bib(name, record)
            bib.series = series.get(record.series)
            bib.volume_set_id = sets.get(key)
            wanted[name] = [(contributors.of(person).pk, person.role) for person in record.people]
            before = known.get(name)
            if before and record.keeps_people and set(wanted[name]) < set(before[1]):
                wanted[name] = before[1]
                record.remarks.append(_PEOPLE_KEPT)
            outcomes[key] = "added" if before is None else "changed"
            if before == (_values(bib), wanted[name]):
                outcomes[key] = "same"
            else:
                to_write.append(bib)
                if before:
                    record.changed_fields = _differing(before, (_values(bib), wanted[name]))
        self._write_bibs(to_write, wanted)
        return outcomes

    def _bib(self, name: Name, record: BibRecord) -> Bib:
        source, source_key = name
        return Bib(
            source=source,
            source_key=source_key,
            material_type=self._materials[record.material],
            **{name: getattr(record, name) for name in _COPIED},
        )

    def _write_bibs(self, bibs: list[Bib], wanted: dict[Name, Contributions]) -> None:
        Bib.objects.bulk_create(
            bibs,
            update_conflicts=True,
            unique_fields=["source", "source_key"],
            update_fields=_WRITTEN,
        )
        stored = _contributions(bib.pk for bib in bibs)
        differing = [bib for bib in bibs if stored[bib.pk] != wanted[_name(bib)]]
        Contribution.objects.filter(bib__in=differing).delete()
        Contribution.objects.bulk_create(
            Contribution(bib=bib, contributor_id=contributor, role=role, position=position)
            for bib in differing
            for position, (contributor, role) in enumerate(wanted[_name(bib)], start=1)
        )

    def _deleted(self, record: BibRecord) -> Outcome | BadRecord:
        """Delete the bib of a deleted record only if nothing refers to it."""
        named = {"source": self.source, "source_key": record.source_key}
        bib = Bib.objects.filter(**named).first()
        if bib is None:
            if MergedBib.objects.filter(**named).exists():
                record.remarks.append(f"{_MERGED}まとめた先は消しません。")
            return "same"
        lock_statuses([bib.pk])
        if _hanging_on(bib):
            return BadRecord("消す知らせですが、所蔵や予約などがあるので残しました。")
        bib.delete()
        return "deleted"


def _hanging_on(bib: Bib) -> bool:
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: bib}).exists()
        for relation in Bib._meta.related_objects
        if relation.related_model not in _OF_THE_BIB_ITSELF
    )


def _known(names: Iterable[Name]) -> dict[Name, tuple[tuple, Contributions]]:
    """Return the stored bibs of these records, with their contributions."""
    keys: dict[str, list[str]] = defaultdict(list)
    for source, key in names:
        keys[source].append(key)
    rows = [
        row
        for source, some in keys.items()
        for row in Bib.objects.filter(source=source, source_key__in=some).values_list(
            "pk", "source", "source_key", *_WRITTEN
        )
    ]
    contributions = _contributions(pk for pk, *_ in rows)
    return {(source, key): (tuple(values), contributions[pk]) for pk, source, key, *values in rows}


def _name(bib: Bib) -> Name:
    return bib.source, bib.source_key


def _values(bib: Bib) -> tuple:
    return tuple(getattr(bib, name) for name in _WRITTEN)


def _differing(before: tuple[tuple, Contributions], now: tuple[tuple, Contributions]) -> list[str]:
    """Return the Japanese names of the fields that differ."""
    pairs = zip(_WRITTEN, before[0], now[0], strict=True)
    names = [_NAMES[name] for name, old, new in pairs if old != new]
    return [*names, "著者"] if before[1] != now[1] else names


def _contributions(bib_ids: Iterable[int]) -> dict[int, Contributions]:
    found: dict[int, Contributions] = defaultdict(list)
    rows = Contribution.objects.filter(bib_id__in=list(bib_ids)).order_by("bib_id", "position")
    for bib_id, contributor_id, role in rows.values_list("bib_id", "contributor_id", "role"):
        found[bib_id].append((contributor_id, role))
    return found
