"""Writing records of bibs in batches, each of them one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from catalog.holdings import lock_statuses
from catalog.imports.finishing import finish
from catalog.imports.headings import Contributors, series_of, volume_sets_of
from catalog.imports.records import BadRecord, BibRecord
from catalog.imports.running import Outcome, written_or_one_by_one
from catalog.models import Bib, BibStatus, Contribution, MaterialType

_COPIED = [
    "title", "title_reading", "title_romanised", "subtitle", "volume", "volume_order",
    "series_number", "edition", "publisher", "published", "year", "extent", "isbns", "ndc",
    "subjects", "subject_readings", "language", "audience", "contents", "notes",
]  # fmt: skip
_LINKED = ["series_id", "volume_set_id", "material_type_id"]
_WRITTEN = _COPIED + _LINKED
_OF_THE_BIB_ITSELF = (BibStatus, Contribution)

Contributions = list[tuple[int, str]]


class Loader:
    """Writes the records of one source; with `dry_run` every transaction is taken back."""

    def __init__(self, source: str, *, dry_run: bool = False) -> None:
        self.source = source
        self.dry_run = dry_run
        self._materials: dict[str, MaterialType] = {}
        for material in MaterialType.objects.all():
            self._materials |= {material.code: material, material.name: material}

    def ready(self, record: BibRecord) -> BibRecord:
        """The record as it can be written, or BadRecord."""
        material = self._materials.get(record.material or "book")
        if material is None:
            raise BadRecord(f"資料形態「{record.material}」はありません。")
        record.material = material.code
        return finish(record)

    def write(self, batch: list[BibRecord]) -> Sequence[Outcome | BadRecord]:
        """What became of each record, in their order."""
        return written_or_one_by_one(batch, self._written, dry_run=self.dry_run)

    def _written(self, batch: list[BibRecord]) -> list[Outcome | BadRecord]:
        kept = [record for record in batch if not record.deleted]
        outcomes: dict[str, Outcome | BadRecord] = dict(self._upserted(kept) if kept else {})
        for record in batch:
            if record.deleted:
                outcomes[record.source_key] = self._deleted(record.source_key)
        return [outcomes[record.source_key] for record in batch]

    def _upserted(self, records: list[BibRecord]) -> dict[str, Outcome]:
        contributors = Contributors(person for record in records for person in record.people)
        series, sets = series_of(records), volume_sets_of(records)
        known = self._known(records)
        outcomes: dict[str, Outcome] = {}
        to_write: list[Bib] = []
        wanted: dict[str, Contributions] = {}
        for record in records:
            key = record.source_key
            bib = self._bib(record)
            bib.series = series.get(record.series)
            bib.volume_set_id = sets.get(key)
            wanted[key] = [(contributors.of(person).pk, person.role) for person in record.people]
            before = known.get(key)
            outcomes[key] = "added" if before is None else "changed"
            if before == (_values(bib), wanted[key]):
                outcomes[key] = "same"
            else:
                to_write.append(bib)
        self._write_bibs(to_write, wanted)
        return outcomes

    def _bib(self, record: BibRecord) -> Bib:
        return Bib(
            source=self.source,
            source_key=record.source_key,
            material_type=self._materials[record.material],
            **{name: getattr(record, name) for name in _COPIED},
        )

    def _known(self, records: list[BibRecord]) -> dict[str, tuple[tuple, Contributions]]:
        keys = [record.source_key for record in records]
        rows = list(
            Bib.objects.filter(source=self.source, source_key__in=keys).values_list(
                "pk", "source_key", *_WRITTEN
            )
        )
        contributions = _contributions(pk for pk, *_ in rows)
        return {key: (tuple(values), contributions[pk]) for pk, key, *values in rows}

    def _write_bibs(self, bibs: list[Bib], wanted: dict[str, Contributions]) -> None:
        Bib.objects.bulk_create(
            bibs,
            update_conflicts=True,
            unique_fields=["source", "source_key"],
            update_fields=_WRITTEN,
        )
        stored = _contributions(bib.pk for bib in bibs)
        differing = [bib for bib in bibs if stored[bib.pk] != wanted[bib.source_key]]
        Contribution.objects.filter(bib__in=differing).delete()
        Contribution.objects.bulk_create(
            Contribution(bib=bib, contributor_id=contributor, role=role, position=position)
            for bib in differing
            for position, (contributor, role) in enumerate(wanted[bib.source_key], start=1)
        )

    def _deleted(self, source_key: str) -> Outcome | BadRecord:
        """A record that the source gave up goes only when nothing hangs on it."""
        bib = Bib.objects.filter(source=self.source, source_key=source_key).first()
        if bib is None:
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


def _values(bib: Bib) -> tuple:
    return tuple(getattr(bib, name) for name in _WRITTEN)


def _contributions(bib_ids: Iterable[int]) -> dict[int, Contributions]:
    found: dict[int, Contributions] = defaultdict(list)
    rows = Contribution.objects.filter(bib_id__in=list(bib_ids)).order_by("bib_id", "position")
    for bib_id, contributor_id, role in rows.values_list("bib_id", "contributor_id", "role"):
        found[bib_id].append((contributor_id, role))
    return found
