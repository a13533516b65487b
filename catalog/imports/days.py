"""Days and moments in the cells of a table. An unreadable one is an error of its row."""

import re
from datetime import date, datetime

from catalog.imports.records import BadRecord
from japanese import days

_TWO_FIGURES = re.compile(r"\d{2}[/.\-年]\d{1,2}[/.\-月]\d{1,2}日?(?:\s.*)?")
_NO_MONTH_OR_DAY = re.compile(r".*?\d[/.\-年]?(?:00[/.\-月]?\d\d|\d{1,2}[/.\-月]?00)日?(?:\s.*)?")


def _hint(cell: str) -> str:
    if _TWO_FIGURES.fullmatch(cell):
        return "年が2けたで、西暦か元号か分かりません。"
    if _NO_MONTH_OR_DAY.fullmatch(cell):
        return "月か日が分かりません。"
    return ""


def read_day(cell: str, words: str) -> date:
    """Return the day, without a time after it. `words` is the column's name for the error."""
    if (day := days.read_day(cell)) is None:
        raise BadRecord(f"{words}「{cell}」は日付として読めません。{_hint(cell)}")
    return day


def read_moment(cell: str, words: str) -> datetime:
    """Return the moment in Asia/Tokyo. A day without time begins at midnight."""
    if (moment := days.read_moment(cell)) is None:
        raise BadRecord(f"{words}「{cell}」は日時として読めません。{_hint(cell)}")
    return moment
