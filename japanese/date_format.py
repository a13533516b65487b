"""Days as people write them: 12月3日(木)."""

import re
from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

WEEKDAYS = "月火水木金土日"
_A_DAY = re.compile(
    rf"\d+月\d+日(?:\([{WEEKDAYS}]\))?(?:まで|から|ごろ|に受付)?"
    r"|あと\d+日"
    r"|\d+(?:〜\d+)?(?:週間|か月)(?:以内)?"  # the estimate of a wait
)


def spoken_day(day: date, *, at: datetime | None = None) -> str:
    """Return 12月3日(木); with the year if it is another year: 2027年4月1日(木)."""
    year = "" if day.year == _today(at).year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})"


def _today(at: datetime | None) -> date:
    return timezone.localdate() if at is None else _day_of(at)


@lru_cache(maxsize=100)
def _day_of(at: datetime) -> date:
    """Cached, because a page formats dozens of days at one moment."""
    return timezone.localdate(at)


def spoken_moment(moment: datetime, *, at: datetime | None = None) -> str:
    """Return 12月3日(木)14時5分; a full hour has no minutes."""
    local = timezone.localtime(moment)
    minutes = f"{local.minute}分" if local.minute else ""
    return f"{spoken_day(local.date(), at=at)}{local.hour}時{minutes}"


def days_left(day: date, *, at: datetime | None = None) -> str:
    """Return 本日まで, あと3日 or 5日過ぎています."""
    left = (day - _today(at)).days
    if left == 0:
        return "本日まで"
    return f"あと{left}日" if left > 0 else f"{-left}日過ぎています"


def unbroken(text: str) -> SafeString:
    """Escape the text and prevent line breaks inside a day, such as 12月/3日."""
    markup = conditional_escape(text)
    return SafeString(_A_DAY.sub(_in_one_piece, markup))  # nosec


def _in_one_piece(day: re.Match[str]) -> str:
    """Allow a break before a bracket, which browsers that keep phrases together would not do."""
    ends = "<wbr>" if day.string.startswith("(", day.end()) else ""
    return f'<span class="day">{day[0]}</span>{ends}'
