"""Foreign words in katakana, in any transliteration.

シェイクスピア equals シェークスピア and シエークスピヤ, ゲーテ equals ゲエテ, ヴェーバー equals
ウェーバー. The rules are from the notes of 外来語の表記 (Cabinet notice 2 of 28 June 1991: ティ or
チ, ファ or ハ, ヴァ or バ, ー or a vowel), and from the older custom of writing a long vowel with
kana.

Only whole katakana words are compared. A short word keeps its long vowels, because ビル is not
ビール; a longer word is compared without them.
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

# Applied before small kana become large: テイ may be a long vowel, ティ may not.
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
    """Return the forms by which a katakana word is found; [] for other text."""
    word = unicodedata.normalize("NFKC", word)
    if _HIRAGANA.fullmatch(word):
        word = word.translate(HIRAGANA_TO_KATAKANA)
    return _forms(word) if KATAKANA.fullmatch(word) and len(word) <= LONGEST else []


def sound_the_same(one: str, other: str) -> bool:
    """Whether two kana words differ only in the length of vowels."""
    return _without_long_vowels(one) == _without_long_vowels(other)


def long_forms(word: str) -> list[str]:
    """Return the forms without long vowels, which romaji often omit."""
    return [form for form in forms(word) if not form.startswith("=")]


def skeleton(word: str) -> str:
    """Return a katakana word without any long vowel: ゲーテ and ゲテ are one; "" for other text."""
    word = unicodedata.normalize("NFKC", word)
    if not KATAKANA.fullmatch(word) or len(word) > LONGEST:
        return ""
    short = _without_long_vowels(compact(_FIRST.sub(lambda sound: _ONE_SOUND[sound[0]], word)))
    return f"~{short}" if len(short) > 1 else ""


def skeletons_in(texts: list[str]) -> list[str]:
    """Return the skeletons of all katakana words in the texts."""
    return [*dict.fromkeys(filter(None, (skeleton(w) for t in texts for w in KATAKANA.findall(t))))]


def parts(term: str) -> list[tuple[str, list[str]]]:
    """Return the katakana words of a term with their forms, and the rest unchanged.

    A single remaining kana (ゲーテの) is dropped.
    """
    term = unicodedata.normalize("NFKC", term)
    if _HIRAGANA.fullmatch(term):
        return [(term, forms(term))]
    runs = [run.removeprefix("の").removesuffix("の") for run in _KATAKANA_OR_NOT.findall(term)]
    specific = [run for run in runs if compact(run) and not _LONE_HIRAGANA.fullmatch(run)]
    return [(run, forms(run)) for run in specific]


def forms_in(texts: list[str]) -> list[str]:
    """Return the forms of all katakana words in the texts."""
    found: dict[str, None] = {}
    for text in texts:
        for word in KATAKANA.findall(text):
            found |= dict.fromkeys(_forms(word) if len(word) <= LONGEST else [])
    return list(found)


def heard(name: str, reading: str) -> str:
    """Return the reading of a name in Latin letters; the reading of kanji is no foreign word."""
    return reading if name.isascii() else ""


@lru_cache(maxsize=20_000)
def _forms(word: str) -> list[str]:
    ways = [word]
    if "ヴ" in word:  # as spelt, or by the sound in German and Latin
        ways.append(word.replace("ヴァ", "ワ").replace("ヴ", "ウ"))
    return list(dict.fromkeys(map(_form, ways)))


def _form(word: str) -> str:
    """Return the word with every long vowel as ー, or without long vowels if it is long."""
    spelt = compact(_FIRST.sub(lambda sound: _ONE_SOUND[sound[0]], word))
    kept = _LONG.sub("ー", spelt)
    kept = kept.removesuffix("ー") if len(kept) > 2 else kept
    without = _without_long_vowels(spelt)
    return without if len(without) >= SHORTEST_WITHOUT_LONG_VOWELS else f"={kept}"


def _without_long_vowels(spelt: str) -> str:
    simple = _SECOND.sub(lambda sound: _ALSO_ONE_SOUND[sound[0]], spelt)
    return _LONG.sub("", _YA.sub("ア", simple)).replace("ー", "")
