"""Waiting in tests: for as long as something is being done, however slow the machine is.

A number of seconds says nothing on a machine that is busy with other work. What tells a slow
program from one that stands still is the processor time that our processes got meanwhile.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

STANDSTILL = 120.0  # seconds of the clock in which next to nothing was done
NEXT_TO_NOTHING = 5.0  # seconds of the processor; an idle library needs less in that time
ENOUGH = 200.0  # seconds of the processor; whatever is to happen has happened by then
HANG = 900.0  # seconds for one answer or one end of a process: nothing is as slow as that

_TICKS = os.sysconf("SC_CLK_TCK")


def until(true: Callable[[], object], what: str = "") -> float:
    """Wait until something is true and give the seconds it took."""
    begun = time.monotonic()
    work_at_first, looked, work_then = work_done(), begun, work_done()
    while not true():
        now, work = time.monotonic(), work_done()
        done = work - work_at_first
        assert done < ENOUGH, (
            f"{_not_yet(what)}: {done:.0f} s of work were done in {now - begun:.0f} s"
        )
        if now - looked > STANDSTILL:
            assert work - work_then > NEXT_TO_NOTHING, (
                f"{_not_yet(what)}, and nothing is being done: {work - work_then:.1f} s of work"
                f" in the last {now - looked:.0f} s"
            )
            looked, work_then = now, work
        time.sleep(0.1 if now - begun < 10 else 1)  # to ask for a page is work, too
    return time.monotonic() - begun


def _not_yet(what: str) -> str:
    return f"not yet: {what}" if what else "what is waited for did not happen"


def work_done() -> float:
    """The processor time, in seconds, of this process and of all that it started.

    Without /proc (macOS) only the clock is known: everything counts as done.
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
