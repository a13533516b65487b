"""Where what was typed stands in what is shown.

A word is marked where it stands, in whatever spelling. Where only the reading holds it, the part
of the heading that is read so is marked, or the whole heading where that cannot be told apart.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from django.utils.safestring import SafeString

from catalog.search.field_values import sounded
from catalog.search.query import SearchRequest
from catalog.search.terms import is_romaji
from catalog.search.tokens import query_terms
from japanese import loanwords
from japanese.furigana import Span, with_reading
from japanese.normalise import compact
from japanese.romaji import katakana_of, loose_romaji, romaji_keys

LONGEST_MARKED = 200  # characters of a heading in which words are looked for
_KANA = re.compile("[ァ-ヺー]+")
_KANA_OR_NOT = re.compile("[ァ-ヺー]+|[^ァ-ヺー]+")
_RUN = re.compile("[ぁ-ゖァ-ヺー]+|[^ぁ-ゖァ-ヺー]+")
_MOST_RUNS, _LONGEST_ALIGNED = 8, 60  # aligning tries every way of cutting the reading
_SHORTEST_ROMAJI = 3


class Marks:
    """The words of one search, to be marked in titles and in names."""

    def __init__(self, request: SearchRequest) -> None:
        self._titles = list(_words(request, "title"))
        self._names = list(_words(request, "author"))

    def title(self, text: str, reading: str = "") -> SafeString:
        return marked(text, self._titles, [reading])

    def name(self, text: str, readings: Sequence[str] = ()) -> SafeString:
        return marked(text, self._names, readings)


def marked(text: str, words: Iterable[str], readings: Sequence[str] = ()) -> SafeString:
    """The first of the readings is the one that may stand above the text."""
    spans: list[Span] = []
    for word in words:
        spans += (
            _standing(text, word)
            or _read_so(text, word, readings)
            or _heard_so(text, word)
            or _half_standing(text, word, readings)
        )
    return with_reading(text, readings[0] if readings else "", spans)


def _words(request: SearchRequest, field: str) -> Iterator[str]:
    yield from query_terms(request.q)
    yield from query_terms(getattr(request, field))
    for row in request.rows:
        if row.field in ("all", field) and row.joint != "not":
            yield from query_terms(row.text) if row.match == "contains" else [row.text]


def _standing(text: str, word: str) -> list[Span]:
    folded, places = _folded_with_places(text[:LONGEST_MARKED])
    sought = compact(word)
    if not sought or not places:
        return []
    spans = [
        (places[found.start()], _end(text, places[found.end() - 1] + 1))
        for found in re.finditer(re.escape(sought), folded)
    ]
    return [span for span in spans if not sought.isascii() or _is_a_whole_word(text, *span)]


def part_as_written(text: str, span: Span) -> str:
    """What stands in the text where its folded form has this part."""
    _, places = _folded_with_places(text[:LONGEST_MARKED])
    if not places:
        return text
    return text[places[span[0]] : _end(text, places[span[1] - 1] + 1)]


def _is_a_whole_word(text: str, first: int, last: int) -> bool:
    """art is not found in start."""
    beside = (text[max(first - 1, 0) : first], text[last : last + 1])
    return not any(sign.isascii() and sign.isalnum() for sign in beside)


def _end(text: str, at: int) -> int:
    """A long sound that folding drops belongs to the word."""
    return at + 1 if text[at : at + 1] in ("ー", "ｰ") else at


@lru_cache(maxsize=500)
def _folded_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place of the one it comes from."""
    folded = compact(text)
    each = [_folded_alone(sign) for sign in text]
    if "".join(each) == folded:
        return folded, [at for at, signs in enumerate(each) for _ in signs]
    places: list[int] = []
    for at in range(len(text)):  # what a sign becomes depends on what stands beside it
        grown = len(compact(text[: at + 1]))
        places += [at] * (grown - len(places))
    return folded, places if len(places) >= len(folded) else []


@lru_cache(maxsize=5_000)
def _folded_alone(sign: str) -> str:
    return compact(sign)


def _read_so(text: str, word: str, readings: Sequence[str]) -> list[Span]:
    for reading in filter(None, readings):
        if found := _span_in_reading(reading[: 2 * LONGEST_MARKED], word):
            return aligned(text, sounded(reading), found)
    return []


def _heard_so(text: str, word: str) -> list[Span]:
    """A foreign word in another transliteration: シェイクスピア where シェークスピア was typed."""
    sought = _loanwords_of(word)
    if not sought:
        return []
    found = loanwords.KATAKANA.finditer(text[:LONGEST_MARKED])
    return [run.span() for run in found if not sought.isdisjoint(loanwords.forms(run[0]))]


def _half_standing(text: str, word: str, readings: Sequence[str]) -> list[Span]:
    """鬼めつの刃: its kanji, where the kana beside them are how the rest is read."""
    kanji, kana = _half_converted(word)
    if not kanji or not all(_standing(text, run) for run in kanji):
        return []
    if not any(all(run in sounded(reading) for run in kana) for reading in readings):
        return []
    return [span for run in kanji for span in _standing(text, run)]


@lru_cache(maxsize=500)
def _half_converted(word: str) -> tuple[list[str], list[str]]:
    """Its runs of anything but kana, and its runs of kana as they sound, if it has both."""
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
    """Where the word lies in the reading without spaces; romaji are told by whole words."""
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


def aligned(text: str, read: str, span: Span) -> list[Span]:
    """The runs of kanji or kana that are read there; the whole where they cannot be told apart."""
    runs = list(_RUN.finditer(text))
    whole = [(0, len(text))]
    if len(runs) > _MOST_RUNS or len(read) > _LONGEST_ALIGNED:
        return whole
    found = re.fullmatch("".join(f"({_pattern(run[0])})" for run in runs), read)
    if not found:
        return whole
    return [
        run.span()
        for number, run in enumerate(runs, start=1)
        if found.start(number) < span[1] and found.end(number) > span[0]
    ] or whole


def _pattern(run: str) -> str:
    folded = sounded(run)
    return re.escape(folded) if not folded or _KANA.fullmatch(folded) else ".+?"
