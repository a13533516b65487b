"""Converts historical kana (before 1946) to modern spelling: てふてふ to ちょうちょう.

The rules are from the table of 現代仮名遣い (Cabinet notice 1 of 1 July 1986). The input is the
result of `compact`, in which ゐ ゑ を ぢ づ are い え お じ ず and small kana are large.
"""

import re

_MEDIAL = str.maketrans("ハヒフヘホ", "ワイウエオ")
_TO_O = str.maketrans("アカガサザタダナハバパマヤラワ", "オコゴソゾトドノホボポモヨロオ")
_TO_I = str.maketrans("エケゲセゼテデネヘベペメレ", "イキギシジチジニヒビピミリ")
_A_THEN_U = re.compile("[アカガサザタダナハバパマヤラワ](?=ウ)")  # かう, しやう: こう, しょう
_I_THEN_U = re.compile("[キギシジチニヒビピミリ](?=ウ)")  # しう: しゅう
_E_THEN_U = re.compile("[エケゲセゼテデネヘベペメレ](?=ウ)")  # けふ: きょう
_LABIAL = re.compile("([クグ])ワ")
_ONE_SOUND = str.maketrans("クグ", "カガ")


def as_spelt_today(folded: str) -> str:
    """Return the modern spelling; unchanged if the text has no historical kana."""
    spelt = _LABIAL.sub(lambda sound: sound[1].translate(_ONE_SOUND), folded)
    spelt = spelt[:1] + spelt[1:].translate(_MEDIAL)
    spelt = spelt.replace("イウ", "ユウ") if spelt.startswith("イウ") else spelt
    spelt = _A_THEN_U.sub(lambda sound: sound[0].translate(_TO_O), spelt)
    spelt = _I_THEN_U.sub(lambda sound: f"{sound[0]}ユ", spelt)
    return _E_THEN_U.sub(lambda sound: _today(sound[0]), spelt)


def _today(kana: str) -> str:
    return "ヨ" if kana == "エ" else f"{kana.translate(_TO_I)}ヨ"
