"""Addresses that a list names by the dozen: their pattern is looked up once, not each time."""

from functools import cache, lru_cache

from django.urls import reverse


def href(page: str, number: int) -> str:
    """The address of a page that is told by one number, as `reverse` would give it."""
    before, after = _around(page)
    return f"{before}{number}{after}"


@lru_cache(maxsize=500)
def href_of_code(page: str, code: str) -> str:
    """The address of a page that is told by a code, such as a branch's."""
    return reverse(page, args=[code])


@cache
def _around(page: str) -> tuple[str, str]:
    before, _, after = reverse(page, args=[0]).rpartition("0")
    return before, after
