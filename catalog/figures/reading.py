"""Figures of use as tables: a school year (年度) by month, for each branch, material or class.

Cells under ten are not shown, and no total counts them: nothing can be worked out from the rest.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from akiruno_library import policy
from catalog.models import Branch, Figure, Happening, MaterialType
from catalog.models.figures import Kind
from catalog.ndc import name_of
from catalog.year_calendar import months_from

BY = {"branch": "館", "material": "資料形態", "ndc": "分類"}
COLUMN = {"branch": "branch_id", "material": "material_type_id", "ndc": "ndc"}
OF_MATERIAL = {Kind.LOAN, Kind.RESERVATION}  # registrations and visits have no material
NOWHERE = {"branch": "ウェブ", "material": "(なし)", "ndc": "(分類なし)"}
HIDDEN = "―"


@dataclass(frozen=True)
class Line:
    name: str
    cells: list[int | None]  # None: fewer than ten

    @property
    def shown(self) -> list[str]:
        return [in_words(cell) for cell in self.cells]

    @property
    def total(self) -> int:
        return sum(cell or 0 for cell in self.cells)

    @property
    def total_in_words(self) -> str:
        return f"{self.total:,}"


@dataclass(frozen=True)
class FigureTable:
    kind: Kind
    by: str
    year: int
    months: list[str]
    lines: list[Line]

    @property
    def name(self) -> str:
        return f"{self.year}年度 {self.kind.label}({BY[self.by]}別)"

    @property
    def is_empty(self) -> bool:
        return not any(line.total for line in self.lines)


def in_words(cell: int | None) -> str:
    return HIDDEN if cell is None else f"{cell:,}"


def figure_table(kind: Kind, by: str, year: int) -> FigureTable:
    """Two queries for what was counted, one for the names."""
    months = months_from(date(year, 4, 1), 12)
    counted = _counted(kind, COLUMN[by], months)
    names = _names(by)
    present = {category for category, _ in counted}
    order = [key for key in names if key in present] + sorted(present - names.keys(), key=str)
    return FigureTable(
        kind=kind,
        by=by,
        year=year,
        months=[f"{month.month}月" for month in months],
        lines=[
            Line(
                names.get(category, NOWHERE[by]),
                [_shown(counted[category, month]) for month in months],
            )
            for category in order
        ],
    )


def _shown(number: int) -> int | None:
    return number if number >= policy.FIGURE_SMALLEST_SHOWN else None


def _counted(kind: Kind, column: str, months: Sequence[date]) -> Counter[tuple[object, date]]:
    """What the nightly job has added up, and what it has not yet."""
    counted: Counter[tuple[object, date]] = Counter()
    for model in (Figure, Happening):
        rows = model._default_manager.filter(kind=kind, month__range=(months[0], months[-1]))
        for category, month, number in rows.values_list(column, "month").annotate(Sum("number")):
            counted[category, month] += number
    return counted


def _names(by: str) -> Mapping[object, str]:
    if by == "branch":
        return dict(Branch.objects.values_list("pk", "name"))
    if by == "material":
        return dict(MaterialType.objects.values_list("pk", "name"))
    return {digit: f"{digit} {name_of(digit)}" for digit in "0123456789"}
