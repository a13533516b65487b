"""Days and moments in the cells of a table; what cannot be read is that row's problem."""

from datetime import date, datetime

from catalog.imports.records import BadRecord
from japanese import days


def read_day(cell: str, words: str) -> date:
    """The day, whatever time stands behind it. `words` names the column in the sentence."""
    if (day := days.read_day(cell)) is None:
        raise BadRecord(f"{words}「{cell}」は日付として読めません。")
    return day


def read_moment(cell: str, words: str) -> datetime:
    """In Tokyo, with its seconds; a day alone begins at midnight."""
    if (moment := days.read_moment(cell)) is None:
        raise BadRecord(f"{words}「{cell}」は日時として読めません。")
    return moment
