"""The signs of a typed search: "a phrase", -word, NOT word, a OR b, a AND b.

OR joins the words beside it: 漱石 三四郎 OR 門 is 漱石, and one of the two. Only capitals are
signs, because titles contain not, or and and. A minus is a sign before a word and after another.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from akiruno_library import policy

_SIGN = re.compile(
    r"""(?P<minus>(?<!\S)[-－−–](?=[^\s\-－−–]))?"""
    r"""(?:["“”„＂](?P<phrase>[^"“”„＂]+)["“”„＂]|(?P<word>\S+))"""
)
_ENDS_WITH_DASH = re.compile(r"[-－−–—―~〜～]$")
_AND, _OR, _NOT = "AND", "OR", "NOT"


@dataclass(frozen=True, slots=True)
class Operand:
    text: str
    is_phrase: bool = False


@dataclass(frozen=True, slots=True)
class SignedQuery:
    """What was typed: plain words, further conditions of which one operand must match, and what is
    excluded."""

    plain: str
    any_of: tuple[tuple[Operand, ...], ...] = ()
    excluded: tuple[Operand, ...] = ()

    @property
    def has_signs(self) -> bool:
        return bool(self.any_of or self.excluded)

    @property
    def wanted(self) -> str:
        """The words that a hit may contain, for highlighting and for other searches."""
        texts = [operand.text for group in self.any_of for operand in group]
        return " ".join(filter(None, [self.plain, *texts]))


def read_signs(typed: str) -> SignedQuery:
    """Parse a typed search. Text in which nothing is wanted is plain, whatever its signs."""
    text = typed[: policy.QUERY_MAX_CHARACTERS]
    groups: list[list[Operand]] = []
    excluded: list[Operand] = []
    negates = joins = is_signed = False
    for found in _SIGN.finditer(text):
        operand = Operand(found["phrase"] or found["word"], is_phrase=bool(found["phrase"]))
        sign = _operator(operand)
        is_minus = (
            bool(found["minus"]) and bool(groups) and not _ENDS_WITH_DASH.search(operand.text)
        )
        if sign:
            is_signed = True
            negates, joins = sign == _NOT, sign == _OR and bool(groups)
            continue
        if (negates and groups) or is_minus:
            excluded.append(operand)
        elif joins:
            groups[-1].append(operand)
        else:
            whole = operand if operand.is_phrase or is_minus else Operand(found[0])
            groups.append([whole])
        is_signed |= is_minus or operand.is_phrase
        negates = joins = False
    return _signed(groups, excluded) if is_signed else SignedQuery(text)


def words_of(typed: str) -> str:
    """Return the typed search without its signs and without what it excludes."""
    return read_signs(typed).wanted


def _operator(operand: Operand) -> str:
    word = unicodedata.normalize("NFKC", operand.text)
    return word if not operand.is_phrase and word in (_AND, _OR, _NOT) else ""


def _signed(groups: Iterable[list[Operand]], excluded: Iterable[Operand]) -> SignedQuery:
    plain, any_of = [], []
    for group in groups:
        if len(group) == 1 and not group[0].is_phrase:
            plain.append(group[0].text)
        else:
            any_of.append(tuple(group))
    return SignedQuery(" ".join(plain), tuple(any_of), tuple(excluded))
