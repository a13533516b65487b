"""A file of MARC records, as many as there are bibs, into an empty catalogue of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench.library import database_cpu_seconds, errand, manage
from bench.marc import write_marc

DATABASE = "akiruno_import"


@dataclass(frozen=True)
class Imported:
    records: int
    file_megabytes: float
    seconds: float
    cpu_seconds: float
    database_cpu_seconds: float
    megabytes_at_a_tenth: float
    megabytes_at_most: float
    report: str


def import_records(folder: Path, records: int) -> Imported:
    """Import them with the command of the portal, in a process of its own."""
    path = folder / "bench.mrc"
    write_marc(path, records)
    size = path.stat().st_size / 1e6
    try:
        with _database() as url:
            with errand(manage("migrate", "--verbosity=0", DATABASE_URL=url)):
                pass
            before = database_cpu_seconds()
            words = ("import_bibs", str(path), "--source=bench")
            with errand(manage(*words, DATABASE_URL=url)) as importing:
                report = importing.finish()
            spent = database_cpu_seconds() - before
    finally:
        path.unlink(missing_ok=True)
    tenth = importing.megabytes[: max(len(importing.megabytes) // 10, 1)]
    return Imported(
        records,
        size,
        importing.seconds,
        importing.cpu_seconds,
        spent,
        tenth[-1],
        max(importing.megabytes),
        report.strip(),
    )


@contextmanager
def _database() -> Iterator[str]:
    """A second database on the same server; dropped afterwards."""
    ours = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(ours.geturl(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        connection.execute(f"CREATE DATABASE {DATABASE}")
        try:
            yield ours._replace(path=f"/{DATABASE}").geturl()
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
