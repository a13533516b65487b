"""pg_dump and pg_restore, and temporary databases beside the portal's own."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.db import OperationalError, connection, transaction
from django.db.backends.postgresql.client import DatabaseClient
from psycopg import sql

from operation.backups import BackupTrouble

MAINTENANCE = "postgres"  # every server has it; a connection to a database prevents renaming it


def own_name() -> str:
    return str(connection.settings_dict["NAME"])


@contextmanager
def speaking_to(name: str) -> Iterator[None]:
    """Switch Django's connection to another database of the same server."""
    before = own_name()
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def beside(name: str) -> Iterator[str]:
    """Create an empty database; drop it afterwards, unless it was renamed."""
    drop(name)
    with speaking_to(MAINTENANCE):
        # template0 is never changed by administrators, so the dump finds no existing objects.
        _execute("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", name)
    try:
        yield name
    finally:
        drop(name)


def drop(name: str) -> None:
    with speaking_to(MAINTENANCE):
        _execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def exchange(new: str, *, aside: str) -> None:
    """Make `new` the portal's database; the present one is renamed to `aside`.

    PostgreSQL refuses to rename a database with connections, so nothing changes while it is used.
    """
    own = own_name()
    try:
        # Both renames are in one transaction: a crash between them would leave the portal without a
        # database.
        with speaking_to(MAINTENANCE), transaction.atomic():
            _execute("ALTER DATABASE {} RENAME TO {}", own, aside)
            _execute("ALTER DATABASE {} RENAME TO {}", new, own)
    except OperationalError as error:
        raise BackupTrouble("入れ替えられません。使っているものを止めて、もう一度。") from error


def is_empty() -> bool:
    empty = not connection.introspection.table_names()
    connection.close()
    return empty


def others_connected() -> int:
    own = own_name()
    with speaking_to(MAINTENANCE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = %s AND backend_type = 'client backend'",
            [own],
        )
        return int(cursor.fetchone()[0])


def rows() -> dict[str, int]:
    """Return the row count of every table, as the transaction sees them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        counted = {}
        for table in tables:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            counted[table] = int(cursor.fetchone()[0])
    return counted


@contextmanager
def dump(snapshot: str) -> Iterator[IO[bytes]]:
    """Yield the output of pg_dump for that snapshot."""
    words = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    with _running("pg_dump", words, own_name()) as process:
        yield _pipe(process.stdout)


@contextmanager
def load(name: str) -> Iterator[IO[bytes]]:
    """Yield a stream that fills the database, in one transaction."""
    words = ["--single-transaction", "--no-owner", "--no-privileges", f"--dbname={name}"]
    with _running("pg_restore", words, name) as process:
        yield _pipe(process.stdin)
        _pipe(process.stdin).close()


@contextmanager
def _running(name: str, words: list[str], database: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program; kill it on any error.

    A closed input would look like a complete one, and pg_restore would commit half of the data.
    """
    program = shutil.which(name)
    if program is None:
        raise BackupTrouble(f"{name} がありません。backup サービスの image で動かしてください。")
    process = subprocess.Popen(  # noqa: S603  # no word of it comes from outside
        [program, *words],
        env=_environment(database),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    messages: list[bytes] = []
    # Read stderr in a thread: a full pipe would block the program.
    listener = threading.Thread(target=lambda: messages.extend(_pipe(process.stderr)), daemon=True)
    listener.start()
    try:
        yield process
    except BrokenPipeError:
        pass  # the program ended early; its exit code is checked below
    except BaseException:
        process.kill()
        raise
    finally:
        ended = process.wait()
        listener.join()
    if ended != 0:
        raise BackupTrouble(f"{name} が {ended} で終わりました。{_first_trouble(messages)}")


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    if end is None:
        raise BackupTrouble("PostgreSQL の道具と話せません。")
    return end


def _first_trouble(messages: list[bytes]) -> str:
    """Return the first error line. The lines below it can contain rows of patrons."""
    lines = [line.decode("utf-8", "replace").strip() for line in messages]
    return next((line for line in lines if "error:" in line), "")[:200]


def _environment(database: str) -> dict[str, str]:
    """Return host and password as environment variables; every user can read a command line."""
    own = connection.settings_dict
    _, secrets = DatabaseClient.settings_to_cmd_args_env({**own, "NAME": database}, [])
    where = {"PGHOST": own["HOST"], "PGPORT": own["PORT"], "PGUSER": own["USER"]}
    settings = {name: str(value) for name, value in where.items() if value}
    return os.environ | settings | (secrets or {}) | {"PGDATABASE": database}


def _execute(statement: str, *names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
