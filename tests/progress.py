"""Waiting in tests: for as long as something is being done, however slow the machine is.

A number of seconds says nothing on a machine that is busy with other work. What tells a slow
program from one that stands still is the processor time that our processes got meanwhile.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

STANDSTILL = 300.0  # seconds of the clock in which next to nothing was done
NEXT_TO_NOTHING = 12.0  # seconds of the processor; an idle library needs no more in that time
LONGEST = 600.0  # seconds of the clock, even when something is being done
HANG = 600.0  # seconds for one answer, one thread, one end of a process: nothing is as slow

_TICKS = os.sysconf("SC_CLK_TCK")


def until(true: Callable[[], object], what: str = "what is waited for") -> float:
    """Wait until something is true and give the seconds it took."""
    begun = looked = time.monotonic()
    work_then = work_done()
    while not true():
        now = time.monotonic()
        assert now - begun < LONGEST, f"{what} did not happen in {LONGEST:.0f} s"
        if now - looked > STANDSTILL:
            work = work_done()
            assert work - work_then > NEXT_TO_NOTHING, (
                f"{what} did not happen, and nothing is being done:"
                f" {work - work_then:.1f} s of the processor in {now - looked:.0f} s"
            )
            looked, work_then = now, work
        time.sleep(0.1 if now - begun < 10 else 1)  # to ask for a page is work, too
    return time.monotonic() - begun


def work_done() -> float:
    """The processor time, in seconds, of this process and of all that it started.

    Without /proc (macOS) only the clock is known, and all of it counts as work.
    """
    if not Path("/proc/self/task").exists():
        return time.monotonic()
    return sum(map(_seconds_of, _family(os.getpid())))


def _family(pid: int) -> list[int]:
    family = [pid]
    for member in family:  # grows on the way
        for children in Path(f"/proc/{member}/task").glob("*/children"):
            try:
                family += map(int, children.read_text().split())
            except OSError:  # it ended meanwhile
                continue
    return family


def _seconds_of(pid: int) -> float:
    """Its own time and that of its children that ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS
