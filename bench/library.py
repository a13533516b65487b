"""A portal of its own to measure: PostgreSQL, Valkey, gunicorn and the indexer, on loopback."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.db import connection

from demo import ports
from demo.environment import ROOT
from demo.supervisor import Program, Supervisor

WEB = ["--worker-class=gthread", "--workers=2", "--threads=4", "--preload", "--keep-alive=60"]
MEMORY_LOOKED_AT_EVERY = 0.2


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
        return [worker.memory_full_info().uss / 1e6 for worker in self.web.children()]


@contextmanager
def opened() -> Iterator[Library]:
    """Start the web server and the indexer on what the environment names; stop them at the end."""
    with tempfile.TemporaryDirectory(prefix="akiruno-bench-") as name:
        supervisor = Supervisor(Path(name))
        port = ports.free_port()
        try:
            supervisor.run(_manage("collectstatic", "--noinput", "--verbosity=0"))
            gunicorn = ["-m", "gunicorn", "akiruno_library.wsgi", f"--bind=127.0.0.1:{port}", *WEB]
            supervisor.start(_program("web", *gunicorn), _manage("index_changes"))
            ports.wait_until_it_answers(port, seconds=60)
            yield Library(port, _child_that_runs("gunicorn"), _database())
        finally:
            supervisor.stop()


def rebuild_index() -> tuple[float, float]:
    """Build the index in a process of its own: seconds, and megabytes at most."""
    with tempfile.TemporaryDirectory(prefix="akiruno-bench-") as name:
        supervisor = Supervisor(Path(name))
        begun = time.monotonic()
        errand = supervisor.begin(_manage("rebuild_index"))
        root = psutil.Process(errand.process.pid)
        most = 0.0
        while errand.is_running():
            most = max(most, _megabytes(root))
            time.sleep(MEMORY_LOOKED_AT_EVERY)
        seconds = time.monotonic() - begun
        supervisor.finish(errand)
    return seconds, most


def _manage(*words: str) -> Program:
    return _program(words[0], str(ROOT / "manage.py"), *words)


def _program(name: str, *words: str) -> Program:
    return Program(name, name, [sys.executable, *words], environment=os.environ, folder=ROOT)


def _child_that_runs(word: str) -> psutil.Process:
    return next(one for one in psutil.Process().children() if word in one.cmdline())


def _database() -> psutil.Process:
    """The postmaster, by way of the process that serves our own connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(cursor.fetchone()[0]).parent()


def _cpu_seconds(root: psutil.Process) -> float:
    """Of a process, of its children, and of those children that have ended."""
    times = root.cpu_times()
    used = times.user + times.system + times.children_user + times.children_system
    for child in root.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            used += sum(child.cpu_times()[:2])
    return used


def _megabytes(root: psutil.Process) -> float:
    """Proportional: what processes share is counted once."""
    total = 0
    with suppress(psutil.NoSuchProcess):
        for process in [root, *root.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                total += process.memory_full_info().pss
    return total / 1e6
