"""Romaji in any system: toshokan, tosyokan and toshokann are equal.

`romaji_keys` converts a reading, `loose_romaji` folds input. Both give the same loose form with
single spaces, for comparison only, never for display.
"""

import re
import unicodedata
from functools import lru_cache

from japanese.normalise import HIRAGANA_TO_KATAKANA

_SYLLABLES = {
    kana: consonant + vowel
    for row, consonant in (
        ("アイウエオ", ""), ("カキクケコ", "k"), ("サシスセソ", "s"), ("タチツテト", "t"),
        ("ナニヌネノ", "n"), ("ハヒフヘホ", "h"), ("マミムメモ", "m"), ("ラリルレロ", "r"),
        ("ガギグゲゴ", "g"), ("ザジズゼゾ", "z"), ("ダヂヅデド", "d"), ("バビブベボ", "b"),
        ("パピプペポ", "p"), ("ァィゥェォ", "")
    )
    for kana, vowel in zip(row, "aiueo", strict=True)
} | {
    "ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヰ": "i", "ヱ": "e", "ヲ": "o", "ン": "n",
    "ヴ": "bu", "ャ": "ya", "ュ": "yu", "ョ": "yo", "ヮ": "wa", "ヵ": "ka", "ヶ": "ke", "ー": "",
}  # fmt: skip
_KANA = frozenset(map(chr, (*range(ord("ァ"), ord("ヺ") + 1), ord("ー"))))
_GLIDES = dict(zip("ャュョ", ("ya", "yu", "yo"), strict=True))
_SMALL_VOWELS = dict(zip("ァィゥェォ", "aiueo", strict=True))
_SOUND = re.compile("[ァ-ヺ][ャュョァィゥェォヮ]?|ー|[^ァ-ヺー]+")
_PARTICLES = {"ha": "wa", "he": "e", "wo": "o"}

_LOOSE_SYLLABLE = re.compile(
    r"([bdghkmprstz])(?=\1)|([bghkmnprstz])y([aueo])|([bdghkmnprstwyz]?[aiueo])|n"
)
_READ = {latin: kana for kana, latin in reversed(_SYLLABLES.items()) if latin} | {
    "zi": "ジ", "bu": "ブ", "i": "イ", "e": "エ", "o": "オ", "ya": "ヤ", "yu": "ユ", "yo": "ヨ",
    "wa": "ワ", "ka": "カ", "ke": "ケ",
}  # fmt: skip
_SMALL = {"a": "ャ", "u": "ュ", "e": "ェ", "o": "ョ"}

# The order matters: each rule works on the result of the rules before it.
_LOOSENINGS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"tch|cch", "tty"), (r"ch", "ty"), (r"cy", "ty"), (r"c", "k"), (r"q", "k"), (r"l", "r"),
        (r"sh", "sy"), (r"ts", "t"), (r"dh", "d"), (r"th", "t"), (r"dz", "z"), (r"v", "b"),
        (r"f", "h"), (r"d(?=d*[iuy])", "z"), (r"jj", "zj"), (r"jy?", "zy"), (r"(?<=[stz])yi", "i"),
        (r"m(?=[mbp])", "n"), (r"nn+", "n"),
        (r"(?<=[ou])h(?![aiueoy])", ""), (r"o[ou]+", "o"),
        (r"(?P<vowel>[aiue])(?P=vowel)+", r"\g<vowel>"),
        (r"wo", "o"), (r"w(?=[ie])", ""), (r"(?<![a-z])ye", "e"),
    )
]  # fmt: skip
_HEPBURN = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        ("si", "shi"), ("ti", "chi"), ("tu", "tsu"), ("hu", "fu"), ("[zd]i", "ji"), ("du", "zu"),
        ("sy", "sh"), ("ty", "ch"), ("[zd]y", "j"), ("tch", "cch"),
    )
]  # fmt: skip
_TO_BE_LOOSENED = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in _LOOSENINGS))
_NOT_HEARD = re.compile(r"['’‘ʼ`\-‐‑ー\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")


def romaji_keys(reading: str) -> str:
    """Return the loose romaji of kana: ムラカミ ハルキ gives `murakami haruki`."""
    katakana = unicodedata.normalize("NFKC", reading).translate(HIRAGANA_TO_KATAKANA)
    sounds = _SOUND.findall(katakana)
    return loose_romaji(
        _doubled("".join(_spelled(one) if one[0] in _KANA else one for one in sounds))
    )


def hepburn(kana: str) -> str:
    """Return Hepburn romaji without long vowels: ムラカミ gives murakami."""
    sounds = _SOUND.findall(unicodedata.normalize("NFKC", kana).translate(HIRAGANA_TO_KATAKANA))
    spelt = _doubled("".join(_spelled(one) if one[0] in _KANA else one for one in sounds))
    for pattern, replacement in _HEPBURN:
        spelt = pattern.sub(replacement, spelt)
    return spelt


def katakana_of(loose: str) -> str:
    """Return loose romaji as katakana without long vowels: syekusupia gives シェクスピア."""
    return "".join(_kana(*found.groups()) for found in _LOOSE_SYLLABLE.finditer(loose))


def _kana(doubled: str, glide: str, vowel: str, plain: str) -> str:
    if doubled:
        return "ッ"
    if glide:
        return _READ[f"{glide}i"] + _SMALL[vowel]
    return _READ.get(plain or "n", "")


def loose_romaji(latin_query: str) -> str:
    """Return Latin input with all usual systems of romanisation folded into one."""
    plain = unicodedata.normalize("NFKD", latin_query).lower()
    return " ".join(map(_loose_word, _WORD.findall(_NOT_HEARD.sub("", plain))))


@lru_cache(maxsize=20_000)
def _loose_word(word: str) -> str:
    word = _PARTICLES.get(word, word)
    if _TO_BE_LOOSENED.search(word):
        for pattern, replacement in _LOOSENINGS:
            word = pattern.sub(replacement, word)
    return word


@lru_cache(maxsize=2_000)
def _spelled(sound: str) -> str:
    first = _SYLLABLES.get(sound[0], sound[0])
    if len(sound) == 1:
        return first
    if sound[1] in _GLIDES:
        return first[:-1] + _GLIDES[sound[1]]
    if sound[1] in _SMALL_VOWELS:
        return _with_small_vowel(sound[0], first, _SMALL_VOWELS[sound[1]])
    return first + "wa"


def _with_small_vowel(kana: str, first: str, vowel: str) -> str:
    """Return ファ fa, ティ ti, シェ sye, ウォ wo; ァ after its own vowel is long: ハァ ha."""
    if kana in "シチジ":
        return first[:-1] + "y" + vowel
    if kana == "ウ":
        return "w" + vowel
    if kana in "フヴテデトドツ":
        return first[:-1] + vowel
    return first + vowel


def _doubled(latin: str) -> str:
    """ッ doubles the next consonant, and is silent elsewhere."""
    return re.sub("ッ+", "", re.sub(r"ッ([a-z])", r"\1\1", latin))
