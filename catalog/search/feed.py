"""Reads the table `search_change` in an order that cannot miss a change.

A transaction takes its sequence number before it commits, so a smaller number can become visible
after a larger one. Rows are therefore read by transaction id, and only those of transactions that
are older than every running one. The rows of such a transaction are final.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction

EVERYTHING = 0  # stands in the column `bib` and means: rebuild the whole index
CHANGES_AT_A_TIME = 1_000
KEPT = timedelta(days=3)  # an indexer that was stopped for longer rebuilds the index


class Cursor(NamedTuple):
    """The position of the last change that the index contains."""

    xid: int
    seq: int


@dataclass(frozen=True, slots=True)
class Changes:
    bibs: set[int]
    cursor: Cursor


# A dump that is restored elsewhere, or over this database, starts with other transaction ids. An
# index that continued from its old cursor would skip changes silently, so it compares this
# identity.
IDENTITY = """
SELECT concat_ws(':', (SELECT system_identifier FROM pg_control_system()),
                 (SELECT oid FROM pg_database WHERE datname = current_database()),
                 'catalog_bib'::regclass::oid, 'search_change'::regclass::oid)
"""
# PostgreSQL has no cast from xid8 to bigint, therefore the way through text.
AFTER = """
SELECT xid::text::bigint, seq, bib FROM search_change
WHERE (xid, seq) > (%s::text::xid8, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xid, seq LIMIT %s
"""
LAG = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(at)), 0)
FROM search_change WHERE (xid, seq) > (%s::text::xid8, %s)
"""
# The last of the old rows stays and becomes EVERYTHING: an indexer whose cursor is older than this
# row reads it and rebuilds, instead of missing the deleted changes.
PRUNE = """
WITH last AS (
    SELECT xid, seq FROM search_change
    WHERE at < %(before)s AND xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY xid DESC, seq DESC LIMIT 1
), gone AS (
    DELETE FROM search_change USING last
    WHERE (search_change.xid, search_change.seq) < (last.xid, last.seq)
    RETURNING 1
)
UPDATE search_change SET bib = %(everything)s FROM last
WHERE (search_change.xid, search_change.seq) = (last.xid, last.seq)
  AND EXISTS (SELECT FROM gone)
"""
FROM_ANOTHER_CLUSTER = """
DELETE FROM search_change WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())
"""


def identity() -> str:
    """Return a string that differs for every cluster, database and generation of the tables."""
    with connection.cursor() as cursor:
        cursor.execute(IDENTITY)
        return cursor.fetchone()[0]


def changes_after(mark: Cursor, limit: int = CHANGES_AT_A_TIME) -> Changes | None:
    """Return the next final changes after the cursor, at most `limit`; None if there are none."""
    with connection.cursor() as cursor:
        cursor.execute(AFTER, [str(mark.xid), mark.seq, limit])
        found = cursor.fetchall()
    if not found:
        return None
    xid, seq, _ = found[-1]
    return Changes({bib for _, _, bib in found}, Cursor(xid, seq))


def lag_after(mark: Cursor) -> tuple[int, float]:
    """Return how many changes are not in the index yet, and the age of the oldest in seconds."""
    with connection.cursor() as cursor:
        cursor.execute(LAG, [str(mark.xid), mark.seq])
        changes, seconds = cursor.fetchone()
    # `now()` is the start of this transaction, so a newer change gives a negative number.
    return changes, max(float(seconds), 0.0)


def prune(*, at: datetime) -> None:
    """Delete changes older than `KEPT`."""
    with connection.cursor() as cursor:
        cursor.execute(PRUNE, {"before": at - KEPT, "everything": EVERYTHING})


def forget_changes_of_another_cluster() -> None:
    """Delete changes with transaction ids from the future of this cluster.

    A restored dump can contain such rows. They would be read as final only much later, in the wrong
    order.
    """
    with connection.cursor() as cursor:
        cursor.execute(FROM_ANOTHER_CLUSTER)


@contextmanager
def snapshot() -> Iterator[Cursor]:
    """Open one consistent view of the catalogue; yield the cursor from which to continue after it.

    Inside a caller's transaction the view of that transaction is used.
    """
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        # The isolation level can only be set before the first query of a transaction.
        if not nested:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        yield Cursor(cursor.fetchone()[0], 0)
