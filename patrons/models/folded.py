"""Folded forms of names and numbers, computed by PostgreSQL, for the staff's search of patrons."""

import re
import unicodedata

from django.db import models

_HIRAGANA = {chr(code): chr(code + 0x60) for code in range(0x3041, 0x3097)}
_SMALL = dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True))
_ONE_KANA = {kana: _SMALL.get(katakana, katakana) for kana, katakana in _HIRAGANA.items()} | _SMALL
_GAPS = "[[:space:]・ー‐-]"


class FoldedName(models.Func):
    """Fold a name in SQL: width, hiragana, small kana, spaces and dashes make no difference."""

    template = (
        f"translate(regexp_replace(lower(normalize(%(expressions)s, NFKC)), '{_GAPS}', '', 'g'), "
        f"'{''.join(_ONE_KANA)}', '{''.join(_ONE_KANA.values())}')"
    )
    output_field = models.TextField()


class DigitsOf(models.Func):
    template = "regexp_replace(normalize(%(expressions)s, NFKC), '[^0-9]', '', 'g')"
    output_field = models.TextField()


def folded_name(text: str) -> str:
    """Fold a typed name in Python, exactly as FoldedName does."""
    plain = re.sub(r"[\s・ー‐-]", "", unicodedata.normalize("NFKC", text).lower())
    return plain.translate({ord(kana): plain_one for kana, plain_one in _ONE_KANA.items()})
