from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from catalog.indexing import schema
from catalog.indexing.bib_source import BibSource
from catalog.indexing.documents import document
from catalog.search import index as on_disk
from catalog.search.index import Mark, Writer
from tests.progress import until

Shelve = Callable[..., None]


def shelve(*rows: BibSource) -> None:
    """Put an index of just these bibs in use; no database is asked."""
    path = on_disk.new_folder()
    writer = Writer.of_new(path, memory=15_000_000)
    writer.add(document(row) for row in rows)
    writer.commit(Mark("test", schema.version(), 0, 0))
    writer.close()
    on_disk.switch_to(path)


@pytest.fixture
def shelf() -> Shelve:
    return shelve


@pytest.fixture(scope="module")
def index_of_the_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that the tests of one module share."""
    return tmp_path_factory.mktemp("index")


Execute = Callable[..., object]


@contextmanager
def another_connection() -> Iterator[Execute]:
    """SQL as somebody else, at the same time."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:

            def execute(statement: str, values: list[object] | None = None) -> object:
                cursor.execute(statement, values)
                return cursor.fetchone()[0] if cursor.description else None

            yield execute
    finally:
        other.close()


def until_all_before_is_final() -> None:
    """Transactions in other databases of the same cluster hold the feed back, too."""
    with another_connection() as execute:
        now = execute("SELECT pg_current_xact_id()::text::bigint")
        oldest_open = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        until(lambda: execute(oldest_open) > now, "the end of another transaction")
