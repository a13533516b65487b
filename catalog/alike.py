"""What stands near a bib: the same author's, the same series', its neighbours on the shelf.

It is nobody's data and changes seldom, so it is kept for some minutes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from akiruno_library import policy
from catalog.browsing.headings import in_series_order
from catalog.hrefs import href
from catalog.models import Bib, Branch, Copy
from catalog.shelves import BOOKS_ON_A_SHELF, ShelfBook, books

_COPIES_LOOKED_THROUGH = 5 * policy.NEIGHBOURS_ON_THE_SHELF
_LONGEST_SERIES = 2_000


@dataclass(frozen=True)
class AlikeShelf:
    name: str
    heading: str
    href: str
    items: SafeString  # made once: thirty books cost a template more than the rest of the page


def alike(bib: Bib, copies: Sequence[Copy], branches: dict[int, Branch]) -> list[AlikeShelf]:
    """The shelves that have a book besides this one; needs the contributions prefetched."""
    key = f"alike.{bib.pk}"
    kept = cache.get(key)
    if kept is None:
        kept = _look_up(bib, copies, branches)
        cache.set(key, kept, policy.ALIKE_KEPT.total_seconds())
    return kept


def _look_up(bib: Bib, copies: Sequence[Copy], branches: dict[int, Branch]) -> list[AlikeShelf]:
    shelves: list[tuple[str, str, str, list[int]]] = []
    if author := next(iter(bib.contributions.all()), None):
        page = href("browsing:author", author.contributor_id)
        heading = f"{author.contributor.name}のほかの資料"
        shelves.append(("author", heading, page, _same_author(bib, author.contributor_id)))
    if bib.series:
        page = href("browsing:series", bib.series.pk)
        shelves.append(("series", f"同じシリーズ: {bib.series.title}", page, _same_series(bib)))
    if copy := next((copy for copy in copies if _has_a_place(copy)), None):
        where = f"{branches[copy.home_branch_id].name} {copy.shelf}".strip()
        shelves.append(("beside", f"本棚のとなり({where})", "", _neighbours(copy)))
    found = {book.href: book for book in books(_together(ids for *_, ids in shelves))}
    here = href("catalog:detail", bib.pk)
    return [
        AlikeShelf(name, heading, page, _items(_on(ids, found), here))
        for name, heading, page, ids in shelves
        if len(set(ids) - {bib.pk})
    ]


def _items(shown: list[ShelfBook], here: str) -> SafeString:
    return format_html_join(
        "",
        '<li>{}{}<span class="board"></span><b>{}</b><small>{}</small>{}</li>',
        (_item(book, here) for book in shown),
    )


def _item(book: ShelfBook, here: str) -> tuple[SafeString, SafeString, str, str, SafeString]:
    if book.href == here:
        opened = mark_safe('<span class="book" aria-current="true">')  # nosec
        return opened, book.cover, book.title, "この資料", mark_safe("</span>")  # nosec
    opened = format_html('<a class="book" href="{}">', book.href)
    return opened, book.cover, book.title, book.authors, mark_safe("</a>")  # nosec


def _has_a_place(copy: Copy) -> bool:
    return bool(copy.call_number) and copy.whereabouts not in Copy.Whereabouts.gone()


def _together(lists: Iterable[list[int]]) -> list[int]:
    return list(dict.fromkeys(pk for ids in lists for pk in ids))


def _on(ids: Iterable[int], found: dict[str, ShelfBook]) -> list[ShelfBook]:
    hrefs = (href("catalog:detail", pk) for pk in ids)
    return [found[href] for href in hrefs if href in found]


def _same_author(bib: Bib, author: int) -> list[int]:
    """The most borrowed; not the other volumes of its own set, which stand as spines."""
    others = Bib.objects.filter(contributions__contributor=author).exclude(pk=bib.pk)
    if bib.volume_set_id:
        others = others.exclude(volume_set=bib.volume_set_id)
    most_lent = others.order_by("-status__times_lent", "-pk").values_list("pk", flat=True)
    # A person may have had two parts in one bib.
    return list(dict.fromkeys(most_lent[: 2 * BOOKS_ON_A_SHELF]))[:BOOKS_ON_A_SHELF]


def _same_series(bib: Bib) -> list[int]:
    """Those numbered around it."""
    in_order = in_series_order(Bib.objects.filter(series=bib.series_id))
    ids = list(in_order.values_list("pk", flat=True)[:_LONGEST_SERIES])
    at = ids.index(bib.pk) if bib.pk in ids else 0
    first = max(0, min(at - BOOKS_ON_A_SHELF // 2, len(ids) - BOOKS_ON_A_SHELF))
    return ids[first : first + BOOKS_ON_A_SHELF]


def _neighbours(copy: Copy) -> list[int]:
    """Left and right of it in the order of call numbers, itself in the middle."""
    number = copy.call_number
    shelf = (
        Copy.objects.owned()
        .filter(home_branch=copy.home_branch_id, shelf=copy.shelf)
        .exclude(bib=copy.bib_id)
    )
    # The bound that says nothing new lets the index begin at the right place.
    left = shelf.filter(
        Q(call_number__lt=number) | Q(call_number=number, pk__lt=copy.pk), call_number__lte=number
    ).order_by("-call_number", "-pk")
    right = shelf.filter(
        Q(call_number__gt=number) | Q(call_number=number, pk__gt=copy.pk), call_number__gte=number
    ).order_by("call_number", "pk")
    before, after = (
        list(dict.fromkeys(side.values_list("bib_id", flat=True)[:_COPIES_LOOKED_THROUGH]))
        for side in (left, right)
    )
    near = policy.NEIGHBOURS_ON_THE_SHELF
    return list(dict.fromkeys([*reversed(before[:near]), copy.bib_id, *after[:near]]))
