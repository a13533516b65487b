"""One line of the table: times, what they cost the server, and how busy the machine was."""

import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bench.library import Library

FLOOR = "floor: a page that asks nobody"


@dataclass(frozen=True)
class Figures:
    what: str
    times: Sequence[float]
    per_second: float | None = None
    cpu_web: float | None = None
    cpu_database: float | None = None
    aim: str = ""
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    @property
    def p50(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20, method="inclusive")[-1]


def alone(
    what: str, library: Library, errands: Iterator[Callable[[], float]], *, aim: str = ""
) -> Figures:
    """One client does one errand after another; each errand says how long the server took."""
    before = library.cpu_seconds()
    times = [errand() for errand in errands]
    web, database = _spent_for_each(before, library, len(times))
    return Figures(what, times, cpu_web=web, cpu_database=database, aim=aim)


def together(
    what: str, library: Library, clients: Sequence[Callable[[], list[float]]], *, aim: str = ""
) -> Figures:
    """Clients that all work at once, each through its own list; the rate is of them all."""
    times: list[float] = []
    threads = [
        threading.Thread(target=lambda client=client: times.extend(client())) for client in clients
    ]
    before = library.cpu_seconds()
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(times) / (time.perf_counter() - begun)
    web, database = _spent_for_each(before, library, len(times))
    return Figures(what, times, rate, web, database, aim)


def timed(act: Callable[[], object]) -> Callable[[], float]:
    def errand() -> float:
        begun = time.perf_counter()
        act()
        return (time.perf_counter() - begun) * 1000

    return errand


def _spent_for_each(
    before: tuple[float, float], library: Library, number: int
) -> tuple[float, float]:
    web, database = library.cpu_seconds()
    return (web - before[0]) * 1000 / number, (database - before[1]) * 1000 / number
