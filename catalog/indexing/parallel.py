"""Makes documents in several processes. Nothing here imports Django, which they start without."""

import gc
import marshal
import os
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from catalog.indexing.bib_source import row_of
from catalog.indexing.documents import Document, document

WORTH_OTHER_PROCESSES = 5_000  # bibs; below this, starting processes takes longer than the work
# Bounds the memory: the reader is faster than the processes.
BATCHES_UNDER_WAY = 6


def documents_of(batches: Iterable[list[str]], total: int) -> Generator[list[Document], None, None]:
    """Yield the documents of these batches (bib_reader.py), in order."""
    processes = os.cpu_count() or 1
    if total < WORTH_OTHER_PROCESSES or processes == 1:
        yield from map(_made, batches)
        return
    # "spawn", not "fork": a forked process would share our database connection and locks. The
    # documents have no cycles, so the garbage collector would only cost a quarter of the time.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=gc.disable)
    under_way: deque[Future[bytes]] = deque()
    try:
        for batch in batches:
            under_way.append(pool.submit(_packed, batch))
            if len(under_way) >= BATCHES_UNDER_WAY:
                yield _unpacked(under_way.popleft().result())
        while under_way:
            yield _unpacked(under_way.popleft().result())
    finally:
        pool.shutdown(cancel_futures=True)


def _packed(batch: list[str]) -> bytes:
    """marshal takes a fifth of pickle's time; both processes run the same Python."""
    return marshal.dumps(_made(batch))


def _unpacked(documents: bytes) -> list[Document]:
    return marshal.loads(documents)  # noqa: S302  # nosec (packed by a process of our own)


def _made(batch: list[str]) -> list[Document]:
    return [document(row_of(text)) for text in batch]
