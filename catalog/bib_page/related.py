"""Related bibs: of the same author, of the same series, and neighbours on the shelf.

The data are public and change seldom, so they are cached for minutes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.core.cache import cache
from django.db import connection
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from akiruno_library import policy
from akiruno_library.links import numbered_url
from catalog.browsing.heading_index import in_series_order
from catalog.models import Bib, Branch, Copy
from catalog.results.shelves import BOOKS_ON_A_SHELF, ShelfBook, books
from japanese import furigana

_COPIES_LOOKED_THROUGH = 5 * policy.NEIGHBOURS_ON_THE_SHELF
_LONGEST_SERIES = 2_000
_LATEST_OF_AN_AUTHOR = 60

Found = TypeVar("Found")

# Written by hand: with the ORM these were the most expensive queries of a bib's page.
MOST_LENT = """
SELECT bib.id, bib.volume_set_id
FROM (
    SELECT DISTINCT bib_id FROM catalog_contribution
    WHERE contributor_id = %(author)s ORDER BY bib_id DESC LIMIT %(latest)s
) AS part
JOIN catalog_bib bib ON bib.id = part.bib_id AND NOT bib.hidden
JOIN catalog_bibstatus status ON status.bib_id = bib.id
ORDER BY status.times_lent DESC, bib.id DESC
"""
# Two halves, because each reads the index outwards from the copy and stops after a few rows.
BESIDE = """
SELECT * FROM (
    SELECT bib_id, false AS after FROM catalog_copy
    WHERE home_branch_id = %(branch)s AND shelf = %(shelf)s
      AND (call_number, id) < (%(number)s, %(copy)s)
      AND bib_id <> %(bib)s AND whereabouts <> ALL (%(gone)s)
    ORDER BY call_number DESC, id DESC LIMIT %(most)s
) AS left_of_it
UNION ALL
SELECT * FROM (
    SELECT bib_id, true AS after FROM catalog_copy
    WHERE home_branch_id = %(branch)s AND shelf = %(shelf)s
      AND (call_number, id) > (%(number)s, %(copy)s)
      AND bib_id <> %(bib)s AND whereabouts <> ALL (%(gone)s)
    ORDER BY call_number, id LIMIT %(most)s
) AS right_of_it
"""


@dataclass(frozen=True)
class RelatedShelf:
    name: str
    heading: str
    url: str
    # HTML made once: thirty books in a template cost more than the rest of the page.
    items: SafeString


def related_shelves(
    bib: Bib, copies: Sequence[Copy], branches: dict[int, Branch]
) -> list[RelatedShelf]:
    """The shelves that have a book besides this one; needs its credits."""
    key = f"related.{bib.pk}.{furigana.is_wanted()}"
    return _kept(key, lambda: _look_up(bib, copies, branches))


def _kept(key: str, look_up: Callable[[], Found]) -> Found:
    found = cache.get(key)
    if found is None:
        found = look_up()
        cache.set(key, found, policy.RELATED_SHELVES_KEPT.total_seconds())
    return found


def _look_up(bib: Bib, copies: Sequence[Copy], branches: dict[int, Branch]) -> list[RelatedShelf]:
    shelves: list[tuple[str, str, str, list[int]]] = []
    if author := next(iter(bib.credits), None):
        page = numbered_url("browsing:author", author.contributor_id)
        heading = f"{author.contributor.name}のほかの資料"
        shelves.append(("author", heading, page, _same_author(bib, author.contributor_id)))
    if bib.series:
        page = numbered_url("browsing:series", bib.series.pk)
        shelves.append(("series", f"同じシリーズ: {bib.series.title}", page, _same_series(bib)))
    if copy := next((copy for copy in copies if _has_a_place(copy)), None):
        where = f"{branches[copy.home_branch_id].name} {copy.shelf}".strip()
        shelves.append(("beside", f"本棚のとなり({where})", "", _neighbours(copy)))
    found = {book.url: book for book in books(_together(ids for *_, ids in shelves))}
    here = numbered_url("catalog:detail", bib.pk)
    return [
        RelatedShelf(name, heading, page, _items(_on(ids, found), here))
        for name, heading, page, ids in shelves
        if any(book.url != here for book in _on(ids, found))
    ]


def _items(books_on_it: list[ShelfBook], here: str) -> SafeString:
    return format_html_join(
        "",
        '<li>{}{}<span class="board"></span><b>{}</b><small>{}</small>{}</li>',
        (_item(book, here) for book in books_on_it),
    )


def _item(book: ShelfBook, here: str) -> tuple[SafeString, SafeString, str, str, SafeString]:
    if book.url == here:
        opened = mark_safe('<span class="book" aria-current="true">')  # nosec
        return opened, book.cover, book.title, "この資料", mark_safe("</span>")  # nosec
    opened = format_html('<a class="book" href="{}">', book.url)
    return opened, book.cover, book.title, book.authors, mark_safe("</a>")  # nosec


def _has_a_place(copy: Copy) -> bool:
    return bool(copy.call_number) and copy.whereabouts not in Copy.Whereabouts.gone()


def _together(lists: Iterable[list[int]]) -> list[int]:
    return list(dict.fromkeys(pk for ids in lists for pk in ids))


def _on(ids: Iterable[int], found: dict[str, ShelfBook]) -> list[ShelfBook]:
    urls = (numbered_url("catalog:detail", pk) for pk in ids)
    return [found[url] for url in urls if url in found]


def _same_author(bib: Bib, author: int) -> list[int]:
    """Return the most borrowed, without the other volumes of its set, which are spines."""
    most_lent = _kept(f"related.author.{author}", lambda: _most_lent(author))
    others = (
        pk
        for pk, volume_set in most_lent
        if pk != bib.pk and not (volume_set and volume_set == bib.volume_set_id)
    )
    return list(islice(others, BOOKS_ON_A_SHELF))


def _most_lent(author: int) -> list[tuple[int, int | None]]:
    """Rank only the latest bibs of an author: ten thousand would take longer than the page."""
    with connection.cursor() as cursor:
        cursor.execute(MOST_LENT, {"author": author, "latest": _LATEST_OF_AN_AUTHOR})
        return cursor.fetchall()


def _same_series(bib: Bib) -> list[int]:
    """Return the bibs with numbers around this one."""
    ids = _kept(f"related.series.{bib.series_id}", lambda: _numbered(bib.series_id))
    at = ids.index(bib.pk) if bib.pk in ids else 0
    first = max(0, min(at - BOOKS_ON_A_SHELF // 2, len(ids) - BOOKS_ON_A_SHELF))
    return ids[first : first + BOOKS_ON_A_SHELF]


def _numbered(series: int | None) -> list[int]:
    in_order = in_series_order(Bib.objects.public().filter(series=series))
    return list(in_order.values_list("pk", flat=True)[:_LONGEST_SERIES])


def _neighbours(copy: Copy) -> list[int]:
    """Return the neighbours on both sides in order of call numbers, with the bib in the middle."""
    with connection.cursor() as cursor:
        cursor.execute(
            BESIDE,
            {
                "branch": copy.home_branch_id,
                "shelf": copy.shelf,
                "number": copy.call_number,
                "copy": copy.pk,
                "bib": copy.bib_id,
                "gone": [str(whereabouts) for whereabouts in Copy.Whereabouts.gone()],
                "most": _COPIES_LOOKED_THROUGH,
            },
        )
        found = dict.fromkeys(cursor.fetchall())
    near = policy.NEIGHBOURS_ON_THE_SHELF
    before = [pk for pk, is_after in found if not is_after][:near]
    after = [pk for pk, is_after in found if is_after][:near]
    return list(dict.fromkeys([*reversed(before), copy.bib_id, *after]))
