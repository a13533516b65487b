"""The classes of the Nippon Decimal Classification by their names: 9, 91 and 913."""

import re
from functools import cache
from pathlib import Path

from catalog.display.choices import CLASSES

LONGEST = 3
_NUMBER = re.compile(f"[0-9]{{1,{LONGEST}}}")


@cache
def names() -> dict[str, str]:
    """Each class that is named here, in order."""
    lines = (Path(__file__).parent / "names.tsv").read_text("utf-8").splitlines()
    named = dict(line.split("\t") for line in lines if not line.startswith("#"))
    return dict(sorted((CLASSES | named).items()))


def name_of(number: str) -> str:
    return names().get(number, "")


def is_class(number: str) -> bool:
    """Sections may be in use though nobody named them here; classes and divisions all are."""
    return bool(_NUMBER.fullmatch(number)) and number[:2] in names()


def class_within(ndc: str) -> str:
    """913 for 913.6, 91 for 91; nothing for what is no number."""
    found = _NUMBER.match(ndc)
    return found[0] if found and is_class(found[0]) else ""


def shown_number(number: str) -> str:
    """As it stands on the shelf's sign: 900, 910, 913."""
    return number.ljust(LONGEST, "0")
