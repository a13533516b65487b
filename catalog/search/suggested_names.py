"""Names with all their spellings, as the index has them: whether one fits what was typed."""

import re
from collections.abc import Iterable
from functools import lru_cache

from catalog.indexing.field_values import SPELLING, sounded
from japanese.normalise import compact
from japanese.romaji import loose_romaji, romaji_keys

JAPANESE = re.compile("[^\x00-\x7f]")
_BETWEEN_NAMES = re.compile(f"[{SPELLING}\\s・,、.=＝-]+")


def words_of(name: str) -> str:
    return name.split(SPELLING)[0]


def fits(name: str, typed_parts: Iterable[str]) -> bool:
    """Whether the name itself contains every part.

    A bib has several names in one field, and the query matches if any of them fits.
    """
    japanese, romaji = _forms(name)
    return all(
        any(part in form or sounded(part) in form for form in japanese)
        or (not JAPANESE.search(part) and any(loose_romaji(part) in form for form in romaji))
        for part in typed_parts
    )


def begins_so(name: str, first: str) -> bool:
    japanese, romaji = _forms(name)
    begins = any(form.startswith(first) for form in japanese)
    if begins or JAPANESE.search(first):
        return begins
    return any(form.startswith(loose_romaji(first)) for form in romaji)


def begins_a_word(name: str, first: str) -> bool:
    words = _BETWEEN_NAMES.split(name)
    return any(compact(word).startswith(first) for word in words)


@lru_cache(maxsize=5_000)
def _forms(name: str) -> tuple[list[str], list[str]]:
    spelt = name.split(SPELLING)
    japanese = [compact(form) for form in spelt]
    return [*japanese, *(sounded(form) for form in spelt[1:])], [
        romaji_keys(form).replace(" ", "") for form in spelt
    ]
