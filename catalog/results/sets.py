"""Groups the volumes of one work at the place of its first volume in a list."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection

from akiruno_library import policy
from catalog.copies import web_eligibility
from catalog.display.summaries import BibSummary, bib_summaries
from catalog.results.rows import ResultRow
from japanese.volume_labels import unit_of

VOLUMES = """
SELECT volume_set_id, array_agg(id ORDER BY volume_order, id) FROM catalog_bib
WHERE volume_set_id = ANY (%s) AND NOT hidden GROUP BY volume_set_id HAVING count(*) <= %s
"""


@dataclass(frozen=True)
class WholeSet:
    """All volumes of a set that the library has, in their order."""

    size: int
    reservable: list[int]
    unit: str = "巻"

    @property
    def offer(self) -> str:
        if len(self.reservable) == self.size:
            return f"全{self.size}{self.unit}を予約かごへ"
        return (
            f"全{self.size}{self.unit}のうち予約できる{len(self.reservable)}{self.unit}を予約かごへ"
        )


@dataclass(frozen=True)
class Entry:
    """A line of the list: one bib, or a work with its volumes on this page."""

    row: ResultRow
    volumes: list[ResultRow] = field(default_factory=list)
    whole: WholeSet | None = None


def whole_sets(sets: Iterable[int | None]) -> dict[int, WholeSet]:
    """Return the sets with two or more volumes here that fit into one basket; in two queries."""
    pairs = _twice(sets)
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(VOLUMES, [pairs, policy.SET_LARGEST])
        found = dict(cursor.fetchall())
    bibs = bib_summaries(pk for volumes in found.values() for pk in volumes)
    return {
        pk: _whole([bibs[number] for number in volumes if number in bibs])
        for pk, volumes in found.items()
    }


def gathered(rows: Sequence[ResultRow], whole: Mapping[int, WholeSet]) -> list[Entry]:
    """Return rows of the same set as one entry, at the place of the first, in order of volumes."""
    members: defaultdict[int, list[ResultRow]] = defaultdict(list)
    for row in rows:
        # A bib without a set gets its negative id as key, which no set has.
        members[row.volume_set or -row.pk].append(row)
    return [_entry(together, whole) for together in members.values()]


def _entry(rows: list[ResultRow], whole: Mapping[int, WholeSet]) -> Entry:
    if len(rows) == 1:
        return Entry(rows[0])
    in_order = sorted(rows, key=lambda row: (row.volume_order, row.pk))
    of_set = whole.get(rows[0].volume_set or 0)
    return Entry(rows[0], in_order, of_set if of_set and len(of_set.reservable) > 1 else None)


def _whole(bibs: Sequence[BibSummary]) -> WholeSet:
    can_be = [
        bib.pk for bib in bibs if web_eligibility.is_reservable(bib.status, bib.material_type)
    ]
    return WholeSet(len(bibs), can_be, unit_of(bib.volume for bib in bibs))


def _twice(sets: Iterable[int | None]) -> list[int]:
    seen = [pk for pk in sets if pk]
    return [pk for pk in set(seen) if seen.count(pk) > 1]
