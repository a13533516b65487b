"""Addresses that a list names by the dozen: their pattern is looked up once, not each time."""

from functools import cache

from django.urls import reverse


def href(page: str, number: int) -> str:
    """The address of a page that is told by one number, as `reverse` would give it."""
    before, after = _around(page)
    return f"{before}{number}{after}"


@cache
def _around(page: str) -> tuple[str, str]:
    before, _, after = reverse(page, args=[0]).rpartition("0")
    return before, after
