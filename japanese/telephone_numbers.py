"""Telephone numbers as registries write them: several in one cell, with an extension."""

import re
import unicodedata

_EXTENSION = re.compile(r"[((]?\s*(?:内線|\bext\.?)\s*[::]?\s*\d{1,6}\s*[))]?", re.IGNORECASE)
_NUMBER = re.compile(r"\(?(?:\+81|0)[\d()\-ー‐‑–—− ]{7,}\d", re.ASCII)
_BETWEEN = re.compile(r"[/、,;・\n]|\s{2,}|\s(?=0\d)")
_DIGITS_OF_A_NUMBER = range(9, 13)


def without_extension(text: str) -> str:
    return _EXTENSION.sub("", unicodedata.normalize("NFKC", text)).strip()


def split_telephones(text: str) -> tuple[str, str]:
    """Return the first number that can be dialled, and the rest of the cell.

    The text itself is the number if it holds no other.
    """
    plain = without_extension(text)
    parts = [part.strip() for part in _BETWEEN.split(plain) if part.strip()]
    for part in parts:
        found = _NUMBER.search(part)
        if found and sum(c.isdigit() for c in found[0]) in _DIGITS_OF_A_NUMBER:
            alone = part == plain and found[0] == part and plain == _folded(text)
            return (text.strip(), "") if alone else (found[0], text.strip())
    return text.strip(), ""


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
