"""Invented bibs with their copies, the same for the same number; whoever wants writes them down."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import TypeVar

from bench.words import (
    BRANCHES,
    GIVEN_NAMES,
    MATERIALS,
    NDC_FIRST_DIGITS,
    NDC_WEIGHTS,
    NOUNS,
    PATTERN_WEIGHTS,
    PATTERNS,
    PLACES,
    PUBLISHERS,
    SERIES,
    SHELVES,
    SUBTITLES,
    SURNAMES,
    Word,
)

VOLUMES = 5
EVERY_SO_MANY_A_SET = 60  # one run of volumes begins at every 60th bib
COPIES = {1: 65, 2: 25, 3: 5, 4: 5}  # 1.5 on average
ISBN_PREFIX = "9784"
NEWEST = date(2026, 11, 1)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Author:
    surname: Word
    given: Word
    born: str


# Namesakes are told apart by the year of birth, as headings do.
AUTHORS = [
    Author(surname, given, born)
    for born in ("", "1931-", "1948-", "1965-", "1980-")
    for surname in SURNAMES
    for given in GIVEN_NAMES
]


@dataclass(slots=True)
class InventedCopy:
    branch: str
    call_number: str
    shelf: str
    in_library: bool
    accepted_on: date
    times_lent: int


@dataclass(slots=True)
class InventedBib:
    number: int
    title: str
    reading: str
    subtitle: str
    topic: Word
    authors: list[int]  # places in AUTHORS
    series: int | None  # a place in SERIES
    series_number: str
    publisher: str
    year: int
    month: int
    pages: int
    isbn: str
    ndc: str
    material: str
    contents: str
    volume: int | None = None
    of_set: int | None = None  # the number of its first volume
    copies: list[InventedCopy] = field(default_factory=list)


def invented(bibs: int) -> Iterator[InventedBib]:
    draw = random.Random(f"catalogue of {bibs}")
    begun: InventedBib | None = None
    for number in range(bibs):
        bib = _bib(number, draw)
        place = number % EVERY_SO_MANY_A_SET
        if place == 0:
            begun = bib
        if begun and place < VOLUMES:
            bib.title, bib.reading, bib.subtitle = begun.title, begun.reading, begun.subtitle
            bib.authors, bib.publisher, bib.material = (
                begun.authors,
                begun.publisher,
                begun.material,
            )
            bib.volume, bib.of_set = place + 1, begun.number
        bib.copies = list(_copies(bib, draw))
        yield bib


def _bib(number: int, draw: random.Random) -> InventedBib:
    title, reading, topic = _title(draw)
    digit = _one_of(draw, NDC_FIRST_DIGITS, NDC_WEIGHTS)
    in_series = draw.random() < 0.2
    return InventedBib(
        number=number,
        title=title,
        reading=reading,
        subtitle=draw.choice(SUBTITLES),
        topic=topic,
        authors=_authors(draw),
        series=draw.randrange(len(SERIES)) if in_series else None,
        series_number=str(draw.randrange(1, 400)) if in_series else "",
        publisher=draw.choice(PUBLISHERS),
        year=NEWEST.year - int(60 * draw.random() ** 2),
        month=draw.randrange(1, 13),
        pages=draw.randrange(40, 600),
        isbn=_isbn(number) if draw.random() < 0.8 else "",
        ndc="913.6" if digit == 9 and draw.random() < 0.6 else _ndc(draw, digit),
        material=_one_of(draw, tuple(MATERIALS), tuple(MATERIALS.values())),
        contents=_contents(draw) if draw.random() < 0.3 else "",
    )


def _title(draw: random.Random) -> tuple[str, str, Word]:
    """A title, its reading, and the word it is about."""
    written, spoken = _one_of(draw, tuple(PATTERNS), tuple(PATTERN_WEIGHTS))
    a, b = draw.choices(NOUNS, cum_weights=_falling(len(NOUNS)), k=2)
    [place] = draw.choices(PLACES, cum_weights=_falling(len(PLACES)))
    title = written.format(a=a[0], b=b[0], p=place[0])
    reading = spoken.format(a=a[1], b=b[1], p=place[1]).replace("_", " ")
    return title, reading, a


def _contents(draw: random.Random) -> str:
    return " / ".join(_title(draw)[0] for _ in range(draw.randrange(3, 8)))


def _authors(draw: random.Random) -> list[int]:
    number = 2 if draw.random() < 0.2 else 1
    chosen = draw.choices(range(len(AUTHORS)), cum_weights=_falling(len(AUTHORS)), k=number)
    return list(dict.fromkeys(chosen))


def _copies(bib: InventedBib, draw: random.Random) -> Iterator[InventedCopy]:
    number = _one_of(draw, tuple(COPIES), tuple(COPIES.values()))
    shelf = SHELVES.get(bib.material, "一般")
    for _ in range(number):
        in_library = draw.random() < 0.03
        yield InventedCopy(
            branch=_one_of(draw, tuple(BRANCHES), tuple(BRANCHES.values())),
            call_number=f"{bib.ndc}/{bib.reading[0]}",
            shelf="参考" if in_library else shelf,
            in_library=in_library,
            accepted_on=NEWEST - timedelta(days=draw.randrange(7000)),
            times_lent=0 if in_library else int(draw.expovariate(0.1)),
        )


def _one_of(draw: random.Random, values: Sequence[T], weights: tuple[float, ...]) -> T:
    [chosen] = draw.choices(values, cum_weights=_summed(weights))
    return chosen


@cache
def _summed(weights: tuple[float, ...]) -> list[float]:
    return list(accumulate(weights))


@cache
def _falling(number: int) -> list[float]:
    """Weights like those of real words and real authors: a few are everywhere."""
    return list(accumulate((place + 3) ** -0.8 for place in range(number)))


def _ndc(draw: random.Random, digit: int) -> str:
    tail = f".{draw.randrange(1, 10)}" if draw.random() < 0.5 else ""
    return f"{digit}{draw.randrange(100):02}{tail}"


def _isbn(number: int) -> str:
    digits = f"{ISBN_PREFIX}{number:08}"
    total = sum(int(figure) * (3 if place % 2 else 1) for place, figure in enumerate(digits))
    return f"{digits}{-total % 10}"
