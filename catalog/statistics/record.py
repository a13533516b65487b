"""Records events for the figures of use. The functions accept no person."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from catalog.models import Bib, Branch
from catalog.models.statistics import Happening, Kind

# One statement deletes and adds: an event that is recorded meanwhile stays for the next run, and
# none is counted twice.
ADD_UP = """
WITH counted AS (
    DELETE FROM catalog_happening
    RETURNING kind, month, branch_id, material_type_id, ndc, number
)
INSERT INTO catalog_figure AS figure (kind, month, branch_id, material_type_id, ndc, number)
SELECT kind, month, branch_id, material_type_id, ndc, sum(number)
FROM counted
GROUP BY kind, month, branch_id, material_type_id, ndc
ON CONFLICT ON CONSTRAINT figure_one_for_each_cell
DO UPDATE SET number = figure.number + excluded.number
"""


def note(kind: Kind, *, branch: Branch | None, at: datetime | None = None) -> None:
    """Record an event at a branch or on the web, such as a registration or a visit."""
    _insert([_happening(kind, branch, None, at, 1)])


def note_bibs(
    kind: Kind,
    bibs: Iterable[Bib],
    *,
    branch: Branch | None,
    at: datetime | None = None,
) -> None:
    """Record an event for each of these bibs."""
    _insert([_happening(kind, branch, bib, at, 1) for bib in bibs])


def subtract_bibs(
    kind: Kind,
    bibs: Iterable[Bib],
    *,
    branch: Branch | None,
    at: datetime | None = None,
) -> None:
    """Undo the record of a mistaken event for each of these bibs."""
    _insert([_happening(kind, branch, bib, at, -1) for bib in bibs])


def add_up() -> int:
    """Add the events to the figures in one statement; return how many figures changed."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_UP)
        return cursor.rowcount


def _happening(
    kind: Kind, branch: Branch | None, bib: Bib | None, at: datetime | None, number: int
) -> Happening:
    return Happening(
        kind=kind,
        month=first_of_the_month(timezone.localdate(at)),
        branch=branch,
        material_type_id=bib.material_type_id if bib else None,
        ndc=ndc_class(bib.ndc) if bib else "",
        number=number,
    )


def _insert(happenings: list[Happening]) -> None:
    Happening.objects.bulk_create(happenings)


def first_of_the_month(day: date) -> date:
    return day.replace(day=1)


def ndc_class(ndc: str) -> str:
    """Return the first digit of the class (9 for 913.6); empty if it is no number."""
    return ndc[:1] if ndc[:1].isascii() and ndc[:1].isdigit() else ""
