"""Numbers in the notations of a catalogue: 3, ３, 三, 参, 十三, 一三, Ⅲ, ③."""

import re
import unicodedata

KANJI_DIGITS = "〇零一二三四五六七八九壱弐参"
_DIGIT_VALUES = dict(zip(KANJI_DIGITS, (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3), strict=True))
_TENS = {"廿": 20, "卅": 30}
_UNITS = {"十": 10, "拾": 10, "百": 100, "千": 1000}
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}

_KANJI = f"[{KANJI_DIGITS}{''.join(_TENS)}{''.join(_UNITS)}万]+"
_ROMAN = "(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})"
# Up to XXXIX: volume numbers are smaller, and L, C, D and M are usually letters.
NUMBER = rf"(?:[0-9]{{1,6}}(?![0-9])|{_KANJI}|{_ROMAN}(?![A-Za-z]))"

_IN_TEXT = re.compile("[〇一二三四五六七八九十百千]+")

_OTHER_CIRCLES = {code: str((code - 0x2776) % 10 + 1) for code in range(0x2776, 0x2794)}


def plain(text: str) -> str:
    """Convert width, circles and Roman numeral signs: Ⅲ ③ ３ ❸ become III 3 3 3."""
    return unicodedata.normalize("NFKC", text.translate(_OTHER_CIRCLES))


def read_number(text: str) -> int | None:
    """Return the value if the whole text is one number in any script."""
    number = plain(text).strip()
    if not re.fullmatch(NUMBER, number):
        return None
    if number.isascii() and number.isdigit():
        return int(number)
    if number[0] in _ROMAN_VALUES:
        return _roman(number)
    return _kanji(number)


def in_figures(text: str) -> str:
    """Convert kanji numbers, as readers type them: 二十四の瞳 to 24の瞳, 百万回 to 100万回."""
    return _IN_TEXT.sub(lambda number: str(_kanji(number[0])), text)


def _roman(number: str) -> int:
    values = [_ROMAN_VALUES[digit] for digit in number]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )


def _kanji(number: str) -> int:
    """Parse 十三 and 二百五 by units, 一三 and 二〇二六 digit by digit."""
    total = section = digits = 0
    for sign in number:
        if sign in _DIGIT_VALUES:
            digits = digits * 10 + _DIGIT_VALUES[sign]
        elif sign in _TENS:
            section += _TENS[sign]
        elif sign in _UNITS:
            section += max(digits, 1) * _UNITS[sign]
            digits = 0
        else:
            total += max(section + digits, 1) * 10_000
            section = digits = 0
    return total + section + digits
