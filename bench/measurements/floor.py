"""The least a page can cost here: what every other time is a multiple of."""

from collections.abc import Iterator

from django.urls import reverse

from bench.client import Visitor
from bench.errands import PAGES, visits
from bench.figures import FLOOR, Figures, alone
from bench.library import Library
from bench.registry import measurement


@measurement("floor", place=0)
def floor(library: Library) -> Iterator[Figures]:
    visitor = Visitor(library.port)
    page = reverse("catalog:healthz")
    for _ in range(50):
        visitor.get(page)
    yield alone(FLOOR, library, visits(visitor, [page] * PAGES))
