"""Absolute URLs, for mails and feeds. They use SITE_URL, never the Host header, which a client can
forge."""

from django.conf import settings

from akiruno_library.links import numbered_url


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def bib_address(bib_id: int) -> str:
    """Return the permanent URL of a bib, its identifier in feeds and linked data."""
    return absolute(numbered_url("catalog:detail", bib_id))
