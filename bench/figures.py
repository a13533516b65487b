"""One line of the table: times, what they cost the server, and how busy the machine was."""

import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.library import Library

HEADING = """\
| what | times | p50 ms | p95 ms | per second | CPU web ms | CPU database ms | load |
|---|--:|--:|--:|--:|--:|--:|--:|"""


@dataclass(frozen=True)
class Figures:
    what: str
    times: Sequence[float]
    per_second: float | None = None
    cpu_web: float | None = None
    cpu_database: float | None = None

    def line(self) -> str:
        costs = (self.per_second, self.cpu_web, self.cpu_database)
        told = [f"{cost:.1f}" if cost is not None else "" for cost in costs]
        p50, p95 = statistics.median(self.times), _p95(self.times)
        cells = [self.what, f"{len(self.times)}", f"{p50:.1f}", f"{p95:.1f}", *told]
        return f"| {' | '.join(cells)} | {os.getloadavg()[0]:.1f} |"


def alone(what: str, library: Library, errands: Iterator[Callable[[], float]]) -> Figures:
    """One client does one errand after another; each errand says how long the server took."""
    web, database = library.cpu_seconds()
    times = [errand() for errand in errands]
    web_after, database_after = library.cpu_seconds()
    each = 1000 / len(times)
    return Figures(
        what,
        times,
        cpu_web=(web_after - web) * each,
        cpu_database=(database_after - database) * each,
    )


def together(what: str, clients: Sequence[Callable[[], list[float]]]) -> Figures:
    """Clients that all work at once, each through its own list; the rate is of them all."""
    times: list[float] = []
    threads = [
        threading.Thread(target=lambda client=client: times.extend(client())) for client in clients
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Figures(what, times, per_second=len(times) / (time.perf_counter() - begun))


def timed(act: Callable[[], object]) -> Callable[[], float]:
    def errand() -> float:
        begun = time.perf_counter()
        act()
        return (time.perf_counter() - begun) * 1000

    return errand


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[-1]
