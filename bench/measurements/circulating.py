"""A patron's own pages, placing reservations, and a return at the counter."""

from collections.abc import Callable, Iterator
from functools import partial

from django.urls import reverse

from bench.client import Visitor
from bench.errands import visits
from bench.figures import Figures, alone, timed
from bench.library import Library
from bench.people import (
    FIRST_CARD,
    LENT_IN_A_QUEUE,
    LONG_QUEUE,
    PASSWORD,
    READER_CARD,
    SHORT_QUEUE,
    begin_queue,
)
from bench.queries import reservable
from bench.registry import measurement
from catalog.models import Bib, Branch
from circulation.returning import take_back
from patrons.models import Patron
from reservations.basket import PatronBasket

# Patrons from here on have no part in any other line.
FIRST_WHO_RESERVES, FIRST_WHO_LOGS_IN = 1_300, 1_500
# In these a connection still learns its statements, and a worker loads what it needs.
NOT_COUNTED, RETURNS_NOT_COUNTED = 60, 6


@measurement("mypage", place=30)
def personal_pages(library: Library) -> Iterator[Figures]:
    reader = Visitor(library.port, Patron.objects.get(card_number=READER_CARD))
    page = reverse("circulation:mypage")
    what = "My Page: 10 loans, 20 reservations"
    yield alone(what, library, visits(reader, [page] * 100), aim="p50 ≤ 12")


@measurement("login", place=31)
def logins(library: Library) -> Iterator[Figures]:
    each = (partial(_log_in, library, FIRST_WHO_LOGS_IN + number) for number in range(30))
    yield alone("login", library, each, aim="≤ 120")


@measurement("confirm", place=40)
def reserving(library: Library) -> Iterator[Figures]:
    bibs = reservable(NOT_COUNTED + 40 + 20 * 20)
    one = [
        _basket(library, FIRST_WHO_RESERVES + number, [bib])
        for number, bib in enumerate(bibs[: NOT_COUNTED + 40])
    ]
    for errand in one[:NOT_COUNTED]:
        errand()
    yield alone("confirm a basket of 1", library, iter(one[NOT_COUNTED:]), aim="p50 ≤ 7")
    twenty = [
        _basket(library, FIRST_WHO_RESERVES + 100 + number, bibs[first : first + 20])
        for number, first in enumerate(range(NOT_COUNTED + 40, len(bibs), 20))
    ]
    yield alone("confirm a basket of 20", library, iter(twenty), aim="p95 ≤ 80")


@measurement("return", place=50)
def returning(library: Library) -> Iterator[Figures]:
    """The verb of the counter, called in this process."""
    counter = Branch.objects.get(code="chuo")
    patrons = list(Patron.objects.order_by("pk").values_list("pk", flat=True))
    for length in (SHORT_QUEUE, LONG_QUEUE):
        copies = begin_queue(length, patrons)
        for copy in copies[:RETURNS_NOT_COUNTED]:
            take_back(copy, branch=counter)
        actions = (
            timed(partial(take_back, copy, branch=counter)) for copy in copies[RETURNS_NOT_COUNTED:]
        )
        what = f"return (verb): {length} waiting, {LENT_IN_A_QUEUE} copies"
        yield alone(what, library, actions, aim="p95 ≤ 15, whatever the queue")


def _patron(number: int) -> Patron:
    return Patron.objects.select_related("user").get(card_number=str(FIRST_CARD + number))


def _log_in(library: Library, number: int) -> float:
    fields = {"card_number": str(FIRST_CARD + number), "password": PASSWORD}
    return Visitor(library.port).post(reverse("patrons:login"), fields, leads_to=".*")


def _basket(library: Library, number: int, bibs: list[Bib]) -> Callable[[], float]:
    """Log in and fill the basket now; the errand that is left is the confirming alone."""
    patron = _patron(number)
    patron.reservations.open().delete()
    PatronBasket(patron).add(bib.pk for bib in bibs)
    return partial(_confirm, Visitor(library.port, patron), patron, [bib.pk for bib in bibs])


def _confirm(visitor: Visitor, patron: Patron, bib_ids: list[int]) -> float:
    fields = {
        "bib": bib_ids,
        "pickup_branch": patron.pickup_branch_id,
        "contact_method": "none",
    }
    placed = reverse("reservations:placed")
    took = visitor.post(reverse("reservations:confirm"), fields, leads_to=placed)
    if patron.reservations.open().count() != len(bib_ids):
        raise LookupError("not every line of the basket was placed")
    return took
