"""Years as people write them (1985, １９８５年, S60, 昭六十), and the table of eras."""

import re
import unicodedata
from datetime import date
from typing import NamedTuple


class Era(NamedTuple):
    """First and last day. Until 1926 the last day of an era is also the first of the next."""

    name: str
    initial: str
    first: date
    last: date

    def western(self, year: int) -> int | None:
        """Return the Western year; None if the era has no such year."""
        western = self.first.year + year - 1
        return western if year > 0 and western <= self.last.year else None


IMPERIAL_YEARS_AHEAD = 660  # 皇紀2600 is 1940
# Japan uses the Gregorian calendar since 1873; registers convert earlier days to it, too.
ERAS = (
    Era("明治", "m", date(1868, 1, 1), date(1912, 7, 30)),
    Era("大正", "t", date(1912, 7, 30), date(1926, 12, 25)),
    Era("昭和", "s", date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", "h", date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", "r", date(2019, 5, 1), date(2117, 12, 31)),
)
ERA_SIGNS = {sign: era for era in ERAS for sign in (era.name, era.name[0], era.initial)}
ERA_SIGN = "|".join(sorted(ERA_SIGNS, key=len, reverse=True))
# re.ASCII, because NFKC keeps the digits of other scripts.
_ERA_YEAR = re.compile(rf"({ERA_SIGN})[.・]?(元|\d{{1,2}})年?度?", re.ASCII)
_WESTERN = re.compile(r"(\d{1,4})年?", re.ASCII)
_IMPERIAL = re.compile(r"皇紀(2[56]\d\d)年?", re.ASCII)
_SHORT_YEAR = re.compile(r"(?<!\d)['’‘ʼ＇`´](\d{2})(?!\d)", re.ASCII)
LAST_SHORT_YEAR = 49  # '49 is 2049, '50 is 1950
_ERA_IN_TEXT = re.compile(
    "(?:明治|大正|昭和|平成|令和)(?:元|[0-9０-９〇一二三四五六七八九十]{1,3})年"
)
_DIGITS = {kanji: number for number, kanji in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER = re.compile("[〇一二三四五六七八九十]+")


def western_year(text: str) -> int | None:
    """Return the Western year; None if the text is no year."""
    plain = plain_figures(text[:40])
    if western := _WESTERN.fullmatch(plain):
        return int(western[1]) or None
    if imperial := _IMPERIAL.fullmatch(plain):
        return int(imperial[1]) - IMPERIAL_YEARS_AHEAD
    if found := _ERA_YEAR.fullmatch(plain):
        return ERA_SIGNS[found[1]].western(era_number(found[2]))
    return None


def full_years(text: str) -> str:
    """Write out the year of '25, which may touch a title: 京都'25 gives 京都 2025."""
    return (
        _SHORT_YEAR.sub(_in_full, unicodedata.normalize("NFKC", text))
        if _SHORT_YEAR.search(text)
        else text
    )


def western_years(text: str) -> str:
    """Write years of eras with kanji as Western years: 令和6年版 gives 2024年版."""
    return _ERA_IN_TEXT.sub(lambda found: f"{western_year(found[0])}年", text)


def _in_full(found: re.Match[str]) -> str:
    return f" {20 if int(found[1]) <= LAST_SHORT_YEAR else 19}{found[1]} "


def era_number(written: str) -> int:
    return 1 if written == "元" else int(written)


def plain_figures(text: str) -> str:
    """Return ASCII figures and lower case without spaces: 昭和六十年 gives 昭和60年."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return _KANJI_NUMBER.sub(_in_figures, "".join(plain.split()))


def _in_figures(found: re.Match[str]) -> str:
    """Convert 六十 to 60, 十二 to 12, 一九八五 to 1985."""
    word = found[0]
    if "十" not in word:
        return "".join(str(_DIGITS[kanji]) for kanji in word)
    tens, _, ones = word.partition("十")
    if "十" in ones or len(tens) > 1 or len(ones) > 1:
        return word
    return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))
