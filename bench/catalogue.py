"""Invented bibs and copies, the same for the same number, written in batches at flat memory."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from django.db import transaction

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
from catalog import holdings
from catalog.models import (
    Bib,
    Branch,
    Contribution,
    Contributor,
    Copy,
    MaterialType,
    Series,
    VolumeSet,
)

SOURCE = "bench"
BATCH = 2_000
VOLUMES = 5
EVERY_SO_MANY_A_SET = 60  # one run of volumes begins at every 60th bib
COPIES = {1: 65, 2: 25, 3: 5, 4: 5}  # 1.5 on average
ISBN_PREFIX = "9784"
FIRST_BARCODE = 5_000_000_000
NEWEST = date(2026, 11, 1)


def make_catalogue(bibs: int) -> None:
    """Write the bibs, their authors, series and volumes, and the copies with their counters."""
    draw = random.Random(f"catalogue of {bibs}")
    writer = CatalogueWriter(draw)
    for first in range(0, bibs, BATCH):
        with transaction.atomic():
            writer.write(range(first, min(first + BATCH, bibs)))


class CatalogueWriter:
    """Holds what every batch refers to: authors, series, kinds of material, branches."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        self._materials = {one.code: one for one in MaterialType.objects.all()}
        self._branches = {one.code: one.pk for one in Branch.objects.all()}
        self._authors = Contributor.objects.bulk_create(_authors())
        self._author_weights = _falling(len(self._authors))
        self._series = Series.objects.bulk_create(
            Series(title=title, reading=reading.replace("_", " ")) for title, reading in SERIES
        )
        self._barcode = FIRST_BARCODE

    def write(self, numbers: range) -> None:
        bibs = Bib.objects.bulk_create(self._bibs(numbers))
        Contribution.objects.bulk_create(
            Contribution(bib=bib, contributor=author, position=position)
            for bib in bibs
            for position, author in enumerate(self._authors_of_one())
        )
        Copy.objects.bulk_create(copy for bib in bibs for copy in self._copies(bib))
        holdings.count_copies(bib.pk for bib in bibs)

    def _bibs(self, numbers: range) -> Iterator[Bib]:
        begun: tuple[Bib, VolumeSet] | None = None
        for number in numbers:
            bib = self._bib(number)
            place = number % EVERY_SO_MANY_A_SET
            if place == 0:
                begun = bib, VolumeSet.objects.create(key=f"bench {number}")
            if begun and place < VOLUMES:
                first, volumes = begun
                bib.title, bib.title_reading = first.title, first.title_reading
                bib.volume, bib.volume_order, bib.volume_set = f"{place + 1}", place + 1, volumes
            yield bib

    def _bib(self, number: int) -> Bib:
        draw = self._draw
        title, reading, topic = self._title()
        year = NEWEST.year - int(60 * draw.random() ** 2)
        [digit] = draw.choices(NDC_FIRST_DIGITS, NDC_WEIGHTS)
        [material] = draw.choices(list(MATERIALS), list(MATERIALS.values()))
        in_series = draw.random() < 0.2
        return Bib(
            source=SOURCE,
            source_key=f"{number:08}",
            title=title,
            title_reading=reading,
            subtitle=draw.choice(SUBTITLES),
            series=draw.choice(self._series) if in_series else None,
            series_number=str(draw.randrange(1, 400)) if in_series else "",
            publisher=draw.choice(PUBLISHERS),
            published=f"{year}.{draw.randrange(1, 13)}",
            year=year,
            extent=f"{draw.randrange(40, 600)}p 19cm",
            isbns=[_isbn(number)] if draw.random() < 0.8 else [],
            ndc="913.6" if digit == 9 and draw.random() < 0.6 else _ndc(draw, digit),
            subjects=[topic[0]],
            subject_readings=[topic[1]],
            material_type=self._materials[material],
            audience=Bib.Audience.CHILD if material == "picture_book" else Bib.Audience.ADULT,
            contents=self._contents() if draw.random() < 0.3 else "",
        )

    def _title(self) -> tuple[str, str, Word]:
        """A title, its reading, and the word it is about."""
        draw = self._draw
        [(written, spoken)] = draw.choices(PATTERNS, PATTERN_WEIGHTS)
        a, b = draw.choices(NOUNS, _falling(len(NOUNS)), k=2)
        [place] = draw.choices(PLACES, _falling(len(PLACES)))
        title = written.format(a=a[0], b=b[0], p=place[0])
        reading = spoken.format(a=a[1], b=b[1], p=place[1]).replace("_", " ")
        return title, reading, a

    def _contents(self) -> str:
        return " / ".join(self._title()[0] for _ in range(self._draw.randrange(3, 8)))

    def _authors_of_one(self) -> list[Contributor]:
        number = 2 if self._draw.random() < 0.2 else 1
        drawn = self._draw.choices(self._authors, self._author_weights, k=number)
        return list(dict.fromkeys(drawn))

    def _copies(self, bib: Bib) -> Iterator[Copy]:
        draw = self._draw
        [number] = draw.choices(list(COPIES), list(COPIES.values()))
        shelf = SHELVES.get(bib.material_type.code, "一般")
        for code in draw.choices(list(BRANCHES), list(BRANCHES.values()), k=number):
            self._barcode += 1
            in_library = draw.random() < 0.03
            yield Copy(
                barcode=str(self._barcode),
                bib=bib,
                home_branch_id=self._branches[code],
                current_branch_id=self._branches[code],
                call_number=f"{bib.ndc}/{bib.title_reading[0]}",
                shelf="参考" if in_library else shelf,
                lending=Copy.Lending.IN_LIBRARY if in_library else Copy.Lending.LENT,
                accepted_on=NEWEST - timedelta(days=draw.randrange(7000)),
                times_lent=0 if in_library else int(draw.expovariate(0.1)),
            )


def _authors() -> Iterator[Contributor]:
    """Namesakes are told apart by the year of birth, as headings do."""
    for born in ("", "1931-", "1948-", "1965-", "1980-"):
        for surname, surname_reading in SURNAMES:
            for given, given_reading in GIVEN_NAMES:
                name = ", ".join(filter(None, [f"{surname} {given}", born]))
                yield Contributor(name=name, reading=f"{surname_reading} {given_reading}")


@cache
def _falling(number: int) -> list[float]:
    """Weights like those of real words and real authors: a few are everywhere."""
    return [(place + 3) ** -0.8 for place in range(number)]


def _ndc(draw: random.Random, digit: int) -> str:
    tail = f".{draw.randrange(1, 10)}" if draw.random() < 0.5 else ""
    return f"{digit}{draw.randrange(100):02}{tail}"


def _isbn(number: int) -> str:
    digits = f"{ISBN_PREFIX}{number:08}"
    total = sum(int(figure) * (3 if place % 2 else 1) for place, figure in enumerate(digits))
    return f"{digits}{-total % 10}"
