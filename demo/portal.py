"""The portal itself: its processes as an operator would run them, and its commands."""

import hashlib
import http.client
import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from demo.console import Trouble
from demo.data_folder import DataFolder
from demo.environment import REQUIREMENTS, ROOT
from demo.ports import LOOPBACK
from demo.supervisor import Program, Supervisor

PYTHON = sys.executable
FIRST_PAGE_WITHIN = 180.0  # a machine busy with other work is slow, not broken


@dataclass(frozen=True)
class Portal:
    """One portal on one data folder, with the addresses of everything it talks to."""

    folder: DataFolder
    port: int
    mail_port: int
    database_url: str
    redis_url: str

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def manage(self, *words: str) -> Program:
        return self._program(words[0], f"manage.py {words[0]}", str(ROOT / "manage.py"), *words)

    def mailbox(self) -> Program:
        words = ["--port", str(self.mail_port), "--folder", str(self.folder.mails)]
        return self._program("mailbox", "メールボックス", "-m", "demo.mailbox", *words)

    def filling(self, catalogue: Path | None) -> Program:
        chosen = [f"--catalogue={catalogue.resolve()}"] if catalogue else []
        words = ["-m", "demo.filling", str(self.folder.path), *chosen]
        return replace(self._program("filling", "準備", *words), speaks=True)

    def web(self) -> Program:
        serving = ["-m", "gunicorn", "-c", "python:akiruno_library.serving"]
        program = self._program("web", "ウェブサーバー", *serving, "akiruno_library.wsgi")
        own = {
            "BIND": f"{LOOPBACK}:{self.port}",
            "GRACEFUL_SECONDS": "2",
            "PGOPTIONS": "-c statement_timeout=3s",  # no page waits longer (safety 23)
        }
        return replace(program, environment={**(program.environment or {}), **own})

    def backstage(self) -> list[Program]:
        """What no page waits for."""
        celery = ["-m", "celery", "-A", "akiruno_library"]
        worker = ["worker", "--concurrency=2", "--without-mingle", "--without-gossip"]
        beat = ["beat", f"--schedule={self.folder.path / 'beat-schedule'}", "--pidfile="]
        return [
            self._program("indexer", "索引係", str(ROOT / "manage.py"), "index_changes"),
            self._program("worker", "ワーカー", *celery, *worker, "--loglevel=INFO"),
            self._program("beat", "時計係", *celery, *beat),
        ]

    def begin_collecting_static_files(self, supervisor: Supervisor) -> None:
        """Collect them beside other work, if any changed since the last time."""
        stamp = self._static_stamp
        if not stamp.exists() or stamp.read_text() != _state_of_static_files():
            stamp.unlink(missing_ok=True)
            words = ["collectstatic", "--noinput", "--clear", "--verbosity=0"]
            supervisor.begin(self.manage(*words))

    def finish_collecting_static_files(self, supervisor: Supervisor) -> None:
        supervisor.finish_all()
        self._static_stamp.write_text(_state_of_static_files())

    def wait_for_first_page(self, supervisor: Supervisor) -> None:
        deadline = time.monotonic() + FIRST_PAGE_WITHIN
        while not self._is_healthy():
            supervisor.check()
            if time.monotonic() > deadline:
                raise Trouble(f"ウェブサーバーが応答しません。記録: {self.folder.logs}/web.log")
            time.sleep(0.1)

    def _is_healthy(self) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    @property
    def _static_stamp(self) -> Path:
        return self.folder.path / "static.collected"

    def _program(self, name: str, title: str, *words: str) -> Program:
        command = [PYTHON, *words]
        return Program(name, title, command, environment=self._environment(), folder=ROOT)

    def _environment(self) -> Mapping[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "akiruno_library.settings",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": self.folder.secret("secret_key"),
            "DEBUG": "false",
            "DEMO": "true",
            "SITE_URL": self.address,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "EMAIL_URL": f"smtp://{LOOPBACK}:{self.mail_port}",
            "HOLD_READY_GATHER_SECONDS": "5",  # nobody who tries the portal waits ten minutes
            "SEARCH_INDEX_DIR": str(self.folder.index),
            "MAILBOX_DIR": str(self.folder.mails),
            "STATIC_ROOT": str(self.folder.static),
            "PYTHONUNBUFFERED": "1",
        }


def _state_of_static_files() -> str:
    """A word that changes with any static file of ours or any package that may bring some."""
    state = hashlib.sha256((REQUIREMENTS / "demo.txt").read_bytes())
    for path in sorted(_own_static_files()):
        facts = path.stat()
        state.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return state.hexdigest()


def _own_static_files() -> Iterator[Path]:
    for folder in [ROOT / "static", *ROOT.glob("*/static")]:
        yield from (path for path in folder.rglob("*") if path.is_file())
