"""The coded positions of MARC 21: leader, 007, 008."""

import re

from catalog.imports.records import BibRecord

_YEAR = re.compile(r"[0-9]{3}[0-9u?|]")
_SOUND, _PROJECTED, _SERIAL = "ij", "g", "s"
_CHILD, _YOUNG = "abcj", "d"
_NOT_A_LANGUAGE = {"", "|||", "und", "zxx", "mul"}


def year_of(fixed: str) -> int | None:
    """Return the first date of 008. 199u gives its decade; 19uu gives none."""
    if not _YEAR.fullmatch(fixed[7:11]):
        return None
    year = int(re.sub("[^0-9]", "0", fixed[7:11]))
    return year if 0 < year < 9999 else None


def language_of(fixed: str, others: list[str]) -> str:
    codes = [fixed[35:38], *(other[:3] for other in others)]
    return next((code for code in codes if code.strip() not in _NOT_A_LANGUAGE), "")


def audience_of(fixed: str) -> str:
    if fixed[22] in _CHILD:
        return "child"
    return "young" if fixed[22] in _YOUNG else ""


def material_of(leader: str, physical: str, fixed: str, record: BibRecord) -> str:
    """Return the material type, from the record type, the carrier and the class."""
    record_type = leader[6]
    if record_type in _SOUND:
        return "cassette" if physical.startswith("ss") else "cd"
    if record_type in _PROJECTED:
        return "video" if physical[0] == "v" and physical[4] in "ab" else "dvd"
    if physical.startswith("tc") or fixed[23] == "f":
        return "braille"
    if physical.startswith("tb") or fixed[23] == "d":
        return "large_print"
    if "紙芝居" in record.extent or "紙芝居" in record.title:
        return "kamishibai"
    if leader[7] == _SERIAL:
        return "magazine"
    return {"726.1": "comic", "726.6": "picture_book"}.get(record.ndc[:5], "book")
