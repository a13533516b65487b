"""The invented bibs in the portal's tables, written by COPY in batches at flat memory."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench.invention import AUTHORS, Author, InventedBib, invented
from bench.words import SERIES
from catalog.copies import whereabouts
from catalog.models import Bib, Branch, Contributor, Copy, MaterialType, Series, VolumeSet

SOURCE = "bench"
BATCH = 10_000
FIRST_BARCODE = 5_000_000_000

BIBS = """COPY catalog_bib (id, source, source_key, title, title_reading, title_romanised, subtitle,
volume, volume_order, volume_set_id, series_id, series_number, edition, publisher, published, year,
extent, isbns, ndc, subjects, subject_readings, language, material_type_id, audience, contents,
notes, created_at) FROM STDIN"""
CONTRIBUTIONS = "COPY catalog_contribution (bib_id, contributor_id, role, position) FROM STDIN"
COPIES = """COPY catalog_copy (barcode, bib_id, home_branch_id, current_branch_id, call_number,
shelf, lending, whereabouts, supplements, accepted_on, times_lent) FROM STDIN"""
NUMBERED_ON = "SELECT setval(pg_get_serial_sequence('catalog_bib', 'id'), max(id)) FROM catalog_bib"


def make_catalogue(bibs: int) -> None:
    """Write the bibs, their authors, series and volumes, and the copies with their counters."""
    writer = CatalogueWriter()
    all_of_them = invented(bibs)
    while batch := list(islice(all_of_them, BATCH)):
        with transaction.atomic():
            writer.write(batch)
    with connection.cursor() as cursor:
        cursor.execute(NUMBERED_ON)
        cursor.execute("TRUNCATE search_change")  # the index is built anew in any case


class CatalogueWriter:
    """Holds what every batch refers to: authors, series, kinds of material, branches."""

    def __init__(self) -> None:
        self._materials = {one.code: one.pk for one in MaterialType.objects.all()}
        self._branches = {one.code: one.pk for one in Branch.objects.all()}
        authors = Contributor.objects.bulk_create(map(_contributor, AUTHORS), batch_size=2_000)
        self._authors = [author.pk for author in authors]
        series = Series.objects.bulk_create(
            Series(title=title, reading=reading.replace("_", " ")) for title, reading in SERIES
        )
        self._series = [one.pk for one in series]
        self._barcode = FIRST_BARCODE
        self._now = timezone.now()

    def write(self, bibs: list[InventedBib]) -> None:
        firsts = [bib.number for bib in bibs if bib.of_set == bib.number]
        sets = VolumeSet.objects.bulk_create(VolumeSet(key=f"bench {first}") for first in firsts)
        of_set = dict(zip(firsts, (one.pk for one in sets), strict=True))
        _copy_in(BIBS, (self._bib(bib, of_set) for bib in bibs))
        _copy_in(CONTRIBUTIONS, (row for bib in bibs for row in self._contributions(bib)))
        _copy_in(COPIES, (row for bib in bibs for row in self._copies(bib)))
        whereabouts.count_copies(bib.number + 1 for bib in bibs)

    def _bib(self, bib: InventedBib, of_set: dict[int, int]) -> tuple[Any, ...]:
        for_children = bib.material == "picture_book"
        return (
            bib.number + 1, SOURCE, f"{bib.number:08}", bib.title, bib.reading, "", bib.subtitle,
            bib.volume or "", bib.volume, None if bib.of_set is None else of_set[bib.of_set],
            None if bib.series is None else self._series[bib.series], bib.series_number, "",
            bib.publisher, f"{bib.year}.{bib.month}", bib.year, f"{bib.pages}p 19cm",
            [bib.isbn] if bib.isbn else [], bib.ndc, [bib.topic[0]], [bib.topic[1]], "jpn",
            self._materials[bib.material],
            Bib.Audience.CHILD.value if for_children else Bib.Audience.ADULT.value,
            bib.contents, "", self._now,
        )  # fmt: skip

    def _contributions(self, bib: InventedBib) -> Iterator[tuple[Any, ...]]:
        for position, author in enumerate(bib.authors):
            yield bib.number + 1, self._authors[author], "著", position

    def _copies(self, bib: InventedBib) -> Iterator[tuple[Any, ...]]:
        for copy in bib.copies:
            self._barcode += 1
            branch = self._branches[copy.branch]
            lending = Copy.Lending.IN_LIBRARY if copy.in_library else Copy.Lending.LENT
            yield (
                str(self._barcode), bib.number + 1, branch, branch, copy.call_number, copy.shelf,
                lending.value, Copy.Whereabouts.SHELF.value, "", copy.accepted_on, copy.times_lent,
            )  # fmt: skip


def _contributor(author: Author) -> Contributor:
    (surname, surname_reading), (given, given_reading) = author.surname, author.given
    name = ", ".join(filter(None, [f"{surname} {given}", author.born]))
    return Contributor(name=name, reading=f"{surname_reading} {given_reading}")


def _copy_in(statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copying:
        for row in rows:
            copying.write_row(row)
