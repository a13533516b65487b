"""Addresses that are true outside the site, too: never made from what a request claims to be."""

from django.conf import settings

from akiruno_library.links import numbered_url


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def bib_address(bib_id: int) -> str:
    """The permanent address of a bib; it serves as its identifier in feeds and linked data."""
    return absolute(numbered_url("catalog:detail", bib_id))
