"""Figures of use of the last months, as if the library had counted for a while."""

import random
from itertools import product

from django.utils import timezone

from catalog.calendar.year_calendar import months_from
from catalog.models import Branch, Figure, MaterialType
from catalog.models.statistics import Kind
from catalog.statistics.record import first_of_the_month

MONTHS = 20
LOANS = {"chuo": 5200, "el": 2100, "itsukaichi": 1700, "masuko": 160}
SHARES = {"book": 0.6, "picture_book": 0.24, "magazine": 0.06, "cd": 0.05, "dvd": 0.05}
CLASSES = {"9": 0.42, "": 0.18, "2": 0.08, "3": 0.09, "4": 0.07, "5": 0.08, "7": 0.08}
OF_LOANS = {Kind.RESERVATION: 0.2, Kind.REGISTRATION: 0.006, Kind.VISIT: 0.01}


def count_months() -> None:
    """The months before this one; this month is what happens in the demo itself."""
    draw = random.Random("use")
    branches = {branch.code: branch for branch in Branch.objects.all()}
    materials = {material.code: material for material in MaterialType.objects.all()}
    this_month = first_of_the_month(timezone.localdate())
    start = this_month.year * 12 + this_month.month - 1 - MONTHS
    first = this_month.replace(year=start // 12, month=start % 12 + 1)
    rows = []
    for month, (code, loans) in product(months_from(first, MONTHS), LOANS.items()):
        busy = loans * draw.uniform(0.85, 1.15) * (1.2 if month.month in (7, 8) else 1)
        cell = {"month": month, "branch": branches[code]}
        for (material, share), (ndc, part) in product(SHARES.items(), CLASSES.items()):
            number = busy * share * part
            kind_cell = cell | {"material_type": materials[material], "ndc": ndc}
            rows.append(Figure(kind=Kind.LOAN, number=round(number), **kind_cell))
            reserved = round(number * OF_LOANS[Kind.RESERVATION])
            rows.append(Figure(kind=Kind.RESERVATION, number=reserved, **kind_cell))
        for kind in (Kind.REGISTRATION, Kind.VISIT):
            rows.append(Figure(kind=kind, number=round(busy * OF_LOANS[kind]), **cell))
    Figure.objects.bulk_create(row for row in rows if row.number)
