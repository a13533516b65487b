"""Decides which of several scripts of one text is title, reading or romanised form.

The Library of Congress has the romanised form in the field and the original in 880. JAPAN/MARC has
the original in the field, and readings in katakana and Latin letters in 880. So only the script
decides.
"""

from dataclasses import dataclass

from catalog.imports.cleaning import has_hiragana, is_kana, is_latin, katakana
from japanese.romaji import loose_romaji, romaji_keys


@dataclass(frozen=True, slots=True)
class Spelled:
    text: str
    reading: str = ""
    romanised: str = ""


def spelled(main: str, linked: list[str]) -> Spelled:
    beyond_latin = [text for text in linked if text and not is_latin(text)]
    latin = [text for text in linked if text and is_latin(text)]
    if main and not is_latin(main):
        readings = [text for text in beyond_latin if is_kana(text)]
        return Spelled(main, _first_kana(readings), latin[0] if latin else "")
    originals = [text for text in beyond_latin if not _only_a_reading(text, main)]
    readings = [text for text in beyond_latin if is_kana(text) and text not in originals[:1]]
    if originals:
        return Spelled(originals[0], _first_kana(readings), main)
    return Spelled(main or "".join(latin[:1]), _first_kana(readings))


def _only_a_reading(text: str, latin: str) -> bool:
    """Katakana beside a Western title is its reading, unless the title is a romanised form."""
    if not is_kana(text) or has_hiragana(text):
        return False
    return _sounds(romaji_keys(text)) != _sounds(loose_romaji(latin))


def _sounds(romaji: str) -> str:
    return romaji.replace(" ", "")


def _first_kana(readings: list[str]) -> str:
    return katakana(readings[0]) if readings else ""
