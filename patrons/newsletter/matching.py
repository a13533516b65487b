"""Matching of new bibs with the readers' genres and authors (rules 6.5, 7.4).

Each new bib is read once: its genres, and the folded forms of its authors' names and readings. An
index then finds the readers. No reader's preferences are compared with every title.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from catalog.browsing.genres import GENRES
from catalog.models import Bib, MaterialType
from japanese.normalise import compact

ORDINARY_MATERIAL = "book"
MATERIAL = "material:"


@dataclass(frozen=True)
class Arrival:
    """A new bib with its genres and author keys."""

    bib_id: int
    genres: Sequence[str]
    authors: Sequence[str]


class Arrivals:
    """Several new bibs, indexed by genre and author."""

    def __init__(self, arrivals: Iterable[Arrival]) -> None:
        self.all = list(arrivals)

    def matching(self, genres: Iterable[str], authors: Iterable[str]) -> list[int]:
        """Return the bibs in one of the genres or by one of the folded authors, in order."""
        places = {place for genre in genres for place in self._by_genre.get(genre, ())}
        places |= {place for author in authors for place in self._by_author.get(author, ())}
        return [self.all[place].bib_id for place in sorted(places)]

    @property
    def genres(self) -> Collection[str]:
        return self._by_genre.keys()

    @property
    def authors(self) -> Collection[str]:
        return self._by_author.keys()

    @cached_property
    def _by_genre(self) -> dict[str, list[int]]:
        return _places(arrival.genres for arrival in self.all)

    @cached_property
    def _by_author(self) -> dict[str, list[int]]:
        return _places(arrival.authors for arrival in self.all)


def genre_choices() -> dict[str, str]:
    """Return the genres to choose from: children's, young adults', the classes, other materials."""
    materials = MaterialType.objects.exclude(code=ORDINARY_MATERIAL)
    return GENRES | {f"{MATERIAL}{one.code}": one.name for one in materials}


def arrivals_of(bib_ids: Sequence[int]) -> Iterator[Arrival]:
    """Return the bibs in the given order; one that has gone or is hidden is left out."""
    bibs = (
        Bib.objects.public()
        .select_related("material_type")
        .prefetch_related("contributions__contributor")
        .in_bulk(list(bib_ids))
    )
    for pk in bib_ids:
        if pk in bibs:
            yield Arrival(pk, list(genres_of(bibs[pk])), sorted(author_keys_of(bibs[pk])))


def genres_of(bib: Bib) -> Iterator[str]:
    """Return the genres of a bib. Books for the young have their own, as on the shelves."""
    if bib.audience != Bib.Audience.ADULT:
        yield bib.audience
    elif bib.ndc[:1] in GENRES:
        yield bib.ndc[:1]
    if bib.material_type.code != ORDINARY_MATERIAL:
        yield f"{MATERIAL}{bib.material_type.code}"


def author_keys_of(bib: Bib) -> set[str]:
    """Return every folded form of the authors: name, reading, Latin letters, other names."""
    spellings = (
        spelling
        for contribution in bib.contributions.all()
        for spelling in (
            contribution.contributor.name,
            contribution.contributor.reading,
            contribution.contributor.romanised,
            *contribution.contributor.other_names,
        )
    )
    return {folded for spelling in spellings if (folded := compact(spelling))}


def _places(keys_of_each: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, keys in enumerate(keys_of_each):
        for key in keys:
            places[key].append(place)
    return dict(places)
