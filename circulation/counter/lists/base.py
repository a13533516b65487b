"""A list of a branch: a title, prepared rows, and the actions on a row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import Branch
from japanese.date_format import spoken_day
from patrons.models import StaffAction, User

MOVE_RESERVATIONS = "reservations.change_reservation"


def day_of(moment: datetime, at: datetime | None) -> str:
    return spoken_day(timezone.localdate(moment), at=at)


@dataclass(frozen=True)
class Cell:
    text: str
    url: str = ""
    strong: bool = False


@dataclass(frozen=True)
class ListRow:
    pk: int
    cells: list[Cell]
    actions: list["ListAction"] = field(default_factory=list)
    seen: str = ""  # the state of the row when it was read; an action sends it back
    labelled: Sequence[tuple[str, Cell]] = ()  # the cells with the names of their columns


@dataclass(frozen=True)
class RowAction:
    """A press on a button of a list: who pressed it, at which branch, on which row."""

    row: int
    seen: str
    branch: Branch
    staff: User


@dataclass(frozen=True)
class ListAction:
    name: str
    label: str
    do: Callable[[RowAction], str]
    """Does it and says what was done; raises a Refusal."""
    sure: str = ""


@dataclass(frozen=True)
class WorkList:
    slug: str
    title: str
    hint: str
    columns: Sequence[str]
    read: Callable[[Branch, datetime | None], QuerySet[Any]]
    """What stands on it for the branch, in its order, read with all that a row shows."""
    row: Callable[[Any, datetime | None], ListRow]
    actions: Sequence[ListAction] = ()
    permission: str = "reservations.view_reservation"
    action_permission: str = MOVE_RESERVATIONS
    scannable: bool = False
    of_all_branches: bool = False
    slips: bool = False
    patron_of: Callable[[Any], int | None] | None = None
    """Of a list that names people in full: whose each row is; showing it is logged (9.3).

    Other lists shorten the names, and the whole name stands on the page of the reservation, where
    the look is logged.
    """
    look: StaffAction.What = StaffAction.What.LOOKED_AT_LOANS

    def count(self, branch: Branch, at: datetime | None = None) -> int:
        return self.read(branch, at).count()

    def rows(self, entries: Sequence[Any], at: datetime | None = None) -> list[ListRow]:
        rows = [self.row(one, at) for one in entries]
        return [
            replace(row, labelled=list(zip(self.columns, row.cells, strict=True))) for row in rows
        ]

    def action(self, name: str) -> ListAction | None:
        return next((action for action in self.actions if action.name == name), None)
