"""Figures of use: a school year (年度) by month, for each branch, material or class.

Cells under ten are hidden, and no total includes them. A hidden cell must not be the difference of
two tables, so where one alone would be hidden, a second one is hidden, too.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from akiruno_library import policy
from catalog.calendar.year_calendar import months_from
from catalog.models import Branch, Figure, Happening, MaterialType
from catalog.models.statistics import Kind
from catalog.ndc import name_of

BY = {"branch": "館", "material": "資料形態", "ndc": "分類"}
COLUMN = {"branch": "branch_id", "material": "material_type_id", "ndc": "ndc"}
OF_MATERIAL = {Kind.LOAN, Kind.RESERVATION}  # registrations and visits have no material
NOWHERE = {"branch": "ウェブ", "material": "(なし)", "ndc": "(分類なし)"}
HIDDEN = "―"

Cell = tuple[object, date]  # a category and a month


@dataclass(frozen=True)
class StatisticsRow:
    name: str
    cells: list[int | None]  # None: not shown

    @property
    def cells_in_words(self) -> list[str]:
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
    lines: list[StatisticsRow]

    @property
    def name(self) -> str:
        return f"{self.year}年度 {self.kind.label}({BY[self.by]}別)"

    @property
    def is_empty(self) -> bool:
        return not any(line.total for line in self.lines)


def in_words(cell: int | None) -> str:
    return HIDDEN if cell is None else f"{cell:,}"


def figure_table(kind: Kind, by: str, year: int) -> FigureTable:
    """Return the table, with two queries for the figures and one for the names."""
    months = months_from(date(year, 4, 1), 12)
    counted = _counted(kind, COLUMN[by], months)
    names, present = _names(by), {category for category, _ in counted}
    for cell in [cell for month in months for cell in _kept_back(counted, month)]:
        del counted[cell]
    order = [key for key in names if key in present] + sorted(present - names.keys(), key=str)
    return FigureTable(
        kind=kind,
        by=by,
        year=year,
        months=[f"{month.month}月" for month in months],
        lines=[
            StatisticsRow(
                names.get(category, NOWHERE[by]),
                [counted.get((category, month)) for month in months],
            )
            for category in order
        ],
    )


def _kept_back(counted: Mapping[Cell, int], month: date) -> Iterator[Cell]:
    """Return the hidden cells of a month.

    The same month by branch may show all cells, and so reveals the sum of those hidden here. Unless
    that sum is 0, the smallest others are hidden until there are at least two, with a sum of ten or
    more.
    """
    cells = sorted(
        (number, str(category), (category, of))
        for (category, of), number in counted.items()
        if of == month
    )
    together, filled = 0, 0
    for number, _, cell in cells:
        is_small = number < policy.SMALLEST_PUBLIC_FIGURE
        gives_away = filled == 1 or 0 < together < policy.SMALLEST_PUBLIC_FIGURE
        if is_small or gives_away:
            yield cell
            together += number
            filled += number > 0


def _counted(kind: Kind, column: str, months: Sequence[date]) -> Counter[Cell]:
    """Return the figures of the nightly job, plus the events since."""
    counted: Counter[Cell] = Counter()
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
