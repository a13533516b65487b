"""What the making of copies needs to know of a bib, read in a few queries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from akiruno_library import policy
from catalog.models import Bib, Contribution, Copy


@dataclass(frozen=True)
class Book:
    bib_id: int
    source_key: str
    title: str
    author: str
    author_reading: str
    volume: str
    volume_order: float
    series: str
    year: int
    ndc: str
    material: str
    for_children: bool


def without_copies(source: str) -> Iterator[list[Book]]:
    """The bibs of an import that have no copy yet, some at a time, in the order they came."""
    bibs = Bib.objects.filter(~Exists(Copy.objects.filter(bib=OuterRef("pk"))), source=source)
    after = 0
    while batch := list(
        bibs.filter(pk__gt=after)
        .select_related("series", "material_type")
        .order_by("pk")[: policy.IMPORT_BATCH]
    ):
        yield _books(batch)
        after = batch[-1].pk


def _books(bibs: Sequence[Bib]) -> list[Book]:
    firsts = Contribution.objects.filter(bib__in=bibs).order_by("bib", "position").distinct("bib")
    authors = {
        bib_id: (name, reading or romanised)
        for bib_id, name, reading, romanised in firsts.values_list(
            "bib_id", "contributor__name", "contributor__reading", "contributor__romanised"
        )
    }
    return [_book(bib, *authors.get(bib.pk, ("", ""))) for bib in bibs]


def _book(bib: Bib, author: str, reading: str) -> Book:
    return Book(
        bib_id=bib.pk,
        source_key=bib.source_key,
        title=bib.title,
        author=author,
        author_reading=reading,
        volume=bib.volume,
        volume_order=float(bib.volume_order or 1),
        series=bib.series.title if bib.series else "",
        year=bib.year or 0,
        ndc=bib.ndc,
        material=bib.material_type.code,
        for_children=bib.audience == Bib.Audience.CHILD,
    )
