"""The index: how soon it knows of a change, and what readers notice of its being built anew."""

import json
import time
from collections.abc import Iterator
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse

from bench.client import Visitor
from bench.errands import PAGES
from bench.figures import Figures
from bench.library import Library, rebuilding
from bench.queries import drawn_queries, reservable
from bench.registry import measurement
from catalog.copies import whereabouts
from catalog.models import Copy

GIVE_UP_AFTER = 30.0


@measurement("freshness", place=60)
def freshness(library: Library) -> Iterator[Figures]:
    """From the commit of a change until the search of a web worker counts by it."""
    copies = Copy.objects.free().filter(bib__in=reservable(200), bib__status__circulating=1)
    chosen = [copy for copy in copies.select_related("bib") if copy.bib.isbns][:15]
    visitor = Visitor(library.port)
    times = [_seen(visitor, copy) for copy in chosen]
    yield Figures("a changed copy is seen by searches", times, aim="≤ 1,000")


@measurement("rebuild", place=90)
def serving_meanwhile(library: Library) -> Iterator[Figures]:
    """Pages of results, one after another, until the index has been built anew beside them."""
    address = reverse("catalog:search")
    pages = [f"{address}?{urlencode({'q': text})}" for text in drawn_queries().mixed(PAGES)]
    visitor = Visitor(library.port)
    times: list[float] = []
    with rebuilding() as errand:
        while errand.is_running():
            times.append(visitor.get(pages[len(times) % PAGES]))
    what = f"search page: mixed, during a rebuild ({errand.seconds:.0f} s)"
    yield Figures(what, times)


def _seen(visitor: Visitor, copy: Copy) -> float:
    address = f"{reverse('api:search')}?isbn={copy.bib.isbns[0]}&available=1"
    if json.loads(visitor.read(address))["total"] != 1:
        raise LookupError(f"{address} does not find the copy it should")
    with transaction.atomic():
        whereabouts.put(copy, Copy.Whereabouts.REPAIR)
        whereabouts.count_copies([copy.bib_id])
    committed = time.perf_counter()
    while json.loads(visitor.read(address))["total"] == 1:
        if time.perf_counter() - committed > GIVE_UP_AFTER:
            raise TimeoutError(f"{address} does not change")
        time.sleep(0.005)
    return (time.perf_counter() - committed) * 1000
