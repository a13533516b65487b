"""A portal of its own to measure: PostgreSQL, Valkey, gunicorn and the indexer, on loopback."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.db import connection

from demo import ports
from demo.environment import ROOT
from demo.supervisor import Program, Supervisor

SERVING = ["-m", "gunicorn", "-c", "python:akiruno_library.serving", "akiruno_library.wsgi"]
MEMORY_LOOKED_AT_EVERY = 1.0


@dataclass(frozen=True)
class Library:
    """The open portal: its port and the processes that do its work."""

    port: int
    web: psutil.Process
    database: psutil.Process

    def cpu_seconds(self) -> tuple[float, float]:
        """What gunicorn and PostgreSQL have used so far."""
        return _cpu_seconds(self.web), _cpu_seconds(self.database)

    def web_megabytes(self) -> list[float]:
        """The private memory of each web worker."""
        return [private_megabytes(worker.pid) for worker in self.web.children()]


@contextmanager
def opened(*beside: Program) -> Iterator[Library]:
    """Start web server, indexer and what else is named, on what the environment names.

    All of it is stopped at the end.
    """
    with tempfile.TemporaryDirectory(prefix="akiruno-bench-") as name:
        supervisor = Supervisor(Path(name))
        port = ports.free_port()
        try:
            supervisor.run(manage("collectstatic", "--noinput", "--verbosity=0"))
            where = {"BIND": f"127.0.0.1:{port}"}
            web = program("web", *SERVING, environment=where)
            supervisor.start(web, manage("index_changes"), *beside)
            ports.wait_until_it_answers(port, seconds=60)
            yield Library(port, _child_that_runs("gunicorn"), _database())
        finally:
            supervisor.stop()


class Errand:
    """A process of its own, with the time it took and the memory it had, while it is looked at."""

    def __init__(self, supervisor: Supervisor, program: Program) -> None:
        self._supervisor = supervisor
        self._child = supervisor.begin(program)
        self._process = psutil.Process(self._child.process.pid)
        self._begun = self._looked = time.monotonic()
        self.seconds = 0.0
        self.cpu_seconds = 0.0
        self.megabytes: list[float] = []
        self._output: str | None = None

    def is_running(self) -> bool:
        if not self._child.is_running():
            return False
        now = time.monotonic()
        self.seconds = now - self._begun
        if not self.megabytes or now - self._looked > MEMORY_LOOKED_AT_EVERY:
            self._looked = now
            self.megabytes.append(_megabytes(self._process))
            with suppress(psutil.NoSuchProcess):
                self.cpu_seconds = _cpu_seconds(self._process)
        return True

    def finish(self) -> str:
        """Wait for the end, and give what it said."""
        while self.is_running():
            time.sleep(MEMORY_LOOKED_AT_EVERY)
        if self._output is None:
            self._output = self._supervisor.finish(self._child)
        return self._output


@contextmanager
def errand(program: Program) -> Iterator[Errand]:
    """Begin a process that ends by itself; it has ended when this is left."""
    with tempfile.TemporaryDirectory(prefix="akiruno-bench-") as name:
        supervisor = Supervisor(Path(name))
        try:
            begun = Errand(supervisor, program)
            yield begun
            begun.finish()
        finally:
            supervisor.stop()


def rebuilding() -> AbstractContextManager[Errand]:
    return errand(manage("rebuild_index"))


def manage(*words: str, **environment: str) -> Program:
    """manage.py with these words, in our environment and what is given besides."""
    return program(words[0], str(ROOT / "manage.py"), *words, environment=environment)


def program(name: str, *words: str, environment: Mapping[str, str] | None = None) -> Program:
    everything = os.environ | (environment or {})
    return Program(name, name, [sys.executable, *words], environment=everything, folder=ROOT)


def _child_that_runs(word: str) -> psutil.Process:
    return next(one for one in psutil.Process().children() if word in one.cmdline())


def _database() -> psutil.Process:
    """The postmaster, by way of the process that serves our own connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(cursor.fetchone()[0]).parent()


def database_cpu_seconds() -> float:
    return _cpu_seconds(_database())


def _cpu_seconds(root: psutil.Process) -> float:
    """Of a process, of its children, and of those children that have ended."""
    times = root.cpu_times()
    used = times.user + times.system + times.children_user + times.children_system
    for child in root.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            used += sum(child.cpu_times()[:2])
    return used


def private_megabytes(pid: int) -> float:
    """What the process has written for itself.

    What it has only read of files, most of all of the index, is the system's: it is there once for
    all who read it, and goes when the room is needed.
    """
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("Private_Dirty:"))
    return int(kilobytes) * 1024 / 1e6


def _megabytes(root: psutil.Process) -> float:
    """Proportional: what processes share is counted once."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        for process in [root, *root.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess, ProcessLookupError):
                total += _own_bytes(process) / 1e6
    return total


def _own_bytes(process: psutil.Process) -> float:
    """Without pages of files, which the kernel can drop: building an index maps all of it."""
    rollup = Path(f"/proc/{process.pid}/smaps_rollup")
    if not rollup.exists():
        return process.memory_info().rss
    lines = rollup.read_text().splitlines()[1:]
    sizes = {line.partition(":")[0]: int(line.split()[1]) * 1024 for line in lines}
    return sizes.get("Pss_Anon", sizes["Pss"]) + sizes.get("Pss_Shmem", 0)
