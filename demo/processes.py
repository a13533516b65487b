"""Processes by their number: who is that, are they still the same, and how to end them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1


def birth_of(pid: int) -> str | None:
    """A word that tells this process from a later one with the same number; None if it is gone."""
    if sys.platform == "linux":
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] == "Z" else fields[19]  # the tick at which it started
    return _ps("lstart=", pid) or None


def command_of(pid: int) -> str:
    """The command line of a process, empty if there is none."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except OSError:
            return ""
    return _ps("command=", pid)


def _ps(column: str, pid: int) -> str:
    command = ["ps", "-o", column, "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def dies_with_us(farewell: signal.Signals) -> Callable[[], None] | None:
    """For Popen's preexec_fn: the child gets `farewell` when this process is gone, even killed.

    Everything is looked up before the fork, so that the child makes bare system calls only; start
    such children from the main thread, for Linux means the thread when it says parent.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent, number = os.getpid(), int(farewell)

    def leash() -> None:
        prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:
            os._exit(1)

    return leash


def write_note(path: Path, pid: int) -> None:
    """Remember a child, for whoever starts after we were killed."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{pid} {birth_of(pid)}")


def end_left_behind(note: Path, farewell: signal.Signals, *, patience: float) -> bool:
    """End the process of a note if it still lives, with its group; say whether it did."""
    pid, _, birth = note.read_text().partition(" ")
    lives = pid.isdigit() and birth_of(int(pid)) == birth
    if lives:
        os.kill(int(pid), farewell)
        deadline = time.monotonic() + patience
        while birth_of(int(pid)) == birth and time.monotonic() < deadline:
            time.sleep(0.05)
        kill_group(int(pid))
    note.unlink()
    return lives


def kill_group(leader: int) -> None:
    """Kill whatever is left of a session that we started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
