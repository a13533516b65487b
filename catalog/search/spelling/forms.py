"""The forms of the input that are compared: as written, and as read."""

import re
from dataclasses import dataclass, replace

from catalog.indexing import morphemes
from catalog.indexing.field_values import sounded
from catalog.indexing.tokens import kanji
from japanese.normalise import compact
from japanese.romaji import loose_romaji

_KANA = re.compile("[ァ-ヺー]+")
# Characters; a word of the dictionary this short, such as 年金, is no slip of another.
SHORT_WORD = 3
SHORTEST_KANA, _SHORTEST_LATIN = 3, 4
_MOST_DIFFERENCES = 3
_CHARACTERS_A_DIFFERENCE = 4  # one of this many characters may be wrong


@dataclass(frozen=True, slots=True)
class TypedForm:
    """The input, as written or as read."""

    text: str
    is_reading: bool = False
    is_conversion: bool = False  # kanji were typed and may be a wrong conversion
    sought: str = ""  # the form in the index, if it differs from the sound

    @property
    def allowed(self) -> int:
        """How many differences a correction of this form may have; 0: correct nothing."""
        shortest = _SHORTEST_LATIN if self.text.isascii() else SHORTEST_KANA
        if len(self.text) < shortest and not kanji(self.text):
            return 0
        return min(_MOST_DIFFERENCES, max(1, len(self.text) // _CHARACTERS_A_DIFFERENCE))


def typed_forms(term: str) -> list[TypedForm]:
    """Return the input as written and, for kanji, as read. Latin letters may be romaji, too."""
    written = compact(term)
    if written.isascii():
        romaji = loose_romaji(term).replace(" ", "")
        return [TypedForm(written), *([TypedForm(romaji, is_reading=True)] if romaji else [])]
    if _KANA.fullmatch(written):
        return [_as_read(term)]
    read = morphemes.reading(term)
    ways = [TypedForm(written)] if len(written) > SHORT_WORD or not morphemes.is_one(term) else []
    if _KANA.fullmatch(compact(read)):
        ways.append(_converted(read))
    return ways


def _as_read(kana: str) -> TypedForm:
    return TypedForm(sounded(kana), is_reading=True, sought=compact(kana))


def _converted(kana: str) -> TypedForm:
    """Return the reading of kanji, which an input method may have converted wrongly."""
    return replace(_as_read(kana), is_conversion=True)
