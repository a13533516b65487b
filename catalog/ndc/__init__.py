"""The names of the classes of the Nippon Decimal Classification: 9, 91 and 913."""

import re
from functools import cache
from pathlib import Path

from catalog.display.choices import CLASSES

LONGEST = 3
_NUMBER = re.compile(f"[0-9]{{1,{LONGEST}}}")


@cache
def names() -> dict[str, str]:
    """Return each class that has a name here, in order."""
    lines = (Path(__file__).parent / "names.tsv").read_text("utf-8").splitlines()
    named = dict(line.split("\t") for line in lines if not line.startswith("#"))
    return dict(sorted((CLASSES | named).items()))


def name_of(number: str) -> str:
    return names().get(number, "")


def is_class(number: str) -> bool:
    """Whether the number is a class. Sections may be used without a name here."""
    return bool(_NUMBER.fullmatch(number)) and number[:2] in names()


def class_within(ndc: str) -> str:
    """Return 913 for 913.6 and 91 for 91; empty for anything that is no number."""
    found = _NUMBER.match(ndc)
    return found[0] if found and is_class(found[0]) else ""


def display_number(number: str) -> str:
    """Return the number as on the signs of the shelves: 900, 910, 913."""
    return number.ljust(LONGEST, "0")
