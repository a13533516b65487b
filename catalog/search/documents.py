"""From one bib, with everything that hangs on it, to the document that is searched.

Pure: no database, no Django, so that a rebuild can spread it over processes.
"""

import math
import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from catalog.search import words
from catalog.search.isbn import isbn_forms
from catalog.search.normalise import compact
from catalog.search.numerals import in_figures
from catalog.search.romaji import loose_romaji, romaji_keys
from catalog.search.row import Row
from catalog.search.tokens import (
    LONGEST_BEGINNING,
    beginnings,
    kanji,
    reading_forms,
    tokens,
    written,
)

LONGEST_VALUE = 20_000  # characters searched of one value: a table of contents, not a whole book
LONGEST_WHOLE = 200  # characters of a value that is compared as a whole
REMEMBERED = 1_000  # values of each kind
TIMES_LENT_OF_THE_MOST_POPULAR = 500  # from here on a bib is as popular as can be
MOST_POPULARITY = 0.3  # of 1: lifts a hit by a fifth, enough to decide between equals

SEQUELS = {"続", "続々"}  # volumes that stand before the title on the book: 続 日本人の英語
MAGAZINE = "magazine"
SPELLING = "\x1f"  # parts the spellings of one name
KANA_ONLY = re.compile("[ァ-ヺー・ ]+")

_PARTICLES_AS_THEY_SOUND = str.maketrans("ハヘ", "ワエ")

Value = str | bytes | int | float
Document = dict[str, Sequence[Value]]


def document(row: Row) -> Document:
    """Every field of the schema that the bib has something for."""
    texts = _Texts(row)
    found: Document = {
        "key": [str(row.id)],
        "all": _pairs([*texts.titles, *texts.authors, *texts.series, *texts.subjects, *texts.rest]),
        "ti": [f"^ {value} $" for value in _pairs(texts.titles)],
        "au": _pairs(texts.authors),
        "pu": _pairs([row.publisher]),
        "su": _pairs(texts.subjects),
        "se": _pairs(texts.series),
        "snd": _pairs(sounded(reading) for reading in texts.readings),
        "wr": [*_written(row.title, row.subtitle, row.series, *texts.names)],
        "u": _kanji([*texts.titles, *texts.authors, *texts.series, *texts.subjects, *texts.rest]),
        "ut": _kanji(texts.titles),
        "ua": _kanji(texts.authors),
        "tr": _romaji([row.title_reading, row.series_reading], [row.title_romanised, row.title]),
        "ar": _romaji(
            [person.reading for person in row.people],
            [name for person in row.people for name in (person.romanised, *person.other_names)],
        ),
        "tx": [as_written(row.title), alone(row.title + row.volume), *_whole(_whole_titles(row))],
        "rx": _whole(sounded(form) for form in _forms(row.title_reading)),
        "ax": _whole(texts.names),
        "ay": _whole(texts.names_also),
        "isbn": [*isbn_forms(row.isbns)],
        "px": _whole([row.publisher]),
        "sx": _whole(texts.subjects),
        "ex": _whole([row.series, *_forms(row.series_reading)]),
        "ndc": _classes(row.ndc),
        "vo": [] if row.volume_order is None else [volume_key(row.volume_order)],
    }
    found |= _words(row)
    found |= _suggested(row, texts)
    found |= _facets(row)
    found |= _numbers(row)
    return {name: values for name, values in found.items() if values}


class _Texts:
    """What is searched of a bib, in groups; readings in every spelling."""

    def __init__(self, row: Row) -> None:
        title_readings = _forms(row.title_reading)
        self.titles = _given(
            row.title,
            f"{row.title} {row.volume}" if row.volume else "",
            f"{row.volume} {row.title}" if row.volume in SEQUELS else "",
            in_figures(row.title),
            row.subtitle,
            row.title_romanised,
            *title_readings,
        )
        self.names = _given(
            *(name for person in row.people for name in (person.name, person.romanised))
        )
        self.names_also = _given(
            *(
                name
                for person in row.people
                for name in (*person.other_names, *_forms(person.reading))
            )
        )
        self.authors = _given(*self.names, *self.names_also)
        self.series = _given(
            f"{row.series} {row.series_number}".strip(), *_forms(row.series_reading)
        )
        subject_readings = [form for reading in row.subject_readings for form in _forms(reading)]
        self.subjects = _given(*row.subjects, *subject_readings)
        self.rest = _given(row.publisher, row.contents, row.notes, *row.call_numbers)
        self.readings = _given(
            row.title_reading,
            row.series_reading,
            *(person.reading for person in row.people),
            *row.subject_readings,
        )


def sounded(reading: str) -> str:
    """A reading in which particles are written as they sound, wherever they may be."""
    return compact(reading).translate(_PARTICLES_AS_THEY_SOUND)


def as_written(title: str) -> str:
    """The title with its own kanji and kana: tells a variant from the very word."""
    return "=" + unicodedata.normalize("NFKC", _clean(title)).lower()[:LONGEST_WHOLE]


def alone(title: str) -> str:
    """The title with its volume: tells the one book of a title from the volumes of a set."""
    return "." + _whole_of(title)


def letters(romaji: str) -> list[str]:
    """Three letters at a time, so that a word is found inside a reading without spaces."""
    joined = loose_romaji(romaji.replace(" ", ""))
    return [joined[at : at + 3] for at in range(len(joined) - 2)]


def class_beginnings(ndc: str) -> list[str]:
    """9, 91, 913 and 913.6, so that a class finds all within it."""
    mark = unicodedata.normalize("NFKC", _clean(ndc)).upper().strip()
    return [mark[:length] for length in range(1, len(mark) + 1) if mark[length - 1] != "."]


def _classes(ndc: str) -> list[Value]:
    """All that 913.6 lies within, and =913.6 itself."""
    beginnings = class_beginnings(ndc)
    return [*beginnings, f"={beginnings[-1]}"] if beginnings else []


def volume_key(order: Decimal) -> str:
    return f"{order.normalize():f}"


def _given(*values: str) -> list[str]:
    return [value[:LONGEST_VALUE] for value in dict.fromkeys(values) if value]


def _clean(text: str) -> str:
    return text.encode("utf-8", "ignore").decode()


def _pairs(values: Iterable[str]) -> list[str]:
    return [pairs for pairs in dict.fromkeys(map(_pairs_of, values)) if pairs]


def _kanji(values: Iterable[str]) -> list[Value]:
    found = dict.fromkeys(sign for value in values for sign in _kanji_of(value))
    return [" ".join(found)] if found else []


# A value stands in several fields, and an author in many bibs: each is folded once.
@lru_cache(maxsize=REMEMBERED)
def _pairs_of(value: str) -> str:
    return " ".join(tokens(value))


@lru_cache(maxsize=REMEMBERED)
def _kanji_of(value: str) -> tuple[str, ...]:
    return tuple(kanji(value))


@lru_cache(maxsize=REMEMBERED)
def _forms(reading: str) -> tuple[str, ...]:
    return tuple(sorted(reading_forms(reading)))


@lru_cache(maxsize=REMEMBERED)
def _romaji_of(reading: str) -> str:
    return romaji_keys(reading)


@lru_cache(maxsize=REMEMBERED)
def _whole_of(value: str) -> str:
    return compact(value[: 2 * LONGEST_WHOLE])[:LONGEST_WHOLE]


def _whole_titles(row: Row) -> list[str]:
    sequel = row.volume + row.title if row.volume in SEQUELS else ""
    return [row.title, row.title + row.volume, sequel, row.title + row.subtitle]


def _words(row: Row) -> Document:
    texts = (row.title, row.subtitle, row.series)
    found = [words.split_and_whole(text) for text in texts if text]
    return {
        "w": [" ".join(split) for split, _ in found if split],
        "ww": [" ".join(whole) for _, whole in found if whole],
    }


def _suggested(row: Row, texts: "_Texts") -> Document:
    """What is offered while a reader types: the title, who made it, what it belongs to."""
    return {
        "shown": [spellings(row.title, row.title_reading).encode()],
        "name": [zlib.crc32(compact(row.title).encode())],
        "fame": [_fame(row)],
        "who": [
            spellings(person.name, person.reading, person.romanised, *person.other_names)
            for person in row.people
        ],
        "of": [spellings(row.series, row.series_reading)] if row.series else [],
        "bt": _beginnings([row.title, *_forms(row.title_reading), row.title_romanised]),
        "ba": _beginnings(
            form
            for person in row.people
            for form in (
                *(person.name, person.reading, *person.reading.split()),
                *(person.romanised, *person.other_names),
            )
        ),
        "bs": _beginnings([row.series, row.series_reading]),
    }


def spellings(name: str, *others: str) -> str:
    """A name, and how it is written or read besides: kept as one value, to be told apart again."""
    clean = (_clean(form).replace(SPELLING, "")[:LONGEST_WHOLE] for form in (name, *others))
    return SPELLING.join(form for form in clean if form)


def _fame(row: Row) -> int:
    """How often it was lent; later volumes of a set come after everything that stands first."""
    leads = row.volume_set is None or row.volume_order is None or row.volume_order <= 1
    return row.times_lent + (10**9 if leads else 0)


def _beginnings(values: Iterable[str]) -> list[Value]:
    found = dict.fromkeys(mark for value in values if value for mark in _beginnings_of(value))
    return [" ".join(found)] if found else []


@lru_cache(maxsize=REMEMBERED)
def _beginnings_of(value: str) -> tuple[str, ...]:
    """Those of the text itself, and of its reading in romaji."""
    romaji = _romaji_of(value).replace(" ", "") if KANA_ONLY.fullmatch(value) else ""
    lengths = range(1, min(len(romaji), LONGEST_BEGINNING) + 1)
    return (*beginnings(value[:LONGEST_WHOLE]), *(romaji[:length] for length in lengths))


def _written(*values: str) -> list[str]:
    return [" ".join(pairs) for value in values if (pairs := written(value[:LONGEST_VALUE]))]


def _romaji(readings: Iterable[str], romanised: Iterable[str]) -> list[Value]:
    """Each value twice: letter by letter in threes, and in whole words marked by =."""
    keys = [_romaji_of(reading) for reading in readings if reading]
    keys += [loose_romaji(name) for name in romanised if name and name.isascii()]
    found: dict[str, None] = {}
    for key in keys:
        found[" ".join(letters(key[:LONGEST_VALUE]))] = None
        found[" ".join(f"={word}" for word in key.split())] = None
    return [value for value in found if value]


def _whole(values: Iterable[str]) -> list[Value]:
    return [value for value in dict.fromkeys(map(_whole_of, values)) if value]


def _facets(row: Row) -> Document:
    classes = [mark for mark in class_beginnings(row.ndc)[:1] if mark.isdigit()]
    return {
        "material": [row.material] if row.material else [],
        "branch": list(row.branches),
        "free": list(row.free),
        "available": ["1"] if row.free else [],
        "decade": [str(row.year // 10 * 10)] if row.year else [],
        "class": list(classes),
        "language": [row.language] if row.language else [],
        "audience": [row.audience] if row.audience else [],
        "person": [*dict.fromkeys(_clean(person.name) for person in row.people if person.name)],
    }


def _numbers(row: Row) -> Document:
    share = math.log1p(row.times_lent) / math.log1p(TIMES_LENT_OF_THE_MOST_POPULAR)
    order = row.volume_order or Decimal(0)
    return {
        "bib": [row.id],
        "year": [row.year] if row.year else [],
        "newest": [_newest(row)],
        "lent": [row.times_lent * 10**11 + row.id],
        "set": [row.volume_set] if row.volume_set else [],
        "place": [_place(row, order)],
        "popularity": [MOST_POPULARITY * min(1.0, share)],
        "sort": [_sort_key(row, order)],
        "sort_person": [f"{_first_person(row)}\x01{_sort_key(row, order)}"],
    }


def _place(row: Row, order: Decimal) -> int:
    """Where a volume stands in its set; of a magazine the newest issue stands first."""
    place = int(order * 10**8)  # 第二部下 is 2.0003: every decimal tells
    return -place if row.material == MAGAZINE else place


def _newest(row: Row) -> int:
    """Year and month of publication; among equals the one catalogued last comes first."""
    parts = unicodedata.normalize("NFKC", row.published).replace("-", ".").split(".")
    month = int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() and parts[1].isascii() else 0
    return ((row.year or 0) * 100 + min(month, 12)) * 10**11 + row.id


def _sort_key(row: Row, order: Decimal) -> str:
    """By reading; the volumes of a set in order; then by year."""
    reading = compact((row.title_reading or row.title)[: 2 * LONGEST_WHOLE])[:LONGEST_WHOLE]
    return f"{reading}\x01{row.volume_set or 0:015}{order:022.8f}{row.year or 0:05}{row.id:015}"


def _first_person(row: Row) -> str:
    """By reading; what nobody wrote comes last."""
    if not row.people:
        return "\U0010ffff"
    first = row.people[0]
    return compact((first.reading or first.name)[: 2 * LONGEST_WHOLE])[:LONGEST_WHOLE]
