"""Makes the document of the index from one bib.

Pure functions without database and Django, so that a rebuild can run them in several processes.
"""

import math
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain

from catalog.indexing import morphemes
from catalog.indexing.bib_source import BibSource
from catalog.indexing.field_values import (
    alone,
    as_written,
    begun,
    begun_in_romaji,
    class_beginnings,
    clean,
    folded,
    pairs,
    romaji_of,
    sounded,
    spellings,
    whole,
    written_pairs,
)
from catalog.indexing.heading_tokens import Heading, heading
from catalog.indexing.tokens import kanji_in, reading_forms
from catalog.isbn import isbn_forms, wrong_isbns
from japanese import loanwords
from japanese.normalise import compact
from japanese.numerals import in_figures

TIMES_LENT_OF_THE_MOST_POPULAR = 500  # at this number of loans the popularity is 1
MOST_POPULARITY = 0.3  # of 1; raises a score by a fifth, enough to decide between equal hits

SEQUELS = {"続", "続々"}  # volumes that are printed before the title: 続 日本人の英語
MAGAZINE = "magazine"

Value = str | bytes | int | float
Document = dict[str, Sequence[Value]]


def document(row: BibSource) -> Document:
    """Return every field of the schema for which the bib has a value."""
    texts = _Texts(row)
    found: Document = {"key": [str(row.id)]}
    found |= _searched(row, texts)
    found |= _compared(row, texts)
    found |= _suggested(row, texts)
    found |= _facets(row)
    found |= _numbers(row, texts)
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
        ]
        self.title_readings = sorted(reading_forms(row.title_reading))
        self.unspaced_readings = [form for form in self.title_readings if " " not in form]
        self.titles = folded(
            [
                row.title,
                f"{row.title} {row.volume}" if row.volume else "",
                f"{row.volume} {row.title}" if row.volume in SEQUELS else "",
                in_figures(row.title),
                row.subtitle,
                row.title_romanised,
                *self.title_readings,
            ]
        )
        self.series_with_number = folded([f"{row.series} {row.series_number}".strip()])
        self.rest = folded(
            [
                row.publisher,
                row.edition,
                in_figures(row.edition),
                row.contents,
                row.notes,
                *row.call_numbers,
            ]
        )

    @property
    def headings(self) -> list[Heading]:
        return [self.series, *self.people, *self.subjects]


def _searched(row: BibSource, texts: _Texts) -> Document:
    """Fields for parts of texts."""
    return _bigrams(row, texts) | _kanji(texts) | _words(row, texts) | _sounds(row, texts)


def _bigrams(row: BibSource, texts: _Texts) -> Document:
    titles, people = pairs(texts.titles), _once(_of(texts.people, "pairs"))
    series = _once([*pairs(texts.series_with_number), *texts.series.pairs_also])
    subjects = _once(_of(texts.subjects, "pairs"))
    sounds = [*pairs([sounded(row.title_reading)]), *_of(texts.headings, "sounded")]
    written = map(written_pairs, (row.title, row.subtitle))
    return {
        "all_bigrams": _once([*titles, *people, *series, *subjects, *pairs(texts.rest)]),
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
    rest = kanji_in(" ".join([*texts.series_with_number, *texts.rest]))
    subjects = _of(texts.subjects, "kanji")
    return {
        "kanji": _in_one([*title, *people, *rest, *texts.series.kanji, *subjects]),
        "title_kanji": _in_one(title),
        "author_kanji": _in_one(people),
    }


def _words(row: BibSource, texts: _Texts) -> Document:
    found = [morphemes.split_and_whole(text) for text in (row.title, row.subtitle) if text]
    split = [*(" ".join(parts) for parts, _ in found), texts.series.words[0]]
    with_suffixes = [*(" ".join(parts) for _, parts in found), texts.series.words[1]]
    return {
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
    titles = (row.title, row.title + row.volume, sequel, row.title + row.subtitle)
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


def _facets(row: BibSource) -> Document:
    classes = [mark for mark in class_beginnings(row.ndc)[:1] if mark.isdigit()]
    return {
        "material": [row.material] if row.material else [],
        "branch": list(row.branches),
        "available_branch": list(row.free),
        "available": ["1"] if row.free else [],
        "decade": [str(row.year // 10 * 10)] if row.year else [],
        "class": classes,
        "language": [row.language] if row.language else [],
        "audience": [row.audience] if row.audience else [],
        "author_facet": [
            *dict.fromkeys(clean(person.name) for person in row.people if person.name)
        ],
    }


def _numbers(row: BibSource, texts: _Texts) -> Document:
    share = math.log1p(row.times_lent) / math.log1p(TIMES_LENT_OF_THE_MOST_POPULAR)
    order = row.volume_order or Decimal(0)
    sort_key = _sort_key(row, order)
    # Bibs without an author come last: this is the highest code point.
    person = texts.people[0].sort_key if texts.people else "\U0010ffff"
    return {
        "bib": [row.id],
        "year": [row.year] if row.year else [],
        "publication_order": [_newest(row)],
        "loan_count_order": [row.times_lent * 10**11 + row.id],
        "volume_set": [row.volume_set] if row.volume_set else [],
        "volume_position": [_place(row, order)],
        "popularity": [MOST_POPULARITY * min(1.0, share)],
        "title_sort": [sort_key],
        "author_sort": [f"{person}\x01{sort_key}"],
    }


def _place(row: BibSource, order: Decimal) -> int:
    """Return the place of a volume in its set; of magazines the newest issue is first."""
    place = int(order * 10**8)  # 第二部下 is 2.0003, so every decimal matters
    return -place if row.material == MAGAZINE else place


def _newest(row: BibSource) -> int:
    """Return year and month of publication; of equals the highest id is first.

    10**11 leaves room for the id in the same integer.
    """
    parts = unicodedata.normalize("NFKC", row.published).replace("-", ".").split(".")
    month = int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() and parts[1].isascii() else 0
    return ((row.year or 0) * 100 + min(month, 12)) * 10**11 + row.id


def _sort_key(row: BibSource, order: Decimal) -> str:
    """Sort by reading, set, volume and year. Padding makes strings sort as numbers."""
    reading = whole(row.title_reading or row.title)
    return f"{reading}\x01{row.volume_set or 0:015}{order:022.8f}{row.year or 0:05}{row.id:015}"


def _once(values: Iterable[str]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value]


def _in_one(values: Iterable[str]) -> list[str]:
    found = _once(values)
    return [" ".join(found)] if found else []


def _of(headings: Iterable[Heading], form: str) -> Iterable[str]:
    return chain.from_iterable(getattr(one, form) for one in headings)
