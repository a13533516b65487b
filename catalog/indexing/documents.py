"""Makes the document of the index from one bib.

Pure functions without database and Django, so that a rebuild can run them in several processes.
"""

import re
import zlib
from collections.abc import Iterable
from decimal import Decimal
from itertools import chain

from catalog.indexing import morphemes, word_starts
from catalog.indexing.bib_source import BibSource
from catalog.indexing.columns import Document, Value, facets, numbers
from catalog.indexing.field_values import (
    alone,
    as_written,
    begun,
    begun_in_romaji,
    class_beginnings,
    folded,
    items,
    pairs,
    romaji_of,
    sounded,
    spellings,
    statements,
    whole,
    without_crosses,
    written_pairs,
)
from catalog.indexing.heading_tokens import LONGEST_NAME, Heading, heading
from catalog.indexing.tokens import kanji_in, reading_forms
from catalog.isbn import isbn_forms, wrong_isbns
from japanese import loanwords
from japanese.normalise import compact
from japanese.numerals import in_figures, plain
from japanese.years import full_years, western_years

SEQUELS = {"続", "続々"}  # volumes that are printed before the title: 続 日本人の英語


def document(row: BibSource) -> Document:
    """Return every field of the schema for which the bib has a value."""
    texts = _Texts(row)
    found: Document = {"key": [str(row.id)]}
    found |= _searched(row, texts)
    found |= _compared(row, texts)
    found |= _suggested(row, texts)
    found |= facets(row)
    found |= numbers(row, texts.people[0].sort_key if texts.people else "")
    return {name: values for name, values in found.items() if values}


class _Texts:
    """The texts of a bib that are searched: headings, and the title in every spelling."""

    def __init__(self, row: BibSource) -> None:
        self.people = [
            heading(one.name, one.reading, one.romanised, tuple(one.other_names))
            for one in row.people
        ]
        self.series = heading(row.series, row.series_reading)
        self.subjects = [
            *(heading(subject) for subject in row.subjects),
            *(heading("", reading) for reading in row.subject_readings),
            *(heading(word) for word in row.subject_references),
        ]
        self.title_readings = sorted(reading_forms(row.title_reading))
        self.unspaced_readings = [form for form in self.title_readings if " " not in form]
        self.titles = folded(
            [
                row.title,
                f"{row.title} {row.volume}" if row.volume else "",
                f"{row.volume} {row.title}" if row.volume in SEQUELS else "",
                in_figures(row.title),
                *without_crosses(row.title),
                full_years(row.title),
                western_years(f"{row.title} {row.volume}") if row.volume else "",
                row.subtitle,
                row.title_romanised,
                *self.title_readings,
            ]
        )
        self.series_with_number = folded([f"{row.series} {row.series_number}".strip()])
        self.contents = folded(items(row.contents))
        self.rest = folded(
            [
                row.publisher,
                row.edition,
                in_figures(row.edition),
                *statements(row.notes),
                *row.call_numbers,
            ]
        )

    @property
    def headings(self) -> list[Heading]:
        return [self.series, *self.people, *self.subjects]


def _searched(row: BibSource, texts: _Texts) -> Document:
    """Fields for parts of texts."""
    found = _bigrams(row, texts) | _kanji(texts) | _word_starts(row, texts)
    return found | _words(row, texts) | _sounds(row, texts)


def _bigrams(row: BibSource, texts: _Texts) -> Document:
    titles, people = pairs(texts.titles), _once(_of(texts.people, "pairs"))
    series = _once([*pairs(texts.series_with_number), *texts.series.pairs_also])
    subjects = _once(_of(texts.subjects, "divided_pairs"))
    sounds = [*pairs([sounded(row.title_reading)]), *_of(texts.headings, "sounded")]
    written = map(written_pairs, (row.title, row.subtitle))
    rest = pairs([*texts.contents, *texts.rest])
    return {
        "all_bigrams": _once([*titles, *people, *series, *subjects, *rest]),
        "title_bigrams": [f"^ {value} $" for value in titles],
        "author_bigrams": people,
        "publisher_bigrams": pairs(folded([row.publisher])),
        "subject_bigrams": subjects,
        "series_bigrams": series,
        "sounded_bigrams": _once(sounds),
        "written_bigrams": _once(
            [*written, *texts.series.written, *_of(texts.people, "written")],
        ),
    }


def _kanji(texts: _Texts) -> Document:
    title = _once(kanji_in(" ".join(texts.titles)))
    people = _once(_of(texts.people, "kanji"))
    rest = kanji_in(" ".join([*texts.series_with_number, *texts.contents]))
    subjects = _of(texts.subjects, "kanji")
    return {
        "kanji": _in_one([*title, *people, *rest, *texts.series.kanji, *subjects]),
        "title_kanji": _in_one(title),
        "author_kanji": _in_one(people),
    }


def _word_starts(row: BibSource, texts: _Texts) -> Document:
    """Where words begin. In names of persons, contents and notes the place does not matter."""
    names = (name for one in texts.people for name in one.folded if len(name) <= LONGEST_NAME)
    rest = [*texts.contents, *texts.rest, *names]
    return {
        "word_starts": _in_one(
            [
                *word_starts.of_reading(row.title_reading, row.title),
                *word_starts.of_text(row.title),
                *word_starts.of_text(row.subtitle),
                *_of(texts.headings, "word_starts"),
                *word_starts.everywhere(rest),
            ]
        )
    }


def _words(row: BibSource, texts: _Texts) -> Document:
    found = [morphemes.split_and_whole(text) for text in (row.title, row.subtitle) if text]
    split = [*(" ".join(parts) for parts, _ in found), texts.series.words[0]]
    with_suffixes = [*(" ".join(parts) for _, parts in found), texts.series.words[1]]
    return {
        "synonyms": _in_one(
            [
                *morphemes.synonym_groups(f"{row.title} {row.subtitle}"),
                *_of([texts.series, *texts.subjects], "synonyms"),
            ]
        ),
        "words": [value for value in split if value],
        "words_with_suffixes": [value for value in with_suffixes if value],
    }


def _sounds(row: BibSource, texts: _Texts) -> Document:
    """Romaji, and foreign words in any transliteration."""
    romaji = romaji_of([row.title_reading], [row.title_romanised, row.title])
    return {
        "title_romaji": _once([*romaji, *texts.series.romaji]),
        "author_romaji": _once(_of(texts.people, "romaji")),
        "title_loanwords": _in_one([*_loanwords(row), *texts.series.loanwords]),
        "author_loanwords": _in_one(_of(texts.people, "loanwords")),
    }


def _compared(row: BibSource, texts: _Texts) -> Document:
    """Fields for whole values."""
    sequel = row.volume + row.title if row.volume in SEQUELS else ""
    titles = (
        *(row.title, row.title + row.volume, sequel, row.title + row.subtitle),
        *without_crosses(row.title),
    )
    return {
        "title_exact": [
            as_written(row.title),
            alone(row.title + row.volume),
            *_once(map(whole, titles)),
        ],
        "title_reading": _once(whole(sounded(form)) for form in texts.title_readings),
        "author_exact": _once(_of(texts.people, "whole")),
        "author_variants": _once(_of(texts.people, "whole_also")),
        "isbn": _once([*isbn_forms(row.isbns), *wrong_isbns(row.notes)]),
        "publisher_exact": _once([whole(row.publisher)]),
        "subject_exact": _once([*_of(texts.subjects, "whole"), *_of(texts.subjects, "whole_also")]),
        "series_volume": _once([series_volume(row.series_number)]),
        "series_exact": _once([*texts.series.whole, *texts.series.whole_also]),
        "ndc": _classes(row.ndc),
        "volume": [] if row.volume_order is None else [volume_key(row.volume_order)],
    }


def _suggested(row: BibSource, texts: _Texts) -> Document:
    """Fields for suggestions while the reader types."""
    forms = (row.title, row.title_romanised, *texts.title_readings)
    readings = (row.title, row.title_reading, *texts.unspaced_readings)
    return {
        "title_spellings": [spellings(row.title, row.title_reading).encode()],
        "title_hash": [zlib.crc32(compact(row.title).encode())],
        "suggestion_rank": [_fame(row)],
        "author_spellings": [one.spelled for one in texts.people],
        "series_spellings": [texts.series.spelled] if row.series else [],
        "title_prefixes": _in_one([*begun(forms), *begun_in_romaji(readings)]),
        "author_prefixes": _in_one(_of(texts.people, "begun_by_parts")),
        "series_prefixes": _in_one(texts.series.begun),
    }


def _loanwords(row: BibSource) -> list[str]:
    read = loanwords.heard(row.title, row.title_reading)
    return loanwords.forms_in([row.title, row.subtitle, read])


def series_volume(label: str) -> str:
    """Return the one number in the number of a series: B-012 and 第十二巻 are 12; else ""."""
    numbers = re.findall("[0-9]+", in_figures(plain(label)))
    return str(int(numbers[0])) if len(numbers) == 1 else ""


def volume_key(order: Decimal) -> str:
    return f"{order.normalize():f}"


def _classes(ndc: str) -> list[Value]:
    """Return every class that contains 913.6, and =913.6 for the class itself."""
    beginnings = class_beginnings(ndc)
    return [*beginnings, f"={beginnings[-1]}"] if beginnings else []


def _fame(row: BibSource) -> int:
    """Return the loans; first volumes rank before all later volumes of sets."""
    leads = row.volume_set is None or row.volume_order is None or row.volume_order <= 1
    return row.times_lent + (10**9 if leads else 0)


def _once(values: Iterable[str]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value]


def _in_one(values: Iterable[str]) -> list[str]:
    found = _once(values)
    return [" ".join(found)] if found else []


def _of(headings: Iterable[Heading], form: str) -> Iterable[str]:
    return chain.from_iterable(getattr(one, form) for one in headings)
