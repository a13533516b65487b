"""Maps a part of a folded text or of a reading back to the text as written."""

import re
from functools import lru_cache

from catalog.indexing.field_values import sounded
from japanese.furigana import Span
from japanese.normalise import compact

LONGEST_ALIGNED_TEXT = 200  # characters of a heading; the rest is not aligned
# The regular expression tries every way to cut the reading, so its size is bounded.
_MOST_RUNS, _LONGEST_READING = 8, 60  # aligning tries every way of cutting the reading
_KANA = re.compile("[ァ-ヺー]+")
_RUN = re.compile("[ぁ-ゖァ-ヺー]+|[^ぁ-ゖァ-ヺー]+")


def part_as_written(text: str, span: Span) -> str:
    """Return the part of the text that became this span of its folded form."""
    _, positions = fold_with_positions(text[:LONGEST_ALIGNED_TEXT])
    if not positions:
        return text
    return text[positions[span[0]] : end_of_word(text, positions[span[1] - 1] + 1)]


def end_of_word(text: str, at: int) -> int:
    """Return the position after the word, including the final ー that folding removes."""
    return at + 1 if text[at : at + 1] in ("ー", "ｰ") else at


@lru_cache(maxsize=500)
def fold_with_positions(text: str) -> tuple[str, list[int]]:
    """Return the folded text and, for each of its characters, the position of its origin."""
    folded = compact(text)
    each = [_folded_sign(sign) for sign in text]
    if "".join(each) == folded:
        return folded, [at for at, signs in enumerate(each) for _ in signs]
    positions: list[int] = []
    for at in range(len(text)):  # the result of a character can depend on its neighbours
        grown = len(compact(text[: at + 1]))
        positions += [at] * (grown - len(positions))
    return folded, positions if len(positions) >= len(folded) else []


@lru_cache(maxsize=5_000)
def _folded_sign(sign: str) -> str:
    return compact(sign)


def aligned(text: str, read: str, span: Span) -> list[Span]:
    """Return the runs of the text with this span of the reading; the whole text if unclear."""
    runs = list(_RUN.finditer(text))
    whole = [(0, len(text))]
    if len(runs) > _MOST_RUNS or len(read) > _LONGEST_READING:
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
