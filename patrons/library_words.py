"""Words that come to mind at this library, and passwords made only of them (rule 2.9)."""

import unicodedata
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError

from japanese.normalise import HIRAGANA_TO_KATAKANA
from patrons.refusals import PasswordTooCommon

WORDS = (
    "toshokan", "tosyokan", "toshyokan", "library", "libraly", "akiruno", "akigawa", "itsukaichi",
    "itukaichi", "itukaiti", "tokyo", "toukyou", "toukyo", "tokyou", "city", "opac", "mypage",
    "yoyaku", "dokusho", "dokusyo", "kashidashi", "book", "reader", "password", "pass",
    "トショカン", "アキルノ", "アキル野", "アキガワ", "イツカイチ", "トウキョウ", "ライブラリー",
    "マイページ", "ヨヤク", "ドクショ", "パスワード",
    "図書館", "秋川", "五日市", "東京", "予約", "読書",
)  # fmt: skip
FEWEST_CHARACTERS_LEFT = 4  # beside the words: fewer are an ending (市, shi, a name's first letter)

# Figures and marks that stand for a letter; 1 is written for i and for l.
_READ_AS = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
_DISGUISES: tuple[dict[str, str], ...] = (
    {},
    _READ_AS | {"1": "i", "|": "i"},
    _READ_AS | {"1": "l", "|": "l", "!": "l"},
)


def is_one_of_ours(password: str) -> bool:
    """Return whether only digits, marks and up to three letters are beside the words."""
    plain = unicodedata.normalize("NFKC", password).casefold().translate(HIRAGANA_TO_KATAKANA)
    return any(_is_made_of_words(plain, disguise) for disguise in _DISGUISES)


def _is_made_of_words(plain: str, disguise: dict[str, str]) -> bool:
    written = [(each, disguise.get(each, each)) for each in plain]
    readable = [(each, read) for each, read in written if read.isalnum() or read == "ー"]
    read = "".join(each for _, each in readable)
    covered = {place for found in _found(read) for place in found}
    if not covered:
        return False
    left = [each for place, (each, _) in enumerate(readable) if place not in covered]
    return sum(each.isalpha() for each in left) < FEWEST_CHARACTERS_LEFT


def _found(read: str) -> Iterator[range]:
    for word in WORDS:
        place = read.find(word)
        while place >= 0:
            yield range(place, place + len(word))
            place = read.find(word, place + 1)


class NoWordOfTheLibrary:
    """The same rule for staff, as one of Django's validators."""

    def validate(self, password: str, user: Any = None) -> None:
        if is_one_of_ours(password):
            raise ValidationError(PasswordTooCommon.sentence, code="password_too_common")

    def get_help_text(self) -> str:
        return "図書館にちなんだことばに数字を付けただけのものは使えません。"
