"""ISBNs as typed and as searched, with ten or thirteen digits."""

import re
from collections.abc import Iterable

from japanese.normalise import compact

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


def _check_digit_of_ten(nine: str) -> str:
    value = -sum(int(digit) * (10 - at) for at, digit in enumerate(nine)) % 11
    return "X" if value == 10 else str(value)
