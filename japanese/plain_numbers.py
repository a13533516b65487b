"""Numbers of cards and copies as people, scanners and spreadsheets write them."""

import re
import unicodedata

# NW-7 (Codabar) frames a number with two of these letters; some scanners send them, too.
_FRAMED = re.compile(r"[A-Da-d]([0-9]+)[A-Da-d]")
_FRACTION = re.compile(r"(?<=[0-9])\.0+$", re.ASCII)
_POWER_OF_TEN = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,3}")


def plain_number(text: str) -> str:
    """Return a number without width, dashes, spaces and the frame of its bar code."""
    folded = unicodedata.normalize("NFKC", text).strip()
    plain = "".join(c for c in _FRACTION.sub("", folded) if c.isalnum())
    framed = _FRAMED.fullmatch(plain)
    return framed[1] if framed else plain


def is_power_of_ten(text: str) -> bool:
    """Whether a spreadsheet has rounded the number: 1.2E+07 has lost its last digits."""
    return _POWER_OF_TEN.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None
