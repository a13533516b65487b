"""One spelling for everything that is looked for: the index, the queries, the matching of persons.

Folding is for finding, never for display. It never raises, whatever the text.

1. characters nobody sees (controls, bidi marks, variation selectors, lone surrogates) go;
2. width and compatibility forms are unified (NFKC), letters become small;
3. diacritics come off Latin letters, never off kana;
4. variants of kanji become one form (variants.py);
5. hiragana becomes katakana, ヂ ヅ ヰ ヱ ヲ become ジ ズ イ エ オ, small kana large, ヴァ バ;
6. dashes and wave dashes are one: a ー between two kana, else a gap between words;
7. 々 ゝ ゞ are spelled out;
8. what is neither letter nor digit parts words;
9. a ー that ends a word goes when two or more kana stand before it: コンピューター is コンピュータ,
   but ビール is not ビル and キー not キ. A sound written with two kana (ショ, ティ) counts as one.

Raise NORMALISER_VERSION with every change of what comes out: the index is then rebuilt.
"""

import re
import unicodedata
from functools import lru_cache

from japanese.kanji_variants import kanji_folding

NORMALISER_VERSION = 3

# Han, kana, Hangul, Bopomofo, and Thai, Lao, Burmese and Khmer are written without spaces between
# words, so they are searched by bigrams.
CJK = (
    "々〇ァ-ヺー㐀-䶿一-鿿豈-﫿ㄅ-ㄯ가-힣\u0e01-\u0e5b\u0e81-\u0edf\u1000-\u109f\u1780-\u17dd"
    "\U00020000-\U0003fffd"
)
_KANA = "ァ-ヺ"

_HYPHENS = "-‐‑‒–—―−－﹣﹘─━⁃~〜～∼〰˗᠆"
APOSTROPHES = "'’‘ʼʻ＇`´"
_MEANT_BY_CONTEXT = "+#ー々〻ヽヾ"
# Accents, variation selectors and the points of Hebrew and Arabic, which few print, are dropped;
# vowel signs of Indian and other scripts stay.
_SEEN_ON_ANY_CHARACTER = re.compile(
    "^COMBINING |VARIATION SELECTOR|^HEBREW (?:POINT|ACCENT|MARK)"
    "|^ARABIC (?:FATHA|DAMMA|KASRA|SHADDA|SUKUN|MADDAH|HAMZA|SMALL|LETTER SUPERSCRIPT|SUBSCRIPT"
    "|SIGN|INVERTED|MARK|TURNED|ZWARAKAY|VOWEL|REVERSED|WAVY|CURLY|OPEN)"
)
# Letters of Arabic that are typed without their hamza and the like; the tatweel only stretches.
_ARABIC = str.maketrans("أإآٱىةۀکیگ", "اااايههكيك", "ـ")
_CHARACTERS_WITHOUT_DECOMPOSITION = {
    "æ": "ae", "ø": "o", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i",
}  # fmt: skip
HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_SIMPLER_KANA = str.maketrans(
    "ァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿヂヅヰヱヲ",
    "アイウエオツヤユヨワカケクシストヌハヒフヘホムラリルレロジズイエオ",
    "\u3099\u309a",
) | {ord("ヷ"): "バ", ord("ヸ"): "ビ", ord("ヹ"): "ベ", ord("ヺ"): "ボ"}
_VOICED = str.maketrans(
    "ウカキクケコサシスセソタチツテトハヒフヘホ", "ブガギグゲゴザジズゼゾダジズデドバビブベボ"
)
_UNVOICED = str.maketrans(
    "ガギグゲゴザジズゼゾダデドバビブベボ", "カキクケコサシスセソタテトハヒフヘホ"
)
_V_SOUNDS = {"ヴア": "バ", "ヴイ": "ビ", "ヴエ": "ベ", "ヴオ": "ボ", "ヴユ": "ビユ"}


class _Characters(dict[int, str]):
    """The folding of single characters, computed at first use, for `str.translate`."""

    def __init__(self) -> None:
        self._kanji = kanji_folding()
        super().__init__({ord(mark): "-" for mark in _HYPHENS})
        self.update({ord(mark): "" for mark in APOSTROPHES})
        self.update({ord("゛"): "\u3099", ord("゜"): "\u309a", 0x3099: "\u3099", 0x309A: "\u309a"})
        self.update({ord("ﾞ"): "\u3099", ord("ﾟ"): "\u309a"})

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = unicodedata.normalize("NFKC", self._kanji.get(character, character))
        # A second time, because casefold may leave characters that NFKC unifies.
        folded = unicodedata.normalize("NFKC", folded.casefold())
        self[code] = "".join(self._part(part) for part in folded)
        return self[code]

    def _part(self, part: str) -> str:
        part = part.translate(HIRAGANA_TO_KATAKANA)
        part = self._kanji.get(part, part)
        kind = unicodedata.category(part)[0]
        if part in _MEANT_BY_CONTEXT:
            return part
        if part.isspace() or kind in "PSZ" or part in APOSTROPHES:
            return self.get(ord(part), " ")
        if kind in "CM":
            return (
                "" if kind == "C" or _SEEN_ON_ANY_CHARACTER.search(unicodedata.name(part)) else part
            )
        return self._without_diacritics(part).translate(_SIMPLER_KANA)

    @staticmethod
    def _without_diacritics(character: str) -> str:
        if character in _CHARACTERS_WITHOUT_DECOMPOSITION:
            return _CHARACTERS_WITHOUT_DECOMPOSITION[character]
        base = unicodedata.normalize("NFD", character)[0]
        if base.isascii() and base.isalpha():
            return base
        return character.translate(_ARABIC)


_CHARACTERS = _Characters()

_SOUND = f"(?<![{_KANA}ー])"  # at the start of a word
# Each pattern starts with the literal ー, which `re` finds fast, and then looks behind.
_END_BEFORE_HIRAGANA = re.compile(
    f"[ーｰ](?=[ぁ-ゖ])(?<=[{_KANA}ーｦ-ﾟ]{{2}}.)(?<!{_SOUND}[{_KANA}][ァィゥェォャュョヮ].)"
)
_LONG_END = re.compile(
    f"ー(?![{_KANA}ー])(?<=[{_KANA}ー]{{2}}ー)"
    f"(?<!{_SOUND}[キギシジチニヒビピミリ][ヤユヨエ]ー)(?<!{_SOUND}[テデ][イユ]ー)"
    f"(?<!{_SOUND}フ[アイエオユ]ー)(?<!{_SOUND}ウ[イエオ]ー)(?<!{_SOUND}[トド]ウー)"
)
_DASH_BETWEEN_KANA = re.compile(f"(?<=[{_KANA}])-(?=[{_KANA}])")
_LONG_RUN = re.compile("ー{2,}")
_LONG_WITHOUT_KANA = re.compile(f"ー(?<![{_KANA}]ー)")
_V = re.compile("ヴ[アイエオユ]?")
_STRAY_SIGN = re.compile("(?<![a-z+#])[+#]+")
_PAIR_REPEATED = re.compile(f"([{_KANA}一-鿿]{{2}})[々〻]{{2}}")
_REPEATED = re.compile(f"([{_KANA}一-鿿])([々〻ヽヾ])")
_GAP_INSIDE_CJK = re.compile(f" (?<=[{CJK}] )(?=[{CJK}])")
_REPEAT_LEFT_OVER = re.compile("[々〻ヽヾ]")
_LONGEST_REMEMBERED = 200


def fold(text: str) -> str:
    """Return the text for searching, words separated by single spaces."""
    return _without_long_ends(" ".join(_words(text)))


def compact(text: str) -> str:
    """Return the text for searching without spaces, brackets and ・.

    Pass the original text, not a folded one: in スーパー・マリオ the inner ー must be kept.
    """
    return _without_long_ends("".join(_words(text)))


def joined(text: str) -> str:
    """Return the text for searching, with spaces only beside Latin words and numbers."""
    words = _words(text)
    if len(words) == 1:
        return _without_long_ends(words[0])
    return _without_long_ends(_GAP_INSIDE_CJK.sub("", " ".join(words)))


def _without_long_ends(text: str) -> str:
    return _LONG_END.sub("", text) if "ー" in text else text


def _words(text: str) -> tuple[str, ...]:
    """Cached for short texts, because a title is folded for a dozen fields."""
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _parted(text)


def _parted(text: str) -> tuple[str, ...]:
    return tuple(_spelled(text).split())


_remembered = lru_cache(maxsize=2_000)(_parted)


def _spelled(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if "ー" in text or "ｰ" in text:
        text = _END_BEFORE_HIRAGANA.sub("", text)
    folded = text.translate(_CHARACTERS)
    if "\u3099" in folded or "\u309a" in folded:
        folded = unicodedata.normalize("NFC", folded).translate(_SIMPLER_KANA)
    if "ヴ" in folded:
        folded = _V.sub(lambda sound: _V_SOUNDS.get(sound[0], "ブ"), folded)
    if "-" in folded:
        folded = _DASH_BETWEEN_KANA.sub("ー", folded).replace("-", " ")
    if "々" in folded or "ヽ" in folded or "ヾ" in folded or "〻" in folded:
        folded = _repeats_spelled_out(folded)
    if "ー" in folded:
        folded = _LONG_WITHOUT_KANA.sub(" ", _LONG_RUN.sub("ー", folded))
    if "+" in folded or "#" in folded:
        folded = _STRAY_SIGN.sub(" ", folded)
    return folded


def _repeats_spelled_out(text: str) -> str:
    text = _PAIR_REPEATED.sub(r"\1\1", text)
    while _REPEATED.search(text):
        text = _REPEATED.sub(_repeat, text)
    return _REPEAT_LEFT_OVER.sub(" ", text)


def _repeat(found: re.Match[str]) -> str:
    character, mark = found.groups()
    if mark == "ヾ":
        return character + character.translate(_VOICED)
    if mark == "ヽ":
        return character + character.translate(_UNVOICED)
    return character * 2
