"""The lines of the table, each against real gunicorn unless its name says otherwise."""

import json
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse

from bench.client import Visitor
from bench.figures import Figures, alone, timed, together
from bench.library import Library
from bench.people import (
    FIRST_CARD,
    LENT_IN_A_QUEUE,
    LONG_QUEUE,
    PASSWORD,
    READER_CARD,
    SHORT_QUEUE,
    bib_with_queue,
)
from bench.queries import drawn_queries, sample_bibs
from catalog import holdings
from catalog.models import Bib, BibStatus, Branch, Copy
from catalog.search.query import SearchRequest, search
from circulation.returning import take_back
from patrons.models import Patron
from reservations.basket import PatronBasket

CLIENTS = 8
PAGES = 300
PAGES_OF_EACH_CLIENT = 60
GIVE_UP_AFTER = 30.0
# Patrons from here on have no part in any other line.
FIRST_WHO_RESERVES, FIRST_WHO_LOGS_IN = 1_300, 1_500


def measure(library: Library) -> Iterator[Figures]:
    yield from searching(library)
    yield from reading(library)
    yield from personal_pages(library)
    yield from reserving(library)
    yield from returning(library)
    yield freshness(library)


def searching(library: Library) -> Iterator[Figures]:
    queries = drawn_queries()
    visitor = Visitor(library.port)
    for text in queries.mixed(60):
        visitor.get(_search(text))
    for kind, texts in queries.of_kind.items():
        asked = [SearchRequest(q=text) for text in texts * 5]
        acts = (timed(partial(search, request)) for request in asked)
        yield Figures(f"engine alone: {kind}", [act() for act in acts])
    for kind, texts in queries.of_kind.items():
        pages = [_search(text) for text in texts * 3]
        yield alone(f"search page: {kind}", library, _visits(visitor, pages))
    mixed = [_search(text) for text in queries.mixed(PAGES)]
    yield alone("search page: mixed", library, _visits(visitor, mixed))
    hundred = [f"{page}&per_page=100" for page in mixed[:100]]
    yield alone("search page: mixed, 100 rows", library, _visits(visitor, hundred))
    yield _crowd("search page: mixed, 8 clients", library, mixed)


def reading(library: Library) -> Iterator[Figures]:
    pages = [reverse("catalog:detail", args=[bib.pk]) for bib in sample_bibs(PAGES)]
    visitor = Visitor(library.port)
    yield alone("detail page, first visit", library, _visits(visitor, pages))
    yield alone("detail page, again", library, _visits(visitor, pages))
    yield _crowd("detail page, 8 clients", library, pages)
    yield alone("home", library, _visits(visitor, [reverse("catalog:home")] * 100))


def personal_pages(library: Library) -> Iterator[Figures]:
    reader = Visitor(library.port, Patron.objects.get(card_number=READER_CARD))
    page = reverse("circulation:mypage")
    yield alone("My Page: 10 loans, 20 reservations", library, _visits(reader, [page] * 100))
    logins = (partial(_log_in, library, FIRST_WHO_LOGS_IN + number) for number in range(30))
    yield alone("login", library, logins)


def reserving(library: Library) -> Iterator[Figures]:
    bibs = _reservable(40 + 20 * 20)
    one = (
        partial(_confirm, library, FIRST_WHO_RESERVES + number, [bib])
        for number, bib in enumerate(bibs[:40])
    )
    yield alone("confirm a basket of 1", library, one)
    twenty = (
        partial(_confirm, library, FIRST_WHO_RESERVES + 100 + number, bibs[first : first + 20])
        for number, first in enumerate(range(40, len(bibs), 20))
    )
    yield alone("confirm a basket of 20", library, twenty)


def returning(library: Library) -> Iterator[Figures]:
    """The verb of the counter, called in this process."""
    counter = Branch.objects.get(code="chuo")
    for length in (SHORT_QUEUE, LONG_QUEUE):
        copies = Copy.objects.filter(
            bib=bib_with_queue(length), whereabouts=Copy.Whereabouts.ON_LOAN
        )
        acts = (timed(partial(take_back, copy, branch=counter)) for copy in copies)
        what = f"return (verb): {length} waiting, {LENT_IN_A_QUEUE} copies"
        yield alone(what, library, acts)


def freshness(library: Library) -> Figures:
    """From the commit of a change until the search of a web worker counts by it."""
    copies = Copy.objects.free().filter(bib__in=_reservable(200), bib__status__circulating=1)
    chosen = [copy for copy in copies.select_related("bib") if copy.bib.isbns][:15]
    visitor = Visitor(library.port)
    return Figures("a changed copy is seen by searches", [_seen(visitor, copy) for copy in chosen])


def _seen(visitor: Visitor, copy: Copy) -> float:
    address = f"{reverse('machines:search')}?isbn={copy.bib.isbns[0]}&available=1"
    if json.loads(visitor.read(address))["total"] != 1:
        raise LookupError(f"{address} does not find the copy it should")
    with transaction.atomic():
        holdings.put(copy, Copy.Whereabouts.REPAIR)
        holdings.count_copies([copy.bib_id])
    committed = time.perf_counter()
    while json.loads(visitor.read(address))["total"] == 1:
        if time.perf_counter() - committed > GIVE_UP_AFTER:
            raise TimeoutError(f"{address} does not change")
        time.sleep(0.005)
    return (time.perf_counter() - committed) * 1000


def _search(text: str) -> str:
    return f"{reverse('catalog:search')}?{urlencode({'q': text})}"


def _visits(visitor: Visitor, pages: list[str]) -> Iterator[Callable[[], float]]:
    return (partial(visitor.get, page) for page in pages)


def _crowd(what: str, library: Library, pages: list[str]) -> Figures:
    """Each client reads some of the pages, in its own order, on its own connection."""

    def client(number: int) -> list[float]:
        visitor = Visitor(library.port)
        chosen = random.Random(number).sample(pages, PAGES_OF_EACH_CLIENT)
        return [visitor.get(page) for page in chosen]

    return together(what, [partial(client, number) for number in range(CLIENTS)])


def _patron(number: int) -> Patron:
    return Patron.objects.select_related("user").get(card_number=str(FIRST_CARD + number))


def _log_in(library: Library, number: int) -> float:
    fields = {"card_number": str(FIRST_CARD + number), "password": PASSWORD}
    return Visitor(library.port).post(reverse("patrons:login"), fields, leads_to=".*")


def _reservable(number: int) -> list[Bib]:
    """Print on a shelf that nobody waits for; the first ones belong to the queues."""
    free = BibStatus.objects.filter(
        free_at__len=1, waiting=0, bib__material_type__medium="print", bib__isnull=False
    )
    bibs = free.order_by("-pk").select_related("bib")
    return [status.bib for status in bibs[:number]]


def _confirm(library: Library, number: int, bibs: list[Bib]) -> float:
    """Only the confirming counts; the basket is filled beforehand."""
    patron = _patron(number)
    patron.reservations.open().delete()
    PatronBasket(patron).add(bib.pk for bib in bibs)
    visitor = Visitor(library.port, patron)
    fields = {
        "bib": [bib.pk for bib in bibs],
        "pickup_branch": patron.pickup_branch_id,
        "contact_method": "none",
    }
    placed = reverse("reservations:placed")
    took = visitor.post(reverse("reservations:confirm"), fields, leads_to=placed)
    if patron.reservations.open().count() != len(bibs):
        raise LookupError("not every line of the basket was placed")
    return took
