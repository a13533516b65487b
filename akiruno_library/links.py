"""URLs for lists: the pattern is reversed once, because `reverse` for each row is slow."""

from functools import cache, lru_cache

from django.urls import reverse


def numbered_url(page: str, number: int) -> str:
    """The URL of a page whose only argument is a number, as `reverse` gives it."""
    before, after = _around(page)
    return f"{before}{number}{after}"


@lru_cache(maxsize=500)
def coded_url(page: str, code: str) -> str:
    """The URL of a page whose only argument is a code, such as that of a branch."""
    return reverse(page, args=[code])


@cache
def _around(page: str) -> tuple[str, str]:
    before, _, after = reverse(page, args=[0]).rpartition("0")
    return before, after
