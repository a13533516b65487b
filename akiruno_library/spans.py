"""Converts time spans of the policy to the whole numbers in sentences.

A sentence is written `f"{in_days(policy.MAIL_KEPT)}日間"`. A span that is no whole number of the
unit raises an error: 90 minutes must not be displayed as 1時間.
"""

from datetime import time, timedelta

from japanese.date_format import WEEKDAYS

A_YEAR = timedelta(days=365)  # policy counts a year so


def in_seconds(span: timedelta) -> int:
    return _whole(span, timedelta(seconds=1))


def in_minutes(span: timedelta) -> int:
    return _whole(span, timedelta(minutes=1))


def in_hours(span: timedelta) -> int:
    return _whole(span, timedelta(hours=1))


def in_days(span: timedelta) -> int:
    return _whole(span, timedelta(days=1))


def in_weeks(span: timedelta) -> int:
    return _whole(span, timedelta(weeks=1))


def in_years(span: timedelta) -> int:
    return _whole(span, A_YEAR)


def spoken_weeks(span: timedelta) -> str:
    """Return 1週間 for whole weeks, else 8日間."""
    days = in_days(span)
    return f"{days}日間" if days % 7 else f"{days // 7}週間"


def _whole(span: timedelta, unit: timedelta) -> int:
    number, rest = divmod(span, unit)
    if rest:
        raise ValueError(f"{span} is no whole number of {unit}")
    return number


def spoken_time(clock: time) -> str:
    """Return 午前9時 or 午後3時30分."""
    half, hour = ("午前", clock.hour) if clock.hour < 12 else ("午後", clock.hour - 12)
    return f"{half}{hour}時" + (f"{clock.minute}分" if clock.minute else "")


def spoken_weekday(weekday: int) -> str:
    """Return 土曜日 for 5; weekdays are counted as by `date.weekday()`."""
    return f"{WEEKDAYS[weekday]}曜日"
