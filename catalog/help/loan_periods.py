"""The loan period of each material, as a table of the help (rule 4.1)."""

from dataclasses import dataclass
from itertools import groupby

from catalog.models import MaterialType


@dataclass(frozen=True)
class LoanPeriod:
    """One line of the table: materials with the same period and limit."""

    materials: str
    days: int
    limit: int | None


def loan_periods(materials: list[MaterialType]) -> list[LoanPeriod]:
    """Return one line for all materials with the same period and limit."""

    def terms(material: MaterialType) -> tuple[int, int, int]:
        medium = list(MaterialType.Medium).index(MaterialType.Medium(material.medium))
        return medium, material.loan_days, material.loan_limit or 0

    return [
        LoanPeriod("・".join(material.name for material in group), days, limit or None)
        for (_, days, limit), group in groupby(sorted(materials, key=terms), key=terms)
    ]
