"""Highlighting: marks the words of a search in titles and names.

A word is marked in any spelling. If only the reading contains it, the part with that reading is
marked, or the whole heading if the parts cannot be separated.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from django.utils.safestring import SafeString

from catalog.indexing.alignment import (
    LONGEST_ALIGNED_TEXT,
    aligned,
    end_of_word,
    fold_with_positions,
)
from catalog.indexing.field_values import sounded
from catalog.indexing.tokens import query_terms
from catalog.search import SearchRequest, is_romaji, words_of
from japanese import loanwords
from japanese.furigana import Span, with_reading
from japanese.normalise import compact
from japanese.romaji import katakana_of, loose_romaji, romaji_keys

_KANA = re.compile("[ァ-ヺー]+")
_KANA_OR_NOT = re.compile("[ァ-ヺー]+|[^ァ-ヺー]+")
_SHORTEST_ROMAJI = 3


class Highlighter:
    """The words of one search, to be marked in titles and names."""

    def __init__(self, request: SearchRequest) -> None:
        self._titles = list(_words(request, "title"))
        self._names = list(_words(request, "author"))

    def title(self, text: str, reading: str = "") -> SafeString:
        return marked(text, self._titles, [reading])

    def name(self, text: str, readings: Sequence[str] = ()) -> SafeString:
        return marked(text, self._names, readings)


def marked(text: str, words: Iterable[str], readings: Sequence[str] = ()) -> SafeString:
    """Mark the words. The first reading may be shown as furigana."""
    spans: list[Span] = []
    for word in words:
        spans += (
            _as_written(text, word)
            or _as_read(text, word, readings)
            or _as_heard(text, word)
            or _half_converted_spans(text, word, readings)
        )
    return with_reading(text, readings[0] if readings else "", spans)


def _words(request: SearchRequest, field: str) -> Iterator[str]:
    yield from query_terms(words_of(request.q))
    yield from query_terms(getattr(request, field))
    for clause in request.clauses:
        if clause.field in ("all", field) and clause.joint != "not":
            yield from query_terms(clause.text) if clause.match == "contains" else [clause.text]


def _as_written(text: str, word: str) -> list[Span]:
    folded, positions = fold_with_positions(text[:LONGEST_ALIGNED_TEXT])
    sought = compact(word)
    if not sought or not positions:
        return []
    spans = [
        (positions[found.start()], end_of_word(text, positions[found.end() - 1] + 1))
        for found in re.finditer(re.escape(sought), folded)
    ]
    return [span for span in spans if not sought.isascii() or _is_a_whole_word(text, *span)]


def _is_a_whole_word(text: str, first: int, last: int) -> bool:
    """Latin words match as a whole: art must not match in start, but python in Python3."""
    edges = (
        (text[max(first - 1, 0) : first], text[first]),
        (text[last - 1], text[last : last + 1]),
    )
    return not any(_are_one_word(*signs) for signs in edges)


def _are_one_word(one: str, other: str) -> bool:
    """Whether no word ends between two signs; between a letter and a figure one does."""
    both = f"{one}{other}"
    return len(both) == 2 and both.isascii() and (both.isalpha() or both.isdigit())


def _as_read(text: str, word: str, readings: Sequence[str]) -> list[Span]:
    for reading in filter(None, readings):
        if found := _span_in_reading(reading[: 2 * LONGEST_ALIGNED_TEXT], word):
            return aligned(text, sounded(reading), found)
    return []


def _as_heard(text: str, word: str) -> list[Span]:
    """Return spans of other transliterations: シェイクスピア for シェークスピア."""
    sought = _loanwords_of(word)
    if not sought:
        return []
    found = loanwords.KATAKANA.finditer(text[:LONGEST_ALIGNED_TEXT])
    return [run.span() for run in found if not sought.isdisjoint(loanwords.forms(run[0]))]


def _half_converted_spans(text: str, word: str, readings: Sequence[str]) -> list[Span]:
    """Return the kanji of a half converted word (鬼めつの刃), if the readings contain its kana."""
    kanji, kana = _half_converted(word)
    if not kanji or not all(_as_written(text, run) for run in kanji):
        return []
    if not any(all(run in sounded(reading) for run in kana) for reading in readings):
        return []
    return [span for run in kanji for span in _as_written(text, run)]


@lru_cache(maxsize=500)
def _half_converted(word: str) -> tuple[list[str], list[str]]:
    """Return the runs that are not kana, and the runs of kana by sound, if there are both."""
    runs = _KANA_OR_NOT.findall(compact(word))
    kana = [sounded(run) for run in runs if _KANA.fullmatch(run)]
    others = [run for run in runs if not _KANA.fullmatch(run)]
    return (others, kana) if others and kana else ([], [])


@lru_cache(maxsize=500)
def _loanwords_of(word: str) -> frozenset[str]:
    if is_romaji(word):
        return frozenset(loanwords.long_forms(katakana_of(loose_romaji(word))))
    return frozenset(form for _, forms in loanwords.parts(word) for form in forms)


def _span_in_reading(reading: str, word: str) -> Span | None:
    """Return the span in the reading without spaces. Romaji match whole words only."""
    sought = compact(word)
    if _KANA.fullmatch(sought):
        at = sounded(reading).find(sounded(word))
        return (at, at + len(sounded(word))) if at >= 0 else None
    if len(sought) < _SHORTEST_ROMAJI or not is_romaji(word):
        return None
    parts = reading.split()
    keys = [romaji_keys(part).replace(" ", "") for part in parts]
    key = loose_romaji(word).replace(" ", "")
    at = "".join(keys).find(key)
    return _words_touched(keys, parts, at, at + len(key)) if key and at >= 0 else None


def _words_touched(keys: list[str], parts: list[str], first: int, last: int) -> Span:
    at, place, touched = 0, 0, []
    for key, part in zip(keys, parts, strict=True):
        length = len(sounded(part))
        if at < last and at + len(key) > first:
            touched += [place, place + length]
        at, place = at + len(key), place + length
    return min(touched), max(touched)
