"""Years as patrons write them: 1985, １９８５年, 昭和60, S60, 令和元年."""

import re
import unicodedata

_BEGINS = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}
_LETTERS = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
_ERA_YEAR = re.compile(rf"({'|'.join(_BEGINS)}|[MTSHR])\.?(元|\d{{1,2}})年?度?")
_WESTERN = re.compile(r"(\d{1,4})年?")


def western_year(text: str) -> int | None:
    """The year meant, in 西暦; None for what is no year."""
    plain = "".join(unicodedata.normalize("NFKC", text[:40]).upper().split())
    if western := _WESTERN.fullmatch(plain):
        return int(western[1]) or None
    if found := _ERA_YEAR.fullmatch(plain):
        begins = _BEGINS[_LETTERS.get(found[1], found[1])]
        number = 1 if found[2] == "元" else int(found[2])
        return begins + number - 1 if number else None
    return None
