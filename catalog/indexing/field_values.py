"""The forms of one value in the fields of the index."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from catalog.indexing.tokens import LONGEST_BEGINNING, beginnings, cut, shortened, written
from japanese.normalise import CJK, compact, joined
from japanese.romaji import loose_romaji, romaji_keys

LONGEST_VALUE = 20_000  # characters; enough for a table of contents, too little for a full text
LONGEST_WHOLE = 200  # characters of a value that is compared as a whole
SPELLING = "\x1f"  # separates the spellings of one name; the control character cannot be typed

_ENOUGH = 4 * LONGEST_BEGINNING  # kana that give at least LONGEST_BEGINNING letters
_BETWEEN_STATEMENTS = re.compile(r"[\n;；/／|｜。．]|\s[-‐–—―]+\s|--|\s{2,}|\u3000")
_BETWEEN_ITEMS = re.compile(f"(?<=[{CJK}ぁ-ゖ])[ 、,，](?=[{CJK}ぁ-ゖ])")
_CROSS = re.compile(r"(?<=\w)\s*[×✕✖╳]\s*(?=\w)")
KANA_ONLY = re.compile("[ァ-ヺー・ ]+")
_PARTICLES_AS_THEY_SOUND = str.maketrans("ハヘ", "ワエ")


def clean(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "ignore").decode()


def folded(values: Iterable[str]) -> list[str]:
    """Return the folded values without repetition: a reading with and without spaces is equal."""
    return list(dict.fromkeys(joined(value[:LONGEST_VALUE]) for value in values))


def statements(notes: str) -> list[str]:
    """Split notes at lines and full stops, so that no phrase runs from one into the next."""
    return [part for part in _BETWEEN_STATEMENTS.split(notes[:LONGEST_VALUE]) if part.strip()]


def items(contents: str) -> list[str]:
    """Split contents into their items, which only a space may separate."""
    return [part for each in statements(contents) for part in _BETWEEN_ITEMS.split(each) if part]


def without_crosses(title: str) -> list[str]:
    """Return the title with × typed as x, and left out: SPY×FAMILY."""
    return (
        [_CROSS.sub(instead, title) for instead in (" x ", "x", "")] if _CROSS.search(title) else []
    )


def pairs(folded_values: Iterable[str]) -> list[str]:
    """Return the bigrams of each value. A value of its own prevents phrases across values."""
    return [" ".join(cut(value)) for value in folded_values if value]


def written_pairs(value: str) -> str:
    """Return bigrams of the unfolded characters, to distinguish a variant from the word."""
    return " ".join(written(value[:LONGEST_VALUE]))


def whole(value: str) -> str:
    return compact(value[: 2 * LONGEST_WHOLE])[:LONGEST_WHOLE]


def sounded(reading: str) -> str:
    """Return the reading with every は as わ and every へ as え.

    Catalogues write these particles by sound, readers by spelling, and no rule finds the particles.
    """
    return compact(reading).translate(_PARTICLES_AS_THEY_SOUND)


def as_written(title: str) -> str:
    """Return the title with its own kanji and kana, to distinguish it from variants."""
    return "=" + unicodedata.normalize("NFKC", clean(title)).lower()[:LONGEST_WHOLE]


def alone(title: str) -> str:
    """Return the title with its volume, to distinguish a single book from the volumes of a set."""
    return "." + whole(title)


def begun(forms: Sequence[str]) -> list[str]:
    """Return the beginnings of all forms of a name."""
    starts = folded([form[:LONGEST_WHOLE] for form in forms])
    return [beginning for start in starts for beginning in beginnings(start)]


def begun_in_romaji(readings: Iterable[str]) -> list[str]:
    """Return the beginnings of the readings, letter by letter."""
    found = []
    for reading in readings:
        if KANA_ONLY.fullmatch(reading):
            found += shortened(romaji_keys(reading[:_ENOUGH]).replace(" ", ""), LONGEST_BEGINNING)
    return found


def romaji_trigrams(romaji: str) -> list[str]:
    """Return trigrams of romaji, which find a word inside a reading without spaces."""
    joined = loose_romaji(romaji.replace(" ", ""))
    return [joined[at : at + 3] for at in range(len(joined) - 2)]


def romaji_of(readings: Iterable[str], romanised: Iterable[str]) -> list[str]:
    """Return each value twice: as trigrams, and as whole words with the prefix =."""
    keys = [romaji_keys(reading) for reading in readings if reading]
    keys += [loose_romaji(name) for name in romanised if name and name.isascii()]
    found: list[str] = []
    for key in keys:
        found.append(" ".join(romaji_trigrams(key[:LONGEST_VALUE])))
        found.append(" ".join([f"={word}" for word in key.split()]))
    return found


def spellings(name: str, *others: str) -> str:
    """Join a name and its other forms into one value, separated by SPELLING."""
    forms = (clean(form).replace(SPELLING, "")[:LONGEST_WHOLE] for form in (name, *others))
    return SPELLING.join(form for form in forms if form)


def class_beginnings(ndc: str) -> list[str]:
    """Return 9, 91, 913 and 913.6, so that a class finds all its subclasses."""
    mark = unicodedata.normalize("NFKC", clean(ndc)).upper().strip()
    return [mark[:length] for length in range(1, len(mark) + 1) if mark[length - 1] != "."]
