"""Days and moments in the cells of a table. An unreadable one is an error of its row."""

from datetime import date, datetime

from catalog.imports.records import BadRecord
from japanese import days


def read_day(cell: str, words: str) -> date:
    """Return the day, without a time after it. `words` is the column's name for the error."""
    if (day := days.read_day(cell)) is None:
        raise BadRecord(f"{words}「{cell}」は日付として読めません。")
    return day


def read_moment(cell: str, words: str) -> datetime:
    """Return the moment in Asia/Tokyo. A day without time begins at midnight."""
    if (moment := days.read_moment(cell)) is None:
        raise BadRecord(f"{words}「{cell}」は日時として読めません。")
    return moment
