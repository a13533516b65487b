"""Days and moments as old systems write them: 2026/11/24, 20261124, S60.4.12, 昭和60年4月12日."""

import re
import unicodedata
from datetime import date, datetime, time

from django.utils import timezone

from catalog.imports.records import BadRecord
from japanese.years import western_year

_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PARTS = re.compile(r"(.+?)[年./-](\d{1,2})[月./-](\d{1,2})日?")
_CLOCK = re.compile(r"[T ](\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?$")


def read_day(cell: str, words: str) -> date:
    text = "".join(unicodedata.normalize("NFKC", cell).split())
    found = _PLAIN.fullmatch(text) or _PARTS.fullmatch(text)
    year = western_year(found[1]) if found else None
    try:
        return date(year or 0, int(found[2]), int(found[3])) if found else date(0, 1, 1)
    except ValueError:
        raise BadRecord(f"{words}「{cell}」は日付として読めません。") from None


def read_moment(cell: str, words: str) -> datetime:
    """In Tokyo; a day alone begins at midnight."""
    text = unicodedata.normalize("NFKC", cell).strip()
    clock = _CLOCK.search(text)
    day = read_day(text[: clock.start()] if clock else text, words)
    try:
        at = time(int(clock[1]), int(clock[2])) if clock else time(0)
    except ValueError:
        raise BadRecord(f"{words}「{cell}」は日時として読めません。") from None
    return timezone.make_aware(datetime.combine(day, at))
