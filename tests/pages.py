"""A page as its readers meet it."""

import re

from django.http import HttpResponseBase

_DAY = re.compile(r'<span class="day">(.*?)</span>(?:<wbr>)?')


def as_read(response: HttpResponseBase) -> str:
    """Its text, without what only keeps a day on one line (japanese_dates.unbroken)."""
    return _DAY.sub(r"\1", response.getvalue().decode())  # type: ignore[attr-defined]
