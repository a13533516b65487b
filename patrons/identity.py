"""Comparison of the four facts with a patron's record, folded as the library folds (rule 2.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from japanese.normalise import compact
from japanese.telephone_numbers import without_extension
from patrons.card_numbers import plain_number
from patrons.models import Patron

COUNTRY = "81"


@dataclass(frozen=True)
class Facts:
    """The typed facts, folded: width, spaces, hyphens, kana script and variant kanji are gone."""

    card_number: str
    name: str
    birth_date: date | None
    telephone: str

    @classmethod
    def typed(cls, *, card_number: str, name: str, birth_date: date, telephone: str) -> "Facts":
        return cls(plain_number(card_number), compact(name), birth_date, plain_telephone(telephone))

    @property
    def person(self) -> str:
        return f"{self.name} {self.birth_date}"


def plain_telephone(text: str) -> str:
    """Return the digits of a telephone number; +81 counts as the leading 0."""
    # NFKC turns full-width digits into ASCII and circled or small ones into plain ones.
    folded = without_extension(text)
    digits = "".join(c for c in folded if c.isdecimal() and c.isascii())
    return "0" + digits[len(COUNTRY) :].lstrip("0") if folded.strip().startswith("+81") else digits


def facts_of(patron: Patron, *, at: datetime | None = None) -> Iterator[Facts]:
    """Yield the facts on record, once for each name that is accepted (12.8)."""
    names = [patron.name, patron.name_reading]
    for former_name in patron.former_names.accepted(at):
        names += [former_name.name, former_name.name_reading]
    telephone = plain_telephone(patron.telephone)
    # A name written in kana folds to its reading. Each form is compared once.
    for name in dict.fromkeys(compact(name) for name in names):
        yield Facts(patron.card_number, name, patron.birth_date, telephone)


def is_theirs(facts: Facts, patron: Patron, *, at: datetime | None = None) -> bool:
    """Return whether all four facts match. A fact that the record lacks never matches.

    The record is read in any case, so that every refusal costs the same (safety 1).
    """
    recorded = list(facts_of(patron, at=at))
    return bool(facts.name and facts.telephone and facts.birth_date) and facts in recorded
