"""Turns the input into terms: removes particles, joins the parts of one notation."""

import re

from catalog.search.terms.romaji import SHORTEST_ROMAJI, is_romaji
from japanese.numerals import plain
from japanese.romaji import loose_romaji
from japanese.volume_labels import read_volume

_PARTICLES = {"wa", "ha", "ga", "no", "ni", "de", "to", "e", "he", "o", "wo", "mo", "ya"}
_CLASS_WITH_GAP = re.compile(r"\bndc[\s:]*(?=K?[0-9])", re.IGNORECASE)


def content_words(typed: list[str]) -> list[str]:
    """Return the words without the particles of a romaji title: kaze no matasaburo.

    If there are several words, single syllables are removed, too (ue in saka no ue no kumo). Alone
    they would match nearly every reading.
    """
    latin = [term for term in typed if not term.isdecimal()]
    if len(latin) < 2 or not all(map(is_romaji, latin)):
        return typed
    words_of_title = [term for term in typed if term.lower() not in _PARTICLES]
    longer = [term for term in words_of_title if not _is_a_syllable(term)]
    return longer or words_of_title or typed


def _is_a_syllable(term: str) -> bool:
    return not term.isdecimal() and len(loose_romaji(term)) < SHORTEST_ROMAJI


def join_volumes(typed: list[str]) -> list[str]:
    """Join two words after a title that name one volume: 夜明け前 第二部 下."""
    found = typed[:1]
    for term in typed[1:]:
        joined = found[-1] + term
        is_part = read_volume(found[-1]) and not joined.isdecimal()
        is_counted = found[-1].isalpha() and found[-1].isascii() and term.isdecimal()
        may_join = len(found) > 1 and (is_part or is_counted)
        if may_join and read_volume(term) and read_volume(joined):
            found[-1] = joined
        else:
            found.append(term)
    return found


def join_class_mark(text: str) -> str:
    """Remove the space in NDC 913.6, which is one word."""
    read = plain(text)
    return _CLASS_WITH_GAP.sub("ndc", read) if "ndc" in read.lower() else text
