"""Foreign words and names in katakana, whichever way they were transliterated.

シェイクスピア is シェークスピア and シエークスピヤ, ゲーテ is ゲエテ, ヴェーバー is ウェーバー.
What stands for what is told by the notes of 外来語の表記 (Cabinet notice 2 of 28 June 1991: ティ
or チ, ファ or ハ, ヴァ or バ, ー or a vowel), and by the older custom of writing a long vowel with
a kana.

Only words of katakana are compared, and each as a whole. A short one keeps its long vowels,
however they are written: ビル is not ビール. A longer one is told apart without them.
"""

import re
import unicodedata
from functools import lru_cache

from japanese.normalise import HIRAGANA_TO_KATAKANA, compact

SHORTEST_WITHOUT_LONG_VOWELS = 4  # kana
SHORTEST_IN_HIRAGANA = 3
LONGEST = 40

KATAKANA = re.compile("[ァ-ヺ][ァ-ヺー]+")
_KATAKANA_OR_NOT = re.compile("[ァ-ヺー]+|[^ァ-ヺー]+")
_LONE_HIRAGANA = re.compile("[ぁ-ゖ]")
_HIRAGANA = re.compile(f"[ぁ-ゖー]{{{SHORTEST_IN_HIRAGANA},}}")

# Before small kana become large ones: テイ may be a long vowel, ティ may not.
_ONE_SOUND = {
    "ティ": "チ", "ディ": "ジ", "テュ": "チュ", "デュ": "ジュ", "トゥ": "ツ", "ドゥ": "ズ",
    "ツィ": "チ", "クァ": "カ", "グァ": "ガ", "クォ": "コ", "クウィ": "クイ", "グウィ": "グイ",
    "スウィ": "スイ", "スウェ": "スエ",
}  # fmt: skip
_ALSO_ONE_SOUND = {
    "シエ": "セ", "ジエ": "ゼ", "フア": "ハ", "フイ": "ヒ", "フエ": "ヘ", "フオ": "ホ",
    "フユ": "ヒユ", "イエ": "エ",
}  # fmt: skip
_A, _I, _U, _E, _O = (  # kana that end in this vowel
    "アカサタナハマヤラワガザダバパ",
    "イキシチニヒミリギジビピ",
    "ウクスツヌフムユルグズブプ",
    "エケセテネヘメレゲゼデベペ",
    "オコソトノホモヨロゴゾドボポ",
)
_LONG = re.compile(
    f"(?<=[{_A}])[アー]+|(?<=[{_I}])[イー]+|(?<=[{_E}])[エイー]+"
    f"|(?<=[{_U}])(?:ウ(?![イエオ])|ー)+|(?<=[{_O}])(?:オ|ウ(?![イエオ])|ー)+"
)
_YA = re.compile(f"(?<=[{_I}])ヤ")  # シェイクスピア, シェイクスピヤ
_FIRST, _SECOND = (re.compile("|".join(sounds)) for sounds in (_ONE_SOUND, _ALSO_ONE_SOUND))


def forms(word: str) -> list[str]:
    """What a word of katakana is found by; what is not all kana has none."""
    word = unicodedata.normalize("NFKC", word)
    if _HIRAGANA.fullmatch(word):
        word = word.translate(HIRAGANA_TO_KATAKANA)
    return _forms(word) if KATAKANA.fullmatch(word) and len(word) <= LONGEST else []


def sound_alike(one: str, other: str) -> bool:
    """Whether only the length of vowels tells two words of kana apart."""
    return _without_long_vowels(one) == _without_long_vowels(other)


def long_forms(word: str) -> list[str]:
    """Of what is long enough to be told without its long vowels, which romaji may not write."""
    return [form for form in forms(word) if not form.startswith("=")]


def parts(term: str) -> list[tuple[str, list[str]]]:
    """What a term consists of: words of katakana with their forms, and the rest as it is.

    A single kana that is left over (ゲーテの) tells nothing.
    """
    term = unicodedata.normalize("NFKC", term)
    if _HIRAGANA.fullmatch(term):
        return [(term, forms(term))]
    runs = [run.removeprefix("の").removesuffix("の") for run in _KATAKANA_OR_NOT.findall(term)]
    telling = [run for run in runs if compact(run) and not _LONE_HIRAGANA.fullmatch(run)]
    return [(run, forms(run)) for run in telling]


def forms_in(texts: list[str]) -> list[str]:
    """Those of all words of katakana in the texts."""
    found: dict[str, None] = {}
    for text in texts:
        for word in KATAKANA.findall(text):
            found |= dict.fromkeys(_forms(word) if len(word) <= LONGEST else [])
    return list(found)


def heard(name: str, reading: str) -> str:
    """The reading of what is written in Latin letters; that of kanji is no foreign word."""
    return reading if name.isascii() else ""


@lru_cache(maxsize=20_000)
def _forms(word: str) -> list[str]:
    ways = [word]
    if "ヴ" in word:  # as it is spelt, or as it sounds in German and Latin
        ways.append(word.replace("ヴァ", "ワ").replace("ヴ", "ウ"))
    return list(dict.fromkeys(map(_form, ways)))


def _form(word: str) -> str:
    """Long vowels are ー everywhere, or nowhere."""
    spelt = compact(_FIRST.sub(lambda sound: _ONE_SOUND[sound[0]], word))
    kept = _LONG.sub("ー", spelt)
    kept = kept.removesuffix("ー") if len(kept) > 2 else kept
    without = _without_long_vowels(spelt)
    return without if len(without) >= SHORTEST_WITHOUT_LONG_VOWELS else f"={kept}"


def _without_long_vowels(spelt: str) -> str:
    simple = _SECOND.sub(lambda sound: _ALSO_ONE_SOUND[sound[0]], spelt)
    return _LONG.sub("", _YA.sub("ア", simple)).replace("ー", "")
