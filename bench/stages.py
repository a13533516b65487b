"""Where the time of one page goes: processor time by stage, in this process, without a server.

The functions that make a page are watched while it is made; what one stage spends inside another
is counted in the inner one only.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from django.db.backends.utils import CursorWrapper
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client
from django.urls import reverse

from bench.queries import drawn_queries, sample_bibs

PAGES = 200
REST = "middleware, routing, the rest"
WATCHED = {
    "catalog.views.read": "address read",
    "catalog.views.find": "engine: query, total, facets, order",
    "catalog.views.results_page": "links of facets, sorts, pages",
    "catalog.results.page.rows_of": "rows made ready, with marks and covers",
    "catalog.results.page.whole_sets": "volumes gathered",
    "catalog.views.bib_or_404": "the bib as objects",
    "catalog.views.detail_page": "facts and copies made ready",
    "catalog.bib_page.page.related_shelves": "same author, same series, neighbours",
    "catalog.views.render": "template",
}


def stages_of_search() -> dict[str, float]:
    address = reverse("catalog:search")
    return _stages([f"{address}?{urlencode({'q': q})}" for q in drawn_queries().mixed(PAGES)])


def stages_of_detail() -> dict[str, float]:
    return _stages([reverse("catalog:detail", args=[bib.pk]) for bib in sample_bibs(PAGES)])


def _stages(pages: list[str]) -> dict[str, float]:
    """Milliseconds for each page, by stage, the most first."""
    visitor = Client(headers={"host": "127.0.0.1"})
    for page in pages[:50]:
        visitor.get(page)
    watch = _Watch()
    with watch.watching():
        for page in pages:
            with watch.stage(REST):
                response = visitor.get(page)
            if response.status_code != 200:
                raise LookupError(page)
    spent = {stage: seconds * 1000 / len(pages) for stage, seconds in watch.spent.items()}
    return dict(sorted(spent.items(), key=lambda one: -one[1]))


class _Watch:
    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._inner = [0.0]

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begun = time.thread_time()
        self._inner.append(0.0)
        try:
            yield
        finally:
            whole = time.thread_time() - begun
            self.spent[name] = self.spent.get(name, 0.0) + whole - self._inner.pop()
            self._inner[-1] += whole

    @contextmanager
    def watching(self) -> Iterator[None]:
        watches = [patch(target, self._watched(target, stage)) for target, stage in WATCHED.items()]
        for owner, name, stage in (
            (SQLCompiler, "as_sql", "SQL put together"),
            (CursorWrapper, "execute", "database asked (waiting not counted)"),
        ):
            watches.append(patch.object(owner, name, self._around(getattr(owner, name), stage)))
        for watch in watches:
            watch.start()
        try:
            yield
        finally:
            for watch in watches:
                watch.stop()

    def _watched(self, target: str, stage: str) -> Callable[..., Any]:
        module, _, name = target.rpartition(".")
        return self._around(getattr(__import__(module, fromlist=[name]), name), stage)

    def _around(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        @wraps(function)
        def watched(*words: Any, **named: Any) -> Any:
            with self.stage(stage):
                return function(*words, **named)

        return watched
