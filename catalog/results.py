"""The rows of a page of results, ready to be shown: a constant number of queries for any number."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.covers import cover_svg
from catalog.models import Bib, Branch, Contribution, Copy
from catalog.standing import Branches, standing_of

_AUTHORS_SHOWN = 3


@dataclass(frozen=True)
class ResultRow:
    pk: int
    href: str
    cover: SafeString
    heading: SafeString
    name: str
    authors: str
    imprint: str
    standing: str
    tone: str
    is_reservable: bool
    mark: str = ""  # a place in a ranking
    note: str = ""  # what a list says of it besides
    group: str = ""  # a heading that begins with this row


def rows_of(bib_ids: Sequence[int], branches: Iterable[Branch]) -> list[ResultRow]:
    """In the order given; a bib that only the index still knows is left out."""
    by_number = {branch.pk: branch for branch in branches}
    bibs = Bib.objects.filter(pk__in=bib_ids).select_related("material_type", "status").in_bulk()
    authors, copies = authors_of(bib_ids), _copies_of_what_is_not_free(bibs.values())
    return [_row(bibs[pk], authors[pk], copies[pk], by_number) for pk in bib_ids if pk in bibs]


def authors_of(bib_ids: Iterable[int]) -> defaultdict[int, str]:
    """夏目漱石・岡本一平 絵, for each bib."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for bib, name, role in (
        Contribution.objects.filter(bib__in=bib_ids)
        .order_by("bib", "position")
        .values_list("bib_id", "contributor__name", "role")
    ):
        found[bib].append(name if role == "著" else f"{name} {role}")
    return defaultdict(str, {bib: joined_authors(people) for bib, people in found.items()})


def joined_authors(people: Sequence[str]) -> str:
    shown = "・".join(people[:_AUTHORS_SHOWN])
    return f"{shown} ほか" if len(people) > _AUTHORS_SHOWN else shown


def imprint_of(bib: Bib) -> str:
    """新潮社 1961年 図書."""
    year = f"{bib.year}年" if bib.year else bib.published
    return " ".join(part for part in (bib.publisher, year, bib.material_type.name) if part)


def heading_of(bib: Bib) -> SafeString:
    """The title kept apart, so that marks of direction in it turn nothing else around."""
    title = format_html("<bdi>{}</bdi>", bib.title)
    if not bib.volume:
        return title
    return format_html('{}<span class="volume">{}</span>', title, bib.volume)


def _copies_of_what_is_not_free(bibs: Iterable[Bib]) -> defaultdict[int, list[Copy]]:
    copies: defaultdict[int, list[Copy]] = defaultdict(list)
    for copy in Copy.objects.filter(bib__in=[bib.pk for bib in bibs if not bib.status.free_at]):
        copies[copy.bib_id].append(copy)
    return copies


def _row(bib: Bib, authors: str, copies: list[Copy], branches: Branches) -> ResultRow:
    material = bib.material_type
    standing = standing_of(bib.status, material, copies, branches)
    return ResultRow(
        pk=bib.pk,
        href=reverse("catalog:detail", args=[bib.pk]),
        cover=cover_svg(bib.title, authors, bib.volume, bib.ndc, material.name),
        heading=heading_of(bib),
        name=bib.title_with_volume,
        authors=authors,
        imprint=imprint_of(bib),
        standing=standing.words,
        tone=standing.tone,
        is_reservable=standing.is_reservable,
    )
