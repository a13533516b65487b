"""Addresses that are true outside the site, too: never made from what a request claims to be."""

from django.conf import settings

from catalog.display.links import href


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def bib_address(bib_id: int) -> str:
    """The permanent address of a bib; it serves as its identifier in feeds and linked data."""
    return absolute(href("catalog:detail", bib_id))
