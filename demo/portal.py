"""The portal itself: its processes as an operator would run them, and its commands."""

import hashlib
import http.client
import json
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
FIRST_PAGE_WITHIN = 900.0  # a machine busy with other work is slow, not broken


@dataclass(frozen=True)
class Portal:
    """One portal on one data folder, with the addresses of everything it talks to."""

    folder: DataFolder
    port: int
    mail_port: int
    database_url: str
    redis_url: str

    @classmethod
    def noted(cls, folder: DataFolder) -> "Portal":
        """The portal whose servers run on this folder now, as another process noted them."""
        return cls(folder, **json.loads(folder.read_note("servers")))

    def note_servers(self) -> None:
        """Let other commands on this folder find the servers while they run."""
        names = ("port", "mail_port", "database_url", "redis_url")
        self.folder.write_note("servers", json.dumps({name: getattr(self, name) for name in names}))

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

    def web(self, configuration: str = "akiruno_library.serving") -> Program:
        serving = ["-m", "gunicorn", "-c", f"python:{configuration}"]
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
        if not stamp.exists() or stamp.read_text() != state_of_static_files():
            stamp.unlink(missing_ok=True)
            supervisor.begin(self.collecting_static_files("--clear"))

    def finish_collecting_static_files(self, supervisor: Supervisor) -> None:
        supervisor.finish_all()
        self._static_stamp.write_text(state_of_static_files())

    def collecting_static_files(self, *words: str) -> Program:
        return self.manage("collectstatic", "--noinput", "--verbosity=0", *words)

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
        return Program(name, title, command, environment=self.environment(), folder=ROOT)

    def environment(self) -> Mapping[str, str]:
        """The settings with which every process of this portal runs."""
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


def state_of_static_files() -> str:
    """A word that changes with any static file of ours or any package that may bring some."""
    packages = (REQUIREMENTS / "demo.txt").read_bytes()
    return hashlib.sha256(packages + _state_of_files("static")).hexdigest()


def state_of_templates() -> str:
    """A word that changes with any template of ours."""
    return hashlib.sha256(_state_of_files("templates")).hexdigest()


def _state_of_files(folder_name: str) -> bytes:
    files = [path for path in _files_in(folder_name) if path.is_file()]
    facts = [(path, path.stat()) for path in sorted(files)]
    return "\n".join(f"{path} {f.st_size} {f.st_mtime_ns}" for path, f in facts).encode()


def _files_in(folder_name: str) -> Iterator[Path]:
    for folder in [ROOT / folder_name, *ROOT.glob(f"*/{folder_name}")]:
        yield from folder.rglob("*")
