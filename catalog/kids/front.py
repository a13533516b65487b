"""The children's front page: pictures, reading lists, new and popular books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from catalog.calendar.opening_hours import Hours, OpeningCalendar
from catalog.display.choices import Choices
from catalog.kids.pictures import PICTURES, SCENE
from catalog.kids.search import FOR_CHILDREN
from catalog.kids.summaries import KidsBook, kids_books, name_of
from catalog.models import Bib, BibStatus, Branch, ReadingList
from catalog.results.shelves import BOOKS_ON_A_SHELF
from japanese.furigana import spelled

_LOOKED_THROUGH = 10 * BOOKS_ON_A_SHELF


@dataclass(frozen=True)
class Today:
    branch: SafeString
    words: SafeString
    tone: str


def front_page(choices: Choices, *, at: datetime | None = None) -> dict[str, Any]:
    branches = list(choices.branches.values())
    newest, loved = _newest(), _loved()
    books = {book.pk: book for book in kids_books([*newest, *loved], branches)}
    return {
        "scene": SCENE,
        "pictures": PICTURES.values(),
        "lists": list(ReadingList.objects.on_display(at).filter(audience=Bib.Audience.CHILD)),
        "newest": _on(newest, books),
        "loved": _on(loved, books),
        "today": today(branches, at=at),
    }


def _for_children() -> Any:
    return BibStatus.objects.filter(bib__hidden=False, bib__audience__in=FOR_CHILDREN)


def _newest() -> list[int]:
    newest = _for_children().filter(first_accepted_on__isnull=False)
    in_order = newest.order_by("-first_accepted_on", "-pk").values_list("pk", flat=True)
    return list(in_order[:BOOKS_ON_A_SHELF])


def _loved() -> list[int]:
    """Return the most lent books, one from each volume set."""
    lent = _for_children().filter(times_lent__gt=0).order_by("-times_lent", "-pk")
    found: dict[int, int] = {}
    for pk, volume_set in lent.values_list("pk", "bib__volume_set")[:_LOOKED_THROUGH]:
        found.setdefault(volume_set or -pk, pk)
    return list(found.values())[:BOOKS_ON_A_SHELF]


def _on(bib_ids: Sequence[int], books: dict[int, KidsBook]) -> list[KidsBook]:
    return [books[pk] for pk in bib_ids if pk in books]


def today(branches: Sequence[Branch], *, at: datetime | None = None) -> list[Today]:
    now = timezone.localtime(at)
    calendar = OpeningCalendar(branches, now.date(), now.date())
    return [
        Today(name_of(branch), *_now_in_words(calendar.hours_on(branch, now.date()), now))
        for branch in branches
    ]


def _now_in_words(hours: Hours | None, now: datetime) -> tuple[SafeString, str]:
    if hours is None:
        return spelled("今日《きょう》は お休《やす》み"), "plain"
    if now.time() < hours.opens:
        return spelled(f"{hours.opens:%H:%M}に あくよ"), "plain"
    if now.time() < hours.closes:
        return spelled(f"{hours.closes:%H:%M}まで あいているよ"), "good"
    return spelled("今日《きょう》は もう しまったよ"), "plain"
