"""Books to lay loans and reservations on, chosen by what a scene needs of them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from catalog.models import Bib, Copy

ENOUGH = 1500


@dataclass
class Shelved:
    """A book that can be reserved, with its copies on the shelf; no copy is on loan yet."""

    bib: Bib
    copies: list[Copy]

    @property
    def is_print(self) -> bool:
        return not self.bib.material_type.is_audiovisual

    @property
    def is_audiovisual(self) -> bool:
        return self.bib.material_type.is_audiovisual

    @property
    def is_alone(self) -> bool:
        return self.is_print and len(self.copies) == 1

    def is_only_away_from(self, branch: str) -> bool:
        return self.is_print and all(copy.home_branch.code != branch for copy in self.copies)


class NothingFits(Exception):
    """The catalogue has no book for the scene; the scene is left out."""


class SampleBooks:
    """Gives every title once, the most lent first."""

    def __init__(self) -> None:
        bibs = (
            Bib.objects.filter(
                material_type__reservable_on_web=True,
                status__free_at__len__gt=0,
            )
            .annotate(lent=Sum("copies__times_lent"))
            .select_related("material_type")
            .order_by("-lent", "pk")
        )
        print_only = bibs.filter(material_type__medium="print")[:ENOUGH]
        others = bibs.exclude(material_type__medium="print")[:ENOUGH]
        self._books = {bib.pk: Shelved(bib, []) for bib in [*print_only, *others]}
        free = Copy.objects.free().filter(bib__in=self._books).select_related("home_branch")
        for copy in free.order_by("pk"):
            self._books[copy.bib_id].copies.append(copy)

    def pick(self, fits: Callable[[Shelved], bool], *titles: str) -> Shelved:
        """Take a book of the first title that is there and fits, else the most lent that fits."""
        fitting = [book for book in self._books.values() if fits(book)]
        if not fitting:
            raise NothingFits
        by_title = {book.bib.title: book for book in reversed(fitting)}
        wanted = next((by_title[title] for title in titles if title in by_title), fitting[0])
        self._take(wanted.bib.title)
        return wanted

    def pick_volumes(self, count: int, *titles: str) -> list[Bib]:
        """Take the first volumes of a set, of the first of these titles that is there."""
        sets: dict[int, list[Bib]] = {}
        for book in self._books.values():
            if book.is_print and book.bib.volume_set_id:
                sets.setdefault(book.bib.volume_set_id, []).append(book.bib)
        begun = [sorted(volumes, key=_volume_order)[:count] for volumes in sets.values()]
        whole = [volumes for volumes in begun if _are_the_first(volumes, count)]
        if not whole:
            raise NothingFits
        by_title = {volumes[0].title: volumes for volumes in reversed(whole)}
        wanted = next((by_title[title] for title in titles if title in by_title), whole[0])
        self._take(wanted[0].title)
        return wanted

    def _take(self, title: str) -> None:
        for pk in [pk for pk, book in self._books.items() if book.bib.title == title]:
            del self._books[pk]


def _volume_order(bib: Bib) -> Decimal:
    return bib.volume_order or Decimal(0)


def _are_the_first(volumes: list[Bib], count: int) -> bool:
    return [_volume_order(volume) for volume in volumes] == list(range(1, count + 1))
