"""Cleans and parses the single values of a record."""

import re
import unicodedata
from collections.abc import Iterable

import jaconv
from stdnum import isbn

from japanese.years import ERA_SIGN, ERA_SIGNS, IMPERIAL_YEARS_AHEAD, era_number, plain_figures

# Controls (PostgreSQL refuses NUL), marks of writing direction, lone surrogates.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_BESIDE_COMPATIBILITY_KANJI = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
_SPACES = re.compile(r"[^\S\n]+")

_KANA_ONLY = re.compile(r"[\u3041-\u3096\u309b-\u30ff\uff66-\uff9f]")
_BEYOND_LATIN = re.compile(r"[^\W\d_\u0000-\u024f\u0250-\u036f\u1e00-\u1eff\ufe20-\ufe2f]")
_IDEOGRAPH = re.compile(r"[\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_HIRAGANA = re.compile(r"[\u3041-\u3096]")

# A class of three digits with its division; K marks children's books.
_NDC = re.compile(r"(?<![\d.])(K?)(\d{3}(?:\.\d{1,9})?)(?!\d)")
_JAPANESE_DATE = re.compile(r"(\d{4})(?:\([^)]*\)年?|年)(?:(\d{1,2})月)?")
_YEAR = re.compile(r"(?<!\d)(1[0-9]\d{2}|20\d{2})(?!\d)")
_ERA_YEAR = re.compile(rf"(?<!\w)({ERA_SIGN})[.・]?(元|\d{{1,2}})(?!\d)")
_IMPERIAL_YEAR = re.compile(r"(?:皇紀|紀元)(2[56]\d\d)", re.ASCII)
_ISBN = re.compile(
    r"(?<![0-9])(?:97[89](?:[- ]?[0-9]){10}|[0-9](?:[- ]?[0-9]){8}[- ]?[0-9Xx])(?![0-9])"
)
_DASHES = re.compile(
    r"\s*[\u00ad\u02d7\u2010-\u2015\u2043\u207b\u208b\u2212\u2500\u2501\u30fc\u3161"
    r"\ufe58\ufe63\uff0d\uff70]\s*"
)


def clean(text: str) -> str:
    """Return one line without invisible characters, in NFC, with single spaces."""
    return " ".join(_composed(text).split())


def clean_lines(text: str) -> str:
    """Clean each line, and keep the line breaks."""
    if text.isprintable():
        return clean(text)  # one line; most cells are, and a library has millions of them
    lines = (_SPACES.sub(" ", line).strip() for line in _composed(text).splitlines())
    return "\n".join(line for line in lines if line)


def _composed(text: str) -> str:
    """Compose kana with their marks. Compatibility kanji (神, 塚) stay: NFC would change a name."""
    seen = text if text.isprintable() else _UNSEEN.sub("", text)
    if unicodedata.is_normalized("NFC", seen):
        return seen
    return _BESIDE_COMPATIBILITY_KANJI.sub(
        lambda found: unicodedata.normalize("NFC", found[0]), seen
    )


def is_latin(text: str) -> bool:
    """Whether all letters are Latin: a romanised form or a Western title."""
    return not _BEYOND_LATIN.search(unicodedata.normalize("NFD", text))


def is_kana(text: str) -> bool:
    """Whether the text is kana without other scripts, so that it can be a reading."""
    characters = [
        character for character in text if character.isalpha() and not character.isascii()
    ]
    return bool(characters) and all(_KANA_ONLY.match(character) for character in characters)


def is_japanese_or_chinese(text: str) -> bool:
    return bool(_IDEOGRAPH.search(text) or _HIRAGANA.search(text))


def has_hiragana(text: str) -> bool:
    return bool(_HIRAGANA.search(text))


def katakana(text: str) -> str:
    return jaconv.hira2kata(text)


def heading(name: str) -> str:
    """Join 夏目, 漱石; keep the comma of アーヴィング, ワシントン and Ayaz, Shaikh."""
    surname, comma, given = name.strip(" ,、").partition(",")
    if not comma:
        return surname
    surname, given = surname.strip(), given.strip()
    if is_japanese_or_chinese(surname + given) and not is_latin(given):
        return surname + given
    return f"{surname}, {given}"


def spoken(name: str) -> str:
    """Return a reading or a romanised heading without its comma: ナツメ ソウセキ."""
    return clean(name.replace(",", " "))


def read_ndc(text: str) -> tuple[str, bool]:
    """Return the first class, and whether it marks children's books: NDC K913 gives 913, True."""
    found = _NDC.search(unicodedata.normalize("NFKC", text).upper())
    return (found[2], found[1] == "K") if found else ("", False)


def read_published(text: str) -> tuple[str, int | None]:
    """Return the displayed date and the year: 1952（昭和27）年2月28日 gives 1952.2 and 1952."""
    plain = unicodedata.normalize("NFKC", text)
    if imperial := _IMPERIAL_YEAR.search(plain):
        return text, int(imperial[1]) - IMPERIAL_YEARS_AHEAD
    if date := _JAPANESE_DATE.search(plain):
        published = f"{date[1]}.{int(date[2])}" if date[2] else date[1]
        return published, int(date[1])
    if year := _YEAR.search(plain):
        return text, int(year[1])
    return text, _year_in_figures(plain_figures(text))


def _year_in_figures(plain: str) -> int | None:
    """Return the year of 昭63, S63.5, 昭和六十三年 and 一九八八."""
    if era := _ERA_YEAR.search(plain):
        return ERA_SIGNS[era[1]].western(era_number(era[2]))
    year = _YEAR.search(plain)
    return int(year[1]) if year else None


def read_isbns(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return valid ISBNs in thirteen digits, and the invalid input. A cell may hold several."""
    good: list[str] = []
    bad: list[str] = []
    for text in filter(None, texts):
        plain = unicodedata.normalize("NFKC", _DASHES.sub("-", text))
        numbers = [isbn.compact(found) for found in _ISBN.findall(plain)]
        valid = [isbn.to_isbn13(number) for number in numbers if isbn.is_valid(number)]
        good += [number for number in dict.fromkeys(valid) if number not in good]
        if not valid:
            bad.append(text)
    return good, bad
