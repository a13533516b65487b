"""Where words begin: in spaced readings, and in texts that the dictionary splits.

ネコ begins a word in ノラ ネコ グンダン, but not in ヒトマネ コザル; 理学 begins no word in 心理学.
The tokens are the first two and three kana of a word, and the first two kanji.
"""

import re
from collections.abc import Iterable, Iterator

from catalog.indexing import morphemes
from japanese.normalise import compact

LONGEST_START = 3  # kana; longer input rarely begins by chance inside a word
_KANA = re.compile("[ァ-ヺ][ァ-ヺー]+")
_TWO_KANJI = re.compile("(?=([㐀-䶿一-鿿]{2}))")


def short_kana(text: str) -> str:
    """Return the folded text if it is kana that a word must begin with; otherwise empty."""
    folded = compact(text)
    return folded if len(folded) <= LONGEST_START and _KANA.fullmatch(folded) else ""


def two_kanji(text: str) -> str:
    """Return the folded text if it is two kanji and the index knows where words begin."""
    folded = compact(text)
    is_pair = len(folded) == 2 and _TWO_KANJI.match(folded)
    return folded if is_pair and morphemes.known() else ""


def of_reading(reading: str, text: str = "") -> Iterator[str]:
    """Yield the starts in a reading; one without spaces is split like its text."""
    words = reading.split()
    if len(words) == 1 and text:
        words += [word.reading_form() for word in morphemes.words_of(text)]
    yield from _kana_starts(words)


def of_text(text: str) -> Iterator[str]:
    """Yield the starts of the words in a text, in kana and in kanji."""
    words = [compact(word.surface()) for word in morphemes.words_of(text)]
    yield from _kana_starts(words)
    yield from _kanji_starts(words)


def everywhere(folded_texts: Iterable[str]) -> Iterator[str]:
    """Yield every pair of kanji, for texts in which the place inside a word does not matter."""
    for text in folded_texts:
        yield from _TWO_KANJI.findall(text)


def _kana_starts(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        folded = compact(word)
        if _KANA.match(folded):
            yield from (folded[:length] for length in range(2, LONGEST_START + 1))


def _kanji_starts(words: list[str]) -> Iterator[str]:
    text, at = "".join(words), 0
    for word in words:
        if found := _TWO_KANJI.match(text, at):
            yield found[1]
        at += len(word)
