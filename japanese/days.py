"""A day as people type it: 1985/4/12, 19850412, 昭和60年4月12日, S60.4.12, 六十 too."""

import re
import unicodedata
from datetime import date

_FIRST_YEARS = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}
_LAST_YEARS = {1868: 45, 1912: 15, 1926: 64, 1989: 31, 2019: 99}  # of the era; its end is open
_ERAS = {
    sign: year for era, year in _FIRST_YEARS.items() for sign in (era, era[0])
} | {"m": 1868, "t": 1912, "s": 1926, "h": 1989, "r": 2019}  # fmt: skip
_ERA = "|".join(sorted(_ERAS, key=len, reverse=True))
_BETWEEN = r"[年月./\-・,、‐–—−ー]"
_PARTED = re.compile(
    rf"(?:(?P<era>{_ERA})[.・]?(?P<year>\d{{1,2}}|元)|(?P<western>\d{{4}})){_BETWEEN}"
    rf"(?P<month>\d{{1,2}}){_BETWEEN}(?P<day>\d{{1,2}})日?(?:生(?:まれ)?)?"
)
_TOGETHER = re.compile(
    rf"(?:(?P<era>{_ERA})(?P<year>\d{{2}})|(?P<western>\d{{4}}))(?P<month>\d{{2}})(?P<day>\d{{2}})"
)
_DIGITS = {kanji: number for number, kanji in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER = re.compile("[〇一二三四五六七八九十]+")


def typed_day(text: str) -> date | None:
    """The day that was meant; None when it cannot be read as one."""
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = _KANJI_NUMBER.sub(_in_figures, "".join(plain.split()))
    plain = re.sub(r"\((?P<era>[^)]*)\)", "", plain)  # 1985(昭和60)年4月12日
    found = _PARTED.fullmatch(plain) or _TOGETHER.fullmatch(plain)
    if found is None:
        return None
    try:
        return date(_year(found), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _year(found: re.Match[str]) -> int:
    if found["western"]:
        return int(found["western"])
    of_the_era = 1 if found["year"] == "元" else int(found["year"])
    first = _ERAS[found["era"]]
    if not 0 < of_the_era <= _LAST_YEARS[first]:
        raise ValueError("the era had no such year")
    return first + of_the_era - 1


def _in_figures(found: re.Match[str]) -> str:
    """六十 is 60, 十二 12, 一九八五 1985."""
    word = found[0]
    if "十" not in word:
        return "".join(str(_DIGITS[kanji]) for kanji in word)
    tens, _, ones = word.partition("十")
    if "十" in ones or len(tens) > 1 or len(ones) > 1:
        return word
    return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))


def written_forms(day: date) -> list[str]:
    """How the day may stand in a password, in figures and letters only: 19850412, s60412, 0412 …"""
    year, month, of_month = str(day.year), f"{day.month:02}", f"{day.day:02}"
    tails = {month + of_month, f"{day.month}{day.day}"}
    years = {year, year[2:]}
    for sign, first in _ERAS.items():
        if 0 < (of_the_era := day.year - first + 1) <= _LAST_YEARS[first]:
            years |= {f"{sign}{of_the_era}", f"{sign}{of_the_era:02}", f"{of_the_era:02}"}
    japanese = {f"{y}年{day.month}月{day.day}日" for y in years}
    forms = {y + tail for y in years for tail in tails} | {tail + year for tail in tails}
    forms |= japanese | {year, month + of_month, f"{day.month}月{day.day}日"}
    return sorted((form for form in forms if len(form) >= 4), key=lambda form: (-len(form), form))
