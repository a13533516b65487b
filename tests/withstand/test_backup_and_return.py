"""A drill: back up, lose the database, verify, restore (safety: dump → restore → migrate → checks).

By the very commands an operator types, with PostgreSQL's own programs and a real key.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from demo.environment import ROOT
from demo.portal import PYTHON
from demo.postgres import Postgres
from tests.withstand.library import OpenLibrary
from tests.withstand.long import Tell

NOBODY_S_BUSINESS = [b"PGDMP", "秋川".encode(), b"10000001", b"hanako@example.jp"]


@dataclass
class Operator:
    """Somebody with a folder for backups, a public key on the server and the other in a drawer."""

    url: str
    folder: Path
    environment: dict[str, str]
    key: str = ""
    seconds: float = 0.0
    deleted: int = 0

    def type(
        self, *words: str, says: str = "", environment: dict[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [PYTHON, "manage.py", *words],
            env=(environment or self.environment) | {"DATABASE_URL": self.url},
            input=says,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    def done(self, *words: str, says: str = "") -> str:
        ended = self.type(*words, says=says)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def refused(
        self, *words: str, says: str = "", environment: dict[str, str] | None = None
    ) -> str:
        """What it said; a trace is no answer."""
        ended = self.type(*words, says=says, environment=environment)
        assert ended.returncode == 1, ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr
        return ended.stderr

    def facts(self, query: str, *values: object, name: str = "") -> list[tuple]:
        url = f"{self.url.rpartition('/')[0]}/{name}" if name else self.url
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def databases(self) -> set[str]:
        return {name for (name,) in self.facts("SELECT datname FROM pg_database", name="postgres")}

    @property
    def backup(self) -> Path:
        [path] = self.folder.glob("akiruno-*.dump.age")
        return path


@pytest.fixture(scope="module")
def operator(library: OpenLibrary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """Has just made a backup; afterwards a reader deleted an entry, and that was listed."""
    url, folder = library.portal.database_url, tmp_path_factory.mktemp("backups")
    port = int(url.rpartition(":")[2].split("/")[0])
    postgres = Postgres(library.folder.postgres, port, library.folder.secret("database_key"))
    programs = postgres.program_named("pg_dump").parent
    environment = dict(library.portal.manage("check").environment or os.environ)
    environment |= {"PATH": f"{programs}:{environment['PATH']}", "BACKUP_FOLDER": str(folder)}
    somebody = Operator(url, folder, environment)
    before = somebody.databases()
    somebody.key = somebody.done("new_backup_key")
    environment["BACKUP_RECIPIENTS"] = somebody.key.split()[3]
    begun = time.monotonic()
    somebody.done("backup")
    somebody.seconds = time.monotonic() - begun
    somebody.deleted = a_reader_deletes_an_entry(somebody)
    somebody.done("write_deletions")
    the_table_forgets(somebody)
    yield somebody
    for name in somebody.databases() - before:
        somebody.facts(f'DROP DATABASE "{name}" WITH (FORCE)', name="postgres")


def a_reader_deletes_an_entry(operator: Operator) -> int:
    """Its number; the entry itself stays here, where other tests need it."""
    [(patron, entry)] = operator.facts(
        "SELECT patron_id, id FROM loans_historyentry ORDER BY id LIMIT 1"
    )
    operator.facts(
        "INSERT INTO loans_historydeletion (patron_number, entry_number, withdrew, at)"
        " VALUES (%s, %s, false, now())",
        patron,
        entry,
    )
    return entry


def the_table_forgets(operator: Operator) -> None:
    operator.facts("DELETE FROM loans_historydeletion WHERE entry_number = %s", operator.deleted)


def test_what_lies_on_the_disk_is_sealed(operator: Operator):
    files = list(operator.folder.iterdir())
    assert len(files) == 3  # the backup, its slip, the list of deletions
    for path in files:
        assert path.stat().st_mode & 0o077 == 0, path
        assert not [fact for fact in NOBODY_S_BUSINESS if fact in path.read_bytes()], path


def test_a_dump_that_breaks_off_leaves_nothing_that_looks_like_a_backup(
    operator: Operator, tmp_path: Path
):
    before = set(operator.folder.iterdir())
    (tmp_path / "pg_dump").write_text("#!/bin/sh\necho half of it\nexit 3\n")
    (tmp_path / "pg_dump").chmod(0o755)
    path = f"{tmp_path}:{operator.environment['PATH']}"
    said = operator.refused("backup", environment=operator.environment | {"PATH": path})
    assert "pg_dump が 3 で終わりました" in said
    assert set(operator.folder.iterdir()) == before


def test_a_spoilt_backup_is_told_and_changes_nothing(operator: Operator, tmp_path: Path):
    """Without its slip: what stood before the spoilt place has gone to PostgreSQL already."""
    spoilt, before = bytearray(operator.backup.read_bytes()), operator.databases()
    spoilt[len(spoilt) * 9 // 10] ^= 1
    copy = tmp_path / operator.backup.name
    copy.write_bytes(spoilt)
    said = operator.refused("verify_backup", str(copy), "--key", "-", says=operator.key)
    assert "こわれているか、欠けています" in said
    assert operator.databases() == before


def test_what_was_restored_is_whole_tells_nobody_twice_and_keeps_deletions(
    library: OpenLibrary, operator: Operator, record_property: Tell
):
    with_key, backup = ["--key", "-"], operator.backup
    slip = json.loads(backup.with_name(backup.name.replace(".dump.age", ".json")).read_text())
    number = sum(slip["rows"].values())
    begun = time.monotonic()
    said = operator.done("verify_backup", *with_key, says=operator.key)
    verified = time.monotonic()
    assert f"{number:,}行(控えたときの数と同じ)" in said
    assert "すべて合っています" in said

    # The database of a library that is open is neither overwritten nor exchanged.
    assert "--replace" in operator.refused("restore", *with_key, says=operator.key)
    in_use = operator.refused("restore", "--replace", *with_key, says=operator.key)
    assert "web worker beat indexer を止めて" in in_use

    elsewhere = replace(operator, url=f"{operator.url.rpartition('/')[0]}/returned")
    operator.facts("CREATE DATABASE returned", name="postgres")
    restoring = time.monotonic()
    said = elsewhere.done("restore", *with_key, says=operator.key)
    restored = time.monotonic()
    assert "控えたときの数と同じ" in said
    assert "消し直した読書履歴と同意: 1件" in said
    assert "すべて合っています" in said
    assert "前のデータベース" not in said  # an empty one is not kept
    assert elsewhere.facts(WAITING_OR_DELETED, operator.deleted) == [(0,), (0,), (0,)]
    for table in COUNTED:
        assert elsewhere.facts(f"SELECT count(*) FROM {table}") == [(slip["rows"][table],)]  # noqa: S608

    # A second time only when asked, and then what there was is put aside. What it knew to be
    # deleted is deleted, though no list beside the backup tells of it.
    for path in operator.folder.glob("deletions-*"):
        path.unlink()
    assert "--replace" in elsewhere.refused("restore", *with_key, says=operator.key)
    again = elsewhere.done("restore", backup.name, "--replace", *with_key, says=operator.key)
    [aside] = [name for name in operator.databases() if name.startswith("returned_before_")]
    assert aside in again
    assert "消し直した読書履歴と同意: 1件" in again
    assert elsewhere.facts(RESERVATIONS) == elsewhere.facts(RESERVATIONS, name=aside)
    assert not {"akiruno_verify", "returned_restored"} & operator.databases()
    record_property(
        "figure",
        f"{len(slip['rows'])} tables, {number:,} rows, all counts equal;"
        f" {slip['size'] / 1e6:.1f} MB sealed in {operator.seconds:.0f} s, verified in"
        f" {verified - begun:.0f} s, restored in {restored - restoring:.0f} s;"
        " mails sent again 0, deleted entries that came back 0",
    )


COUNTED = [
    "catalog_bib",
    "catalog_copy",
    "patrons_patron",
    "loans_loan",
    "reservations_reservation",
]
RESERVATIONS = "SELECT count(*) FROM reservations_reservation"
WAITING_OR_DELETED = (
    "SELECT count(*) FROM notifications_mail WHERE state = 'waiting' UNION ALL"
    " SELECT count(*) FROM notifications_notice WHERE mail_id IS NULL AND withdrawn_at IS NULL"
    " UNION ALL SELECT count(*) FROM loans_historyentry WHERE id = %s"
)
