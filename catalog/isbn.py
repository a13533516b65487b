"""ISBNs as typed and as searched, with ten or thirteen digits."""

import re
from collections.abc import Iterable

from japanese.normalise import compact

# Before a number in the notes that is printed in the book but has a wrong check digit.
WRONG_ISBN = "正しくないISBN: "
_ISBN = re.compile(r"\d{9}[\dX]|97[89]\d{10}")


def isbn_of(text: str) -> str | None:
    """Return the digits of an ISBN in any notation (hyphens, spaces, full width), or None."""
    digits = re.sub(r"[^0-9A-Z]", "", compact(text).upper()).removeprefix("ISBN")
    return digits if _ISBN.fullmatch(digits) else None


def isbn_forms(isbns: Iterable[str]) -> list[str]:
    """Return thirteen digits and, for the prefix 978, also the older ten."""
    found: dict[str, None] = {}
    for isbn in isbns:
        digits = isbn.encode("utf-8", "ignore").decode().replace("-", "").upper()
        found[digits] = None
        if len(digits) == 13 and digits.startswith("978") and digits.isdigit():
            found[digits[3:12] + _check_digit_of_ten(digits[3:12])] = None
    return list(found)


def wrong_isbns(notes: str) -> list[str]:
    """Return the wrong numbers in the notes, because readers type what is printed in the book."""
    lines = (line for line in notes.splitlines() if line.startswith(WRONG_ISBN))
    found = (isbn_of(line.removeprefix(WRONG_ISBN)[:60]) for line in lines)
    return [number for number in found if number]


def _check_digit_of_ten(nine: str) -> str:
    value = -sum(int(digit) * (10 - at) for at, digit in enumerate(nine)) % 11
    return "X" if value == 10 else str(value)
