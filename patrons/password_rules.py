"""Rules for passwords (2.3): long enough, not common, not made of the owner's own facts.

The facts are searched for as people write them (romaji, kana, 和暦) and removed. The rest must be a
password on its own.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from akiruno_library import policy
from akiruno_library.refusals import Refusal
from japanese.days import written_forms
from japanese.normalise import HIRAGANA_TO_KATAKANA
from japanese.romaji import loose_romaji, romaji_keys
from patrons import library_words
from patrons.identity import Facts, plain_telephone
from patrons.models import Patron
from patrons.refusals import (
    PasswordOfOwnFacts,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
)

SHORTEST_FACT = 3  # letters of a name; for digits it is four


def shape_refusals(password: str) -> Iterator[Refusal]:
    """Yield what can be said about the password without knowing its owner."""
    if len(password) < policy.PASSWORD_MIN_LENGTH:
        yield PasswordTooShort()
    elif len(password) > policy.PASSWORD_MAX_LENGTH:
        yield PasswordTooLong()
    elif _is_common(password):
        yield PasswordTooCommon()


def refusals(password: str, facts: Facts, *, name: str) -> Iterator[Refusal]:
    """Yield what can be said with the typed facts, whether or not they match a patron."""
    shape = list(shape_refusals(password))
    yield from shape
    if not shape and _is_made_of(password, _written(facts, [name])):
        yield PasswordOfOwnFacts()


def refusals_for(password: str, patron: Patron) -> Iterator[Refusal]:
    """Yield what can be said with the facts on record."""
    telephone = plain_telephone(patron.telephone)
    pieces = re.findall(r"\d{4,}", unicodedata.normalize("NFKC", patron.telephone))
    facts = Facts(patron.card_number, "", patron.birth_date, telephone)
    known = [*_written(facts, [patron.name, patron.name_reading]), *pieces]
    shape = list(shape_refusals(password))
    yield from shape
    if not shape and _is_made_of(password, known):
        yield PasswordOfOwnFacts()


def _is_common(password: str) -> bool:
    plain = unicodedata.normalize("NFKC", password).casefold()
    # aaaaaaaa and abababab are in no list of common passwords, but are the first to be guessed.
    if len({character for character, _ in groupby(plain)}) == 1 or len(set(plain)) <= 2:
        return True
    if library_words.is_one_of_ours(password):
        return True
    try:
        _common_list().validate(plain)
    except ValidationError:
        return True
    return False


@cache
def _common_list() -> CommonPasswordValidator:
    return CommonPasswordValidator()


def _plain(text: str) -> str:
    """Reduce to letters and digits of one width, one case and one kana script."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(HIRAGANA_TO_KATAKANA)
    return "".join(character for character in folded if character.isalnum() or character == "ー")


def _written(facts: Facts, names: list[str]) -> list[str]:
    found = [facts.card_number, facts.telephone, facts.telephone[-8:], facts.telephone[-4:]]
    if facts.birth_date:
        found += written_forms(facts.birth_date)
    for name in names:
        for word in [name, *name.replace("　", " ").split()]:
            found += [word, romaji_keys(word), loose_romaji(word)]
    return found


def _is_made_of(password: str, facts: list[str]) -> bool:
    """Return whether too little or something common remains once the facts are removed.

    The facts are compared as typed, and with all romanisations of a name folded into one: satoh,
    satou.
    """
    plain = _plain(password)
    return any(_too_little_is_left(text, facts) for text in (plain, loose_romaji(plain)))


def _too_little_is_left(plain: str, facts: list[str]) -> bool:
    left = plain
    # Longest first: removing 花子 before 秋川花子 would leave 秋川 as if it were a word of its own.
    for fact in sorted({_plain(fact) for fact in facts}, key=lambda fact: (-len(fact), fact)):
        shortest = 4 if fact.isdecimal() else SHORTEST_FACT if fact.isascii() else 2
        if len(fact) >= shortest:
            left = left.replace(fact, "")
    if left == plain:
        return False
    return len(left) < policy.PASSWORD_MIN_LENGTH or _is_common(left)
