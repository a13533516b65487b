"""The process that keeps the index up to date. Each machine that answers searches runs one.

The process may be killed at any time: the cursor is committed together with the documents, so the
next start continues exactly where the index ended.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from pathlib import Path

from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from catalog.search import feed
from catalog.search import index as on_disk
from catalog.search.feed import EVERYTHING
from catalog.search.index import Damaged, Writer
from catalog.search.rebuilding import RebuildUnderWay, is_needed, rebuild, take_in

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25  # with the readers' half second, a change is seen within one
LONGEST_BACKOFF_SECONDS = 10.0  # between attempts while the database or the disk is away
HOUSEKEEPING_SECONDS = 60.0


def keep_up(give_sign: Callable[..., None] = lambda *_: None) -> None:
    """Run for ever; survive rebuilds, restarts of PostgreSQL and full disks.

    `give_sign` is called at each turn.
    """
    backoff = POLL_SECONDS
    while True:
        try:
            follow(give_sign)
            backoff = POLL_SECONDS
        except RebuildUnderWay:
            time.sleep(POLL_SECONDS)
        except (DatabaseError, Damaged, BrokenExecutor, OSError, ValueError) as error:
            logger.warning("indexer: %s; trying again in %.1f s", type(error).__name__, backoff)
            # Django does not notice that PostgreSQL closed the connection; a closed one is opened
            # again by the next query.
            connection.close()
            give_sign()
            time.sleep(backoff)
            backoff = min(backoff * 2, LONGEST_BACKOFF_SECONDS)
        # See `index.is_panic`: tantivy's panics are no Exceptions. KeyboardInterrupt and SystemExit
        # pass on.
        except BaseException as error:
            if not on_disk.is_panic(error):
                raise
            logger.warning("indexer: the index is damaged and is given up")
            on_disk.give_up()


def follow(give_sign: Callable[..., None]) -> None:
    """Apply changes to the index in use until another index replaces it.

    1. rebuild if no usable index exists
    2. apply the changes as they become final
    3. return when the link `current` points to another index
    """
    if is_needed():
        _build_anew(give_sign)
    path = on_disk.current()
    if path is None:
        raise Damaged("no index in use")
    writer = Writer(on_disk.open_index(path))
    try:
        _follow(writer, path, give_sign)
    finally:
        writer.close()


def _follow(writer: Writer, path: Path, give_sign: Callable[..., None]) -> None:
    cursor = on_disk.mark_of(writer.index).cursor
    last_housekeeping = -HOUSEKEEPING_SECONDS
    while on_disk.current() == path:
        give_sign()
        if time.monotonic() - last_housekeeping > HOUSEKEEPING_SECONDS:
            last_housekeeping = time.monotonic()
            feed.prune(at=timezone.now())
            if is_needed():  # true after a dump was restored over this database
                return
        changes = feed.changes_after(cursor)
        if changes is None:
            time.sleep(POLL_SECONDS)
        elif EVERYTHING in changes.bibs:
            _build_anew(give_sign)
        else:
            take_in(writer, changes)
            cursor = changes.cursor


def _build_anew(give_sign: Callable[..., None]) -> None:
    logger.info("indexer: building the index")
    built = rebuild(progress=give_sign)
    logger.info("indexer: %d documents in %.1f s", built.documents, built.seconds)
