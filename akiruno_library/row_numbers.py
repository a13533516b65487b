"""The numbers of rows, as the buttons and ticks of a form send them."""

from django.http import QueryDict

MOST_AT_ONCE = 300  # more than any page shows
_MOST_DIGITS = 18  # a longer one is no row's, nor does the database's type hold it


def row_number(text: str) -> int:
    """The number, or 0, which no row has, for anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else 0


def row_numbers(data: QueryDict, name: str) -> list[int]:
    """Those that the ticks of this name mean; anything else is ignored."""
    return list(filter(None, map(row_number, data.getlist(name)[:MOST_AT_ONCE])))
