"""The shelves of covers on the home page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils.safestring import SafeString

from akiruno_library.links import numbered_url
from catalog.display.covers import cover_svg
from catalog.display.summaries import BibSummary, bib_summaries
from catalog.models import BibStatus
from catalog.results.rows import authors_html, authors_of, title_html

BOOKS_ON_A_SHELF = 12


@dataclass(frozen=True)
class ShelfBook:
    url: str
    cover: SafeString
    title: SafeString
    authors: SafeString


def newest_books() -> list[ShelfBook]:
    """新しく入った資料: the newest bibs."""
    return books(list(newest_arrivals(BOOKS_ON_A_SHELF)))


def newest_arrivals(count: int) -> dict[int, date]:
    """Return bib → day of its first accepted copy, the newest first (rule 7.4)."""
    newest = (
        BibStatus.objects.filter(first_accepted_on__isnull=False, bib__hidden=False)
        .order_by(F("first_accepted_on").desc(), "-pk")
        .values_list("pk", "first_accepted_on")[:count]
    )
    return {bib: day for bib, day in newest if day}


def most_wanted_books() -> list[ShelfBook]:
    """予約の多い資料: the bibs with the most waiting reservations."""
    wanted = BibStatus.objects.filter(waiting__gt=0, bib__hidden=False).order_by("-waiting", "-pk")
    return books(list(wanted.values_list("pk", flat=True)[:BOOKS_ON_A_SHELF]))


def books(bib_ids: Sequence[int]) -> list[ShelfBook]:
    """Return the books in the given order."""
    bibs = bib_summaries(bib_ids)
    return [_book(bibs[pk]) for pk in bib_ids if pk in bibs]


def _book(bib: BibSummary) -> ShelfBook:
    return ShelfBook(
        url=numbered_url("catalog:detail", bib.pk),
        cover=cover_of(bib),
        title=title_html(bib),
        authors=authors_html(bib),
    )


def cover_of(bib: BibSummary) -> SafeString:
    return cover_svg(bib.title, authors_of(bib), bib.volume, bib.ndc, bib.material_type.name)
