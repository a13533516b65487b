"""Parses row ids from the buttons and checkboxes of a form."""

from django.http import QueryDict

MOST_AT_ONCE = 300  # more than any page shows
_MOST_DIGITS = 18  # a longer one is no row's, nor does the database's type hold it


def row_number(text: str) -> int:
    """Return the id; 0, which no row has, for invalid input."""
    # isdigit alone accepts ², which int() refuses, and figures of other scripts.
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else 0


def row_numbers(data: QueryDict, name: str) -> list[int]:
    """Return the ids of the checkboxes with this name; invalid ones are ignored."""
    return list(filter(None, map(row_number, data.getlist(name)[:MOST_AT_ONCE])))
