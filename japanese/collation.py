"""五十音順 by JIS X 4061: first the kana without voicing and size, then the finer differences.

はは, ばば and ぱぱ are equal at first, and so are つ and っ; a ー counts as the vowel before it.
Between two equal readings 清音 stands before 濁音 and 半濁音, a ー before a small kana, and that
before a large one. Figures stand before Latin letters, Latin letters before kana.
"""

import unicodedata
from functools import lru_cache

LONGEST = 200  # characters of a reading
_SMALL = dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True))
_OLD = {"ヰ": "イ", "ヱ": "エ"}
_ROWS = (
    *("アカサタナハマヤラワ", "イキシチニヒミリ", "ウクスツヌフムユル", "エケセテネヘメレ"),
    "オコソトノホモヨロヲ",
)
_VOWELS = {kana: row[0] for row in _ROWS for kana in row}
_VOICING = {"\u3099": "1", "\u309a": "2"}
_LONG, _SMALL_KANA, _USUAL = "0", "1", "2"
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_BETWEEN_LEVELS = "\x00"


@lru_cache(maxsize=5_000)
def collation_key(reading: str) -> str:
    """Return a key by which strings sort as in a Japanese dictionary."""
    base: list[str] = []
    voicing: list[str] = []
    size: list[str] = []
    text = unicodedata.normalize("NFKC", reading[: 2 * LONGEST]).translate(_HIRAGANA_TO_KATAKANA)
    for sign in unicodedata.normalize("NFD", text.casefold()):
        if sign in _VOICING:
            voicing[-1:] = [_VOICING[sign]] * bool(voicing)
        elif sign == "ー" and base and base[-1] in _VOWELS:
            base.append(_VOWELS[base[-1]])
            voicing.append("0")
            size.append(_LONG)
        elif sign.isalnum() and sign != "ー":
            large = _SMALL.get(sign, sign)
            base.append(_OLD.get(large, large))
            voicing.append("0")
            size.append(_SMALL_KANA if sign in _SMALL else _USUAL)
    levels = ("".join(level)[:LONGEST] for level in (base, voicing, size))
    return _BETWEEN_LEVELS.join(levels) if base else ""
