"""One value in the forms in which the fields of the index hold it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from catalog.indexing.tokens import LONGEST_BEGINNING, beginnings, cut, shortened, written
from japanese.normalise import compact, joined
from japanese.romaji import loose_romaji, romaji_keys

LONGEST_VALUE = 20_000  # characters searched of one value: a table of contents, not a whole book
LONGEST_WHOLE = 200  # characters of a value that is compared as a whole
SPELLING = "\x1f"  # parts the spellings of one name

_TELLING = 4 * LONGEST_BEGINNING  # kana that surely give so many letters
KANA_ONLY = re.compile("[ァ-ヺー・ ]+")
_PARTICLES_AS_THEY_SOUND = str.maketrans("ハヘ", "ワエ")


def clean(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "ignore").decode()


def folded(values: Iterable[str]) -> list[str]:
    """The values as they are searched, equal ones once: a reading in words and without is one."""
    return list(dict.fromkeys(joined(value[:LONGEST_VALUE]) for value in values))


def pairs(folded_values: Iterable[str]) -> list[str]:
    """Pairs of characters, each value apart."""
    return [" ".join(cut(value)) for value in folded_values if value]


def written_pairs(value: str) -> str:
    """Pairs of the characters as they stand: they tell a variant from the very word."""
    return " ".join(written(value[:LONGEST_VALUE]))


def whole(value: str) -> str:
    return compact(value[: 2 * LONGEST_WHOLE])[:LONGEST_WHOLE]


def sounded(reading: str) -> str:
    """A reading in which particles are written as they sound, wherever they may be."""
    return compact(reading).translate(_PARTICLES_AS_THEY_SOUND)


def as_written(title: str) -> str:
    """The title with its own kanji and kana: tells a variant from the very word."""
    return "=" + unicodedata.normalize("NFKC", clean(title)).lower()[:LONGEST_WHOLE]


def alone(title: str) -> str:
    """The title with its volume: tells the one book of a title from the volumes of a set."""
    return "." + whole(title)


def begun(forms: Sequence[str]) -> list[str]:
    """How the forms of one name begin."""
    starts = folded([form[:LONGEST_WHOLE] for form in forms])
    return [beginning for start in starts for beginning in beginnings(start)]


def begun_in_romaji(readings: Iterable[str]) -> list[str]:
    """How readings begin, letter by letter."""
    found = []
    for reading in readings:
        if KANA_ONLY.fullmatch(reading):
            found += shortened(romaji_keys(reading[:_TELLING]).replace(" ", ""), LONGEST_BEGINNING)
    return found


def letters(romaji: str) -> list[str]:
    """Three letters at a time, so that a word is found inside a reading without spaces."""
    joined = loose_romaji(romaji.replace(" ", ""))
    return [joined[at : at + 3] for at in range(len(joined) - 2)]


def romaji_of(readings: Iterable[str], romanised: Iterable[str]) -> list[str]:
    """Each value twice: letter by letter in threes, and in whole words marked by =."""
    keys = [romaji_keys(reading) for reading in readings if reading]
    keys += [loose_romaji(name) for name in romanised if name and name.isascii()]
    found: list[str] = []
    for key in keys:
        found.append(" ".join(letters(key[:LONGEST_VALUE])))
        found.append(" ".join([f"={word}" for word in key.split()]))
    return found


def spellings(name: str, *others: str) -> str:
    """A name, and how it is written or read besides: kept as one value, to be told apart again."""
    forms = (clean(form).replace(SPELLING, "")[:LONGEST_WHOLE] for form in (name, *others))
    return SPELLING.join(form for form in forms if form)


def class_beginnings(ndc: str) -> list[str]:
    """9, 91, 913 and 913.6, so that a class finds all within it."""
    mark = unicodedata.normalize("NFKC", clean(ndc)).upper().strip()
    return [mark[:length] for length in range(1, len(mark) + 1) if mark[length - 1] != "."]
