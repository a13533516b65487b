"""Contributors, series and subjects. Their forms are cached, because they recur in many bibs."""

import re
from functools import cached_property, lru_cache

from catalog.indexing import morphemes, word_starts
from catalog.indexing.field_values import (
    LONGEST_VALUE,
    begun,
    begun_in_romaji,
    folded,
    pairs,
    romaji_of,
    sounded,
    spellings,
    whole,
    written_pairs,
)
from catalog.indexing.tokens import kanji_in, reading_forms
from japanese import loanwords
from japanese.collation import collation_key

REMEMBERED = 10_000
LONGEST_NAME = 8  # characters of a person's name; a longer one is of a body, and made of words
DIVISION = re.compile("[-‐–—―─]+")  # before the subdivision of a subject


class Heading:
    """One name with its spellings, in all forms in which it is searched."""

    def __init__(
        self, name: str, reading: str = "", romanised: str = "", other_names: tuple[str, ...] = ()
    ) -> None:
        self.name, self.reading = name[:LONGEST_VALUE], reading[:LONGEST_VALUE]
        self.romanised, self.other_names = romanised, other_names

    @cached_property
    def names(self) -> list[str]:
        return [name for name in (self.name, self.romanised) if name]

    @cached_property
    def names_also(self) -> list[str]:
        """The other names and readings."""
        return [name for name in (*self.other_names, *sorted(reading_forms(self.reading))) if name]

    @cached_property
    def folded(self) -> list[str]:
        return folded((*self.names, *self.names_also))

    @cached_property
    def pairs(self) -> list[str]:
        return pairs(self.folded)

    @cached_property
    def divided_pairs(self) -> list[str]:
        """The bigrams of a subject and of its subdivisions: 医学-歴史 does not contain 学歴."""
        parts = [part for name in (*self.names, *self.names_also) for part in DIVISION.split(name)]
        return pairs(folded(parts))

    @cached_property
    def pairs_also(self) -> list[str]:
        return pairs(folded(self.names_also))

    @cached_property
    def written(self) -> list[str]:
        return [written_pairs(name) for name in self.names]

    @cached_property
    def sounded(self) -> list[str]:
        return pairs([sounded(self.reading)])

    @cached_property
    def kanji(self) -> list[str]:
        return kanji_in(" ".join(self.folded))

    @cached_property
    def romaji(self) -> list[str]:
        return romaji_of([self.reading], [self.romanised, *self.other_names])

    @cached_property
    def loanwords(self) -> list[str]:
        """The katakana words of the names, and of the reading of a name in Latin letters."""
        names = [self.name, *self.other_names, loanwords.heard(self.name, self.reading)]
        return loanwords.forms_in(names) + loanwords.skeletons_in(names)

    @cached_property
    def whole(self) -> list[str]:
        return [whole(name) for name in self.names]

    @cached_property
    def whole_also(self) -> list[str]:
        return [whole(name) for name in self.names_also]

    @cached_property
    def begun(self) -> list[str]:
        return self._begun(self.name, self.reading, *self.romanised_and_others)

    @cached_property
    def begun_by_parts(self) -> list[str]:
        """The beginnings of each part of the reading, too: はるき finds 村上 春樹."""
        return [*self.begun, *self._begun(*self.reading.split())]

    @staticmethod
    def _begun(*forms: str) -> list[str]:
        return begun(forms) + begun_in_romaji(forms)

    @cached_property
    def romanised_and_others(self) -> tuple[str, ...]:
        return (self.romanised, *self.other_names)

    @cached_property
    def spelled(self) -> str:
        return spellings(self.name, self.reading, *self.romanised_and_others)

    @cached_property
    def word_starts(self) -> list[str]:
        read = word_starts.of_reading(self.reading, self.name)
        # わかやまけん is a person; the dictionary would split it into three words.
        is_of_a_person = " " in self.reading and len(self.name) <= LONGEST_NAME
        return [*read, *([] if is_of_a_person else word_starts.of_text(self.name))]

    @cached_property
    def synonyms(self) -> list[str]:
        return morphemes.synonym_groups(self.name)

    @cached_property
    def words(self) -> tuple[str, str]:
        split, with_suffixes = morphemes.split_and_whole(self.name)
        return " ".join(split), " ".join(with_suffixes)

    @cached_property
    def sort_key(self) -> str:
        return collation_key(self.reading or self.name)


heading = lru_cache(maxsize=REMEMBERED)(Heading)
