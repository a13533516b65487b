"""Parses days and moments for forms and imports: 1985/4/12, S60.4.12, 昭和六十年4月12日.

A two-digit year needs an era: 85/4/12 could be 1985 or 昭和85.
"""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from japanese.years import ERA_SIGN, ERA_SIGNS, ERAS, era_number, plain_figures

TOKYO = ZoneInfo("Asia/Tokyo")
LONGEST_WRITTEN = 60  # characters; bounds the work of the regular expressions
_BETWEEN = r"[年月./\-・,、‐–—−ー]"
_BORN = r"(?:生(?:まれ)?)?"
_PARTED = re.compile(
    rf"(?:(?P<era>{ERA_SIGN})[.・]?(?P<year>\d{{1,2}}|元)|(?P<western>\d{{4}})){_BETWEEN}"
    rf"(?P<month>\d{{1,2}}){_BETWEEN}(?P<day>\d{{1,2}})日?{_BORN}",
    re.ASCII,
)
_TOGETHER = re.compile(
    rf"(?:(?P<era>{ERA_SIGN})(?P<year>\d{{2}})|(?P<western>\d{{4}}))"
    r"(?P<month>\d{2})(?P<day>\d{2})",
    re.ASCII,
)
_IN_BRACKETS = re.compile(r"\([^)]*\)")
# The time after a day: 0:00, 23:59:59, 10:00:52.123; and the offset of ISO 8601.
_CLOCK = re.compile(
    r"(?<=[\d日])(?:\s+|[Tt])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<offset>[Zz]|[+-]\d{2}:?\d{2})?\s*$",
    re.ASCII,
)


def read_day(text: str) -> date | None:
    """Return the day in Asia/Tokyo; None if the text is no day."""
    moment = read_moment(text)
    return moment.date() if moment else None


def read_moment(text: str) -> datetime | None:
    """Return the moment in Asia/Tokyo; a day without time begins at midnight. None if invalid."""
    if len(text) > LONGEST_WRITTEN:
        return None
    text = text.strip()
    clock = _CLOCK.search(text)
    day = _day(text[: clock.start()] if clock else text)
    if day is None or clock is None:
        return datetime.combine(day, time(), TOKYO) if day else None
    try:
        at = time(int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0))
        return _in_tokyo(datetime.combine(day, at), clock["offset"])
    except (ValueError, OverflowError):
        return None


def _in_tokyo(moment: datetime, offset: str | None) -> datetime:
    if offset is None:
        return moment.replace(tzinfo=TOKYO)
    return datetime.fromisoformat(f"{moment.isoformat()}{offset.upper()}").astimezone(TOKYO)


def _day(text: str) -> date | None:
    plain = _IN_BRACKETS.sub("", plain_figures(text))  # 1985(昭和60)年4月12日
    found = _PARTED.fullmatch(plain) or _TOGETHER.fullmatch(plain)
    if found is None:
        return None
    try:
        if found["western"]:
            return date(int(found["western"]), int(found["month"]), int(found["day"]))
        return _day_of_an_era(found)
    except ValueError:
        return None


def _day_of_an_era(found: re.Match[str]) -> date | None:
    """Return None for a day outside the era: 昭和64年1月8日 is probably a typing error."""
    era = ERA_SIGNS[found["era"]]
    year = era.western(era_number(found["year"]))
    if year is None:
        return None
    day = date(year, int(found["month"]), int(found["day"]))
    return day if era.first <= day <= era.last else None


def written_forms(day: date) -> list[str]:
    """Return the forms in which the day may be part of a password: 19850412, s60412, 0412."""
    year, month, of_month = str(day.year), f"{day.month:02}", f"{day.day:02}"
    tails = {month + of_month, f"{day.month}{day.day}"}
    years = {year, year[2:]}
    for era in ERAS:
        if era.first.year <= day.year <= era.last.year:
            number = day.year - era.first.year + 1
            for sign in (era.name, era.name[0], era.initial):
                years |= {f"{sign}{number}", f"{sign}{number:02}", f"{number:02}"}
    japanese = {f"{y}年{day.month}月{day.day}日" for y in years}
    forms = {y + tail for y in years for tail in tails} | {tail + year for tail in tails}
    forms |= japanese | {year, month + of_month, f"{day.month}月{day.day}日"}
    return sorted((form for form in forms if len(form) >= 4), key=lambda form: (-len(form), form))
