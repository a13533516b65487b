"""Days around today, and the two pupils who never grow older."""

import hashlib
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from akiruno_library import policy


def days_ago(count: int, clock: time = time(14, 30)) -> datetime:
    """That day in Tokyo, in the middle of the afternoon unless said otherwise."""
    day = timezone.localdate() - timedelta(days=count)
    return datetime.combine(day, clock, tzinfo=timezone.get_default_timezone())


def born_to_be_a_sixth_grader(today: date) -> date:
    """In the last year of primary school; at junior high from next April on (rule 2.5)."""
    return date(_school_year(today) - policy.JUNIOR_HIGH_AGE, 10, 20)


def born_to_be_a_first_year(today: date) -> date:
    """In the first year of junior high (rule 2.5)."""
    return date(_school_year(today) - policy.JUNIOR_HIGH_AGE - 1, 7, 7)


def _school_year(today: date) -> int:
    began = (today.month, today.day) >= policy.SCHOOL_YEAR_STARTS
    return today.year if began else today.year - 1


def chance(*words: str) -> float:
    """A number from 0 to 1 that is always the same for the same words."""
    digest = hashlib.blake2b("|".join(words).encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48
