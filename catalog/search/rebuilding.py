"""Rebuilds the index beside the one in use, then replaces that in one atomic step."""

import fcntl
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from catalog.indexing import schema
from catalog.indexing.documents import document
from catalog.indexing.parallel import documents_of
from catalog.search import bib_reader, feed
from catalog.search import index as on_disk
from catalog.search.feed import EVERYTHING, Cursor
from catalog.search.index import Damaged, Mark, Writer

# More memory than for single changes, so that a rebuild writes fewer and larger segments.
WRITER_BYTES = 120_000_000

Progress = Callable[[int, int], None]


class RebuildUnderWay(Exception):
    """Another process holds the lock of the rebuild."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    folder: Path
    documents: int
    seconds: float


def is_needed() -> bool:
    """Whether the index is missing, unreadable, of another version or of another database."""
    path = on_disk.current()
    if path is None:
        return True
    try:
        mark = on_disk.mark_of(on_disk.open_index(path))
    except (Damaged, ValueError, TypeError):
        return True
    return (mark.version, mark.identity) != (schema.version(), feed.identity())


def rebuild(*, progress: Progress = lambda done, total: None) -> Rebuilt:
    """Rebuild the index while the old one continues to serve. Raises RebuildUnderWay.

    1. take the lock; remove what an interrupted rebuild left
    2. write every bib of one snapshot into a new folder
    3. apply the changes that happened meanwhile
    4. point the link at the new folder, then remove the others
    """
    started = time.monotonic()
    with _alone():
        on_disk.remove_others()
        feed.forget_changes_of_another_cluster()
        fresh = on_disk.new_folder()
        writer = Writer.of_new(fresh, memory=WRITER_BYTES)
        try:
            documents, cursor = _write_all(writer, progress)
            catch_up(writer, cursor)
        finally:
            writer.close()
        on_disk.switch_to(fresh)
        on_disk.remove_others()
    return Rebuilt(fresh, documents, time.monotonic() - started)


def catch_up(writer: Writer, cursor: Cursor) -> Cursor:
    """Apply every change that is final by now. Stop at EVERYTHING, which needs another rebuild."""
    while (changes := feed.changes_after(cursor)) and EVERYTHING not in changes.bibs:
        take_in(writer, changes)
        cursor = changes.cursor
    return cursor


def take_in(writer: Writer, changes: feed.Changes) -> None:
    """Replace the documents of the changed bibs with their present state, and commit."""
    found = bib_reader.of_bibs(changes.bibs)
    # Deleted and hidden bibs are not in `found`, so they only lose their documents.
    writer.remove(changes.bibs)
    writer.add(document(row) for row in found)
    writer.commit(mark_at(changes.cursor))


def mark_at(cursor: Cursor) -> Mark:
    return Mark(feed.identity(), schema.version(), cursor.xid, cursor.seq)


def _write_all(writer: Writer, progress: Progress) -> tuple[int, Cursor]:
    written = 0
    with feed.snapshot() as cursor:
        total = bib_reader.number_of_bibs()
        progress(0, total)
        # Close both generators here. If the garbage collector closed the cursor in the middle of
        # another query, it would wait for ever for that query's own connection.
        with (
            closing(bib_reader.all_bibs()) as batches,
            closing(documents_of(batches, total)) as ready,
            _without_collecting_garbage(),
        ):
            for documents in ready:
                writer.add(documents)
                written += len(documents)
                progress(written, total)
    writer.commit(mark_at(cursor))
    return written, cursor


@contextmanager
def _without_collecting_garbage() -> Iterator[None]:
    """Switch the garbage collector off: it took half of the time, and documents have no cycles."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of the rebuild. The kernel releases it when the process dies."""
    on_disk.folder().mkdir(parents=True, exist_ok=True)
    with (on_disk.folder() / "rebuild.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RebuildUnderWay from error
        yield
