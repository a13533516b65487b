"""The page of a bib and the home page."""

from collections.abc import Iterator

from django.urls import reverse

from bench.client import Visitor
from bench.errands import PAGES, crowd, visits
from bench.figures import Figures, alone
from bench.library import Library
from bench.queries import sample_bibs
from bench.registry import measurement


@measurement("detail", place=20)
def details(library: Library) -> Iterator[Figures]:
    pages = [reverse("catalog:detail", args=[bib.pk]) for bib in sample_bibs(2 * PAGES)]
    visitor = Visitor(library.port)
    for page in pages[PAGES:]:
        visitor.get(page)
    first = visits(visitor, pages[:PAGES])
    yield alone("detail page, first visit", library, first, aim="p50 ≤ 7")
    yield alone("detail page, again", library, visits(visitor, pages[:PAGES]), aim="p50 ≤ 7")
    yield crowd("detail page, 8 clients", library, pages, aim="≥ 250 per second")


@measurement("home", place=21)
def home(library: Library) -> Iterator[Figures]:
    visitor = Visitor(library.port)
    yield alone("home", library, visits(visitor, [reverse("catalog:home")] * 100))
