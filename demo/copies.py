"""The copies of the sample library: as the catalogue's own columns tell, else invented."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db.models import Max
from django.utils import timezone

from catalog.copies import whereabouts as copies_whereabouts
from catalog.imports import UnreadableFile
from catalog.models import Branch, Copy
from demo.books import Book, without_copies
from demo.dates import chance
from demo.popularity import times_lent

PLACE = re.compile(
    r"(?P<branch>[a-z]+)/(?P<shelf>[^*^!]+)(?P<lending>[*^]?)(?:!(?P<state>[a-z_]+))?"
)
LENDING = {"": Copy.Lending.LENT, "*": Copy.Lending.IN_LIBRARY, "^": Copy.Lending.NEWEST_ISSUE}
STATES = {None, *Copy.Whereabouts.values}
BARCODE_DIGITS = 10  # a branch's figure and a running number; a card has eight

RECENT_ONES_CAME_WITHIN = 12
OLD_ONES_CAME_BEFORE = 36
SHARE_OF_NEW = 0.02
SHARE_WITH_A_DAY = 0.15


@dataclass(frozen=True)
class Place:
    """One copy to be: where it stands and what is the matter with it."""

    branch: str
    shelf: str
    call_number: str
    lending: Copy.Lending = Copy.Lending.LENT
    whereabouts: Copy.Whereabouts = Copy.Whereabouts.SHELF


Places = Callable[[Book], Sequence[Place]]


def places_given_in(catalogue: Path) -> dict[str, list[Place]] | None:
    """What the columns `copies` and `call_number` say, by source key; None without such columns.

    `chuo/一般 el/参考* chuo/雑誌^ el/一般!missing`: branch and shelf, then * for in the library
    only or ^ for the newest issue, then what state it is in unless it stands on its shelf.
    """
    if catalogue.suffix.lower() != ".csv":
        return None
    with catalogue.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.DictReader(file)
        if not {"source_key", "copies", "call_number"} <= set(rows.fieldnames or ()):
            return None
        branches = set(Branch.objects.values_list("code", flat=True))
        return {
            row["source_key"]: list(_places(row["copies"], row["call_number"], branches))
            for row in rows
        }


def _places(given: str, call_number: str, branches: set[str]) -> Iterator[Place]:
    for word in given.split():
        found = PLACE.fullmatch(word)
        if found is None or found["branch"] not in branches or found["state"] not in STATES:
            raise UnreadableFile(f"所蔵「{word}」を読めません。例: chuo/一般、el/参考*")
        yield Place(
            found["branch"],
            found["shelf"],
            call_number,
            LENDING[found["lending"]],
            Copy.Whereabouts(found["state"] or Copy.Whereabouts.SHELF),
        )


def make_copies(source: str, places: Places) -> int:
    """Give every bib of the source that has no copy the copies it shall have."""
    branches = {branch.code: branch for branch in Branch.objects.all()}
    barcodes = {code: _barcodes(branch) for code, branch in branches.items()}
    made = 0
    for books in without_copies(source):
        copies = [
            _copy(book, place, branches[place.branch], next(barcodes[place.branch]), share)
            for book in books
            for place, share in _shared(book, places(book))
        ]
        made += len(Copy.objects.bulk_create(copies))
        copies_whereabouts.count_copies(book.bib_id for book in books)
    return made


def _barcodes(branch: Branch) -> Iterator[str]:
    """From the branch's last one on, so that no number is ever given twice."""
    figure = str(branch.position + 1)
    used = Copy.objects.filter(barcode__regex=f"^{figure}[0-9]{{{BARCODE_DIGITS - 1}}}$")
    last = used.aggregate(last=Max("barcode"))["last"]
    number = int(last) if last else int(figure) * 10 ** (BARCODE_DIGITS - 1)
    while True:
        number += 1
        yield str(number)


def _shared(book: Book, places: Sequence[Place]) -> Iterator[tuple[Place, int]]:
    """The lendings of a book, spread over its copies; what stays in the library was never lent."""
    weights = [
        0.8 + 0.4 * chance(book.source_key, str(number)) if _is_lent(place) else 0
        for number, place in enumerate(places)
    ]
    total = times_lent(book) / (sum(weights) or 1)
    return zip(places, (round(total * weight) for weight in weights), strict=True)


def _is_lent(place: Place) -> bool:
    return place.lending == Copy.Lending.LENT


def _copy(book: Book, place: Place, branch: Branch, barcode: str, lent: int) -> Copy:
    return Copy(
        barcode=barcode,
        bib_id=book.bib_id,
        home_branch=branch,
        current_branch=branch,
        call_number=place.call_number,
        shelf=place.shelf,
        lending=place.lending,
        whereabouts=place.whereabouts,
        accepted_on=_accepted_on(book, place, timezone.localdate()),
        times_lent=lent,
    )


def _accepted_on(book: Book, place: Place, today: date) -> date | None:
    """Some are new, some have their day, most came with the move from an old system."""
    if place.whereabouts == Copy.Whereabouts.ON_ORDER:
        return None
    drawn, when = chance(book.source_key, "accepted"), chance(book.source_key, "day")
    if book.year >= today.year - 1 and book.material != "magazine":
        return today - timedelta(days=1 + int(RECENT_ONES_CAME_WITHIN * when))
    if drawn < SHARE_OF_NEW:
        return today - timedelta(days=int(OLD_ONES_CAME_BEFORE * (1 + when) / 2))
    if drawn < SHARE_WITH_A_DAY and book.year < today.year - 4:
        return today - timedelta(days=int(200 + 1200 * when))
    return None
