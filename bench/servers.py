"""Servers of the bench's own: in a folder that is kept for the next run, or in one that is not."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo import ports
from demo.console import step
from demo.postgres import Postgres
from demo.supervisor import Supervisor
from demo.valkey import Valkey

SHARED_BUFFERS = "512MB"  # as docker-compose.yml has it


@contextmanager
def servers(kept: Path | None = None) -> Iterator[dict[str, str]]:
    """The environment in which the portal meets a database and a queue of the bench's own."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        with _started(kept.resolve()) as environment:
            yield environment
        return
    with tempfile.TemporaryDirectory(prefix="akiruno-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # as root, PostgreSQL runs as somebody else
        with _started(folder) as environment:
            yield environment


@contextmanager
def _started(folder: Path) -> Iterator[dict[str, str]]:
    supervisor = Supervisor(folder)
    key = _key(folder)
    postgres = Postgres(folder / "postgres", ports.free_port(), key, shared_buffers=SHARED_BUFFERS)
    valkey = Valkey(folder, ports.free_port(), key)
    try:
        with step("servers"):
            supervisor.end_left_behind()
            postgres.prepare()
            supervisor.start(postgres.program(), valkey.program())
            postgres.wait_until_ready(supervisor.check)
        yield os.environ | {
            "DATABASE_URL": postgres.url,
            "REDIS_URL": valkey.url,
            "SECRET_KEY": key,
            "DEBUG": "false",
            "SITE_URL": "http://127.0.0.1:8000",
            "EMAIL_URL": "smtp://127.0.0.1:2525",
            "SEARCH_INDEX_DIR": str(folder / "index"),
            "STATIC_ROOT": str(folder / "static"),
            "PAGES_A_SECOND": "0",  # one address asks for everything here
        }
    finally:
        supervisor.stop()


def _key(folder: Path) -> str:
    """Made once for each folder: the database in it was made with it."""
    path = folder / "key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()
