"""What changed: the table search_change, read in an order in which nothing can be missed.

A sequence number is taken before its transaction commits, so a smaller number may appear later
than a larger one. Rows are therefore read by transaction number, and only those of transactions
older than any that still runs; what the triggers wrote is then final.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction

EVERYTHING = 0  # in place of a bib: build anew
CHANGES_AT_A_TIME = 1_000
KEPT = timedelta(days=3)  # an indexer that was away for longer builds anew


class Cursor(NamedTuple):
    """The last change that is in the index."""

    xid: int
    seq: int


@dataclass(frozen=True, slots=True)
class Changes:
    bibs: set[int]
    cursor: Cursor


# A dump restored elsewhere, or over this database, begins with other transaction numbers: an index
# that went on from its old cursor would skip changes in silence.
IDENTITY = """
SELECT concat_ws(':', (SELECT system_identifier FROM pg_control_system()),
                 (SELECT oid FROM pg_database WHERE datname = current_database()),
                 'catalog_bib'::regclass::oid, 'search_change'::regclass::oid)
"""
AFTER = """
SELECT xid::text::bigint, seq, bib FROM search_change
WHERE (xid, seq) > (%s::text::xid8, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xid, seq LIMIT %s
"""
LAG = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(at)), 0)
FROM search_change WHERE (xid, seq) > (%s::text::xid8, %s)
"""
# The last of the old rows stays, as the sign for whoever had not come so far.
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
    with connection.cursor() as cursor:
        cursor.execute(IDENTITY)
        return cursor.fetchone()[0]


def changes_after(mark: Cursor, limit: int = CHANGES_AT_A_TIME) -> Changes | None:
    with connection.cursor() as cursor:
        cursor.execute(AFTER, [str(mark.xid), mark.seq, limit])
        found = cursor.fetchall()
    if not found:
        return None
    xid, seq, _ = found[-1]
    return Changes({bib for _, _, bib in found}, Cursor(xid, seq))


def lag_after(mark: Cursor) -> tuple[int, float]:
    """How many changes the index has still to take in, and for how many seconds they wait."""
    with connection.cursor() as cursor:
        cursor.execute(LAG, [str(mark.xid), mark.seq])
        changes, seconds = cursor.fetchone()
    return changes, max(float(seconds), 0.0)


def prune(*, at: datetime) -> None:
    """Forget changes that every indexer should have taken in long ago."""
    with connection.cursor() as cursor:
        cursor.execute(PRUNE, {"before": at - KEPT, "everything": EVERYTHING})


def forget_changes_of_another_cluster() -> None:
    """A restored dump may bring changes numbered for transactions that are yet to come here."""
    with connection.cursor() as cursor:
        cursor.execute(FROM_ANOTHER_CLUSTER)


@contextmanager
def snapshot() -> Iterator[Cursor]:
    """One view of the whole catalogue, and the cursor from which to go on after it.

    Within a caller's transaction that transaction's view is used.
    """
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not nested:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        yield Cursor(cursor.fetchone()[0], 0)
