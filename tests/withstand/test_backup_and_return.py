"""A drill: dump, lose the database, restore, settle (safety: dump → restore → migrate → checks)."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from demo.environment import ROOT
from demo.portal import PYTHON
from demo.postgres import Postgres
from tests.withstand.library import OpenLibrary

COUNTED = [
    "catalog_bib",
    "catalog_copy",
    "patrons_patron",
    "loans_loan",
    "reservations_reservation",
]


def counts(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in COUNTED
        }


@pytest.fixture
def postgres(library: OpenLibrary) -> Postgres:
    port = int(library.portal.database_url.rpartition(":")[2].split("/")[0])
    return Postgres(library.folder.postgres, port, library.folder.secret("database_key"))


def manage(url: str, library: OpenLibrary, *words: str) -> str:
    environment = dict(library.portal.manage("check").environment or os.environ)
    done = subprocess.run(
        [PYTHON, "manage.py", *words],
        env=environment | {"DATABASE_URL": url},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_was_restored_is_whole_tells_nobody_twice_and_keeps_deletions(
    library: OpenLibrary, postgres: Postgres, tmp_path: Path
):
    url = library.portal.database_url
    before = counts(url)
    dump = subprocess.run(
        [str(postgres.program_named("pg_dump")), "-Fc", url], check=True, capture_output=True
    ).stdout

    with psycopg.connect(url, autocommit=True) as connection:  # after the backup
        patron, entry = connection.execute(
            "SELECT patron_id, id FROM loans_historyentry ORDER BY id LIMIT 1"
        ).fetchone()
        connection.execute(
            "INSERT INTO loans_historydeletion (patron_number, entry_number, withdrew, at)"
            " VALUES (%s, %s, false, now())",
            [patron, entry],
        )
    kept = tmp_path / "deletions"
    kept.write_text(manage(url, library, "write_deletions"))

    restored = url.rpartition("/")[0] + "/restored"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM loans_historydeletion WHERE entry_number = %s", [entry])
        connection.execute("CREATE DATABASE restored")
    try:
        subprocess.run(
            [str(postgres.program_named("pg_restore")), "--no-owner", "-d", restored],
            input=dump,
            check=True,
            capture_output=True,
        )
        assert counts(restored) == before
        manage(restored, library, "migrate", "--noinput")
        told = manage(restored, library, "after_restore", f"--deletions={kept}")
        assert "消し直した読書履歴と同意: 1件" in told
        assert "すべて合っています" in told
        assert counts(restored) == before
        with psycopg.connect(restored) as connection:
            waiting = connection.execute(
                "SELECT (SELECT count(*) FROM notifications_mail WHERE state = 'waiting'),"
                " (SELECT count(*) FROM notifications_notice"
                "  WHERE mail_id IS NULL AND withdrawn_at IS NULL),"
                " (SELECT count(*) FROM loans_historyentry WHERE id = %s)",
                [entry],
            ).fetchone()
        assert waiting == (0, 0, 0)
        again = manage(restored, library, "after_restore", f"--deletions={kept}")
        assert "取りやめたお知らせ" not in again
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP DATABASE restored WITH (FORCE)")
