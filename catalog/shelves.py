"""The shelves of covers on the home page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.safestring import SafeString

from catalog.covers import cover_svg
from catalog.models import Bib, BibStatus, Copy
from catalog.results import authors_of

BOOKS_ON_A_SHELF = 12
_COPIES_OF_A_BIB = 10  # looked through for each: several copies of one book come on one day


@dataclass(frozen=True)
class ShelfBook:
    href: str
    cover: SafeString
    title: str
    authors: str


def newest_books() -> list[ShelfBook]:
    """新しく入った資料."""
    return _books(list(newest_arrivals(BOOKS_ON_A_SHELF)))


def newest_arrivals(count: int) -> dict[int, date]:
    """The bibs that came last, and the day their first copy was accepted (rule 7.4)."""
    came_before = Copy.objects.filter(bib=OuterRef("bib")).filter(
        Q(accepted_on__isnull=True) | Q(accepted_on__lt=OuterRef("accepted_on"))
    )
    newest = (
        Copy.objects.owned()
        .filter(accepted_on__isnull=False)
        .filter(~Exists(came_before))
        .order_by(F("accepted_on").desc(), "-pk")
        .values_list("bib_id", "accepted_on")[: _COPIES_OF_A_BIB * count]
    )
    return {bib: day for bib, day in islice(dict(newest).items(), count) if day}


def most_wanted_books() -> list[ShelfBook]:
    """予約の多い資料."""
    wanted = BibStatus.objects.filter(waiting__gt=0).order_by("-waiting", "-pk")
    return _books(list(wanted.values_list("pk", flat=True)[:BOOKS_ON_A_SHELF]))


def _books(bib_ids: list[int]) -> list[ShelfBook]:
    bibs = Bib.objects.filter(pk__in=bib_ids).select_related("material_type").in_bulk()
    authors: Iterable = authors_of(bib_ids)
    return [_book(bibs[pk], authors[pk]) for pk in bib_ids]  # type: ignore[index]


def _book(bib: Bib, authors: str) -> ShelfBook:
    return ShelfBook(
        href=reverse("catalog:detail", args=[bib.pk]),
        cover=cover_svg(bib.title, authors, bib.volume, bib.ndc, bib.material_type.name),
        title=bib.title_with_volume,
        authors=authors,
    )
