"""Short forms in every run of the tests, long ones by `python3 run.py withstand`."""

import os
import statistics
from collections.abc import Callable, Sequence

LONG = bool(os.environ.get("WITHSTAND_LONG"))
Tell = Callable[[str, object], None]  # pytest's record_property: "figure", or a name and a number


def short_or_long(short: int, long: int) -> int:
    return long if LONG else short


def spread(seconds: Sequence[float]) -> str:
    """`p50 12 ms, p95 34 ms, at most 56 ms`."""
    ordered = sorted(seconds)
    p95 = ordered[int(len(ordered) * 0.95)]
    middle = statistics.median(ordered)
    return (
        f"p50 {middle * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, at most {ordered[-1] * 1000:.0f} ms"
    )
