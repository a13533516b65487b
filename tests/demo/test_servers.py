"""The embedded servers, for real: they start, hold Japanese, and stop."""

import os
import pwd
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from demo import ports
from demo.data_folder import DataFolder
from demo.postgres import Postgres
from demo.processes import birth_of
from demo.supervisor import Supervisor
from demo.valkey import Valkey
from tests.progress import HANG


@contextmanager
def running(postgres: Postgres, folder: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(folder)
    try:
        postgres.prepare()
        supervisor.start(postgres.program())
        postgres.wait_until_ready(supervisor.check)
        yield supervisor
    finally:
        supervisor.stop()


def postgres_in(folder: DataFolder) -> Postgres:
    key = folder.secret("database_key")
    return Postgres(folder.postgres, ports.free_port(), key, durable=False)


@pytest.fixture(params=[0o711, 0o700], ids=["open folder", "closed folder"])
def folder(request: pytest.FixtureRequest) -> Iterator[DataFolder]:
    """A data folder, below one that strangers may pass and below one that they may not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(request.param)
        folder = DataFolder(Path(name) / "8000")
        assert folder.lock()
        yield folder
        folder.wipe()
        folder.unlock()


def test_postgresql_keeps_what_it_was_told_and_stops_without_a_trace(folder: DataFolder) -> None:
    postgres = postgres_in(folder)
    with running(postgres, folder.path), psycopg.connect(postgres.url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        trigrams = connection.execute("SELECT show_trgm('夏目漱石')").fetchone()
        assert trigrams is not None
        assert trigrams[0], "a Japanese title has trigrams"
        connection.execute("CREATE TABLE title AS SELECT 'こころ' AS name")
        connection.commit()
        pid = int((postgres.data / "postmaster.pid").read_text().split()[0])
        owner = Path(f"/proc/{pid}")
        if os.geteuid() == 0 and owner.exists():
            assert owner.stat().st_uid == pwd.getpwnam("nobody").pw_uid
    assert birth_of(pid) is None
    assert not ports.answers(postgres.port)
    again = postgres_in(folder)
    with running(again, folder.path), psycopg.connect(again.url) as connection:
        assert connection.execute("SELECT name FROM title").fetchone() == ("こころ",)


def test_a_stranger_needs_the_password(folder: DataFolder) -> None:
    postgres = postgres_in(folder)
    with running(postgres, folder.path), pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres.url.replace(postgres.password, "guess"))


def test_a_number_left_by_a_dead_server_does_not_stop_the_next(folder: DataFolder) -> None:
    postgres = postgres_in(folder)
    with running(postgres, folder.path):
        note = (postgres.data / "postmaster.pid").read_text().splitlines()
    # As after a power cut: the number now belongs to somebody else, here to ourselves.
    note[0] = str(os.getpid())
    (postgres.data / "postmaster.pid").write_text("\n".join(note))
    with running(postgres, folder.path):
        assert ports.answers(postgres.port)


def test_half_a_cluster_is_made_anew(folder: DataFolder) -> None:
    postgres = postgres_in(folder)
    with running(postgres, folder.path):
        pass
    postgres.data.rename(postgres.folder / "data.new")
    (postgres.folder / "data.new" / "PG_VERSION").unlink()
    with running(postgres, folder.path):
        assert ports.answers(postgres.port)


def test_valkey_answers_only_who_knows_the_password(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path, ports.free_port(), "a-password")
    supervisor = Supervisor(tmp_path)
    try:
        supervisor.start(valkey.program())
        ports.wait_until_it_answers(valkey.port, seconds=HANG)
        assert redis.Redis.from_url(valkey.url).ping()
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=valkey.port).ping()
    finally:
        supervisor.stop()
    assert not ports.answers(valkey.port)


def test_secrets_are_kept_and_closed(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    key = folder.secret("secret_key")
    assert len(key) >= 50
    assert DataFolder(tmp_path).secret("secret_key") == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
