"""Making documents in several processes. Nothing here knows Django: they start without it."""

import gc
import marshal
import os
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from catalog.indexing.bib_source import row_of
from catalog.indexing.documents import Document, document

WORTH_OTHER_PROCESSES = 5_000  # bibs; below, starting them takes longer than the work
BATCHES_UNDER_WAY = 6


def documents_of(batches: Iterable[list[str]], total: int) -> Generator[list[Document], None, None]:
    """The documents of these batches of rows (rows.py), in order."""
    processes = os.cpu_count() or 1
    if total < WORTH_OTHER_PROCESSES or processes == 1:
        yield from map(_made, batches)
        return
    # Started anew, not forked: no connection and no thread of ours goes along.
    # They make no circles of objects, and looking for some takes a quarter of their time.
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
    """marshal goes between two processes of one Python, and takes a fifth of pickle's time."""
    return marshal.dumps(_made(batch))


def _unpacked(documents: bytes) -> list[Document]:
    return marshal.loads(documents)  # noqa: S302  # nosec (packed by a process of our own)


def _made(batch: list[str]) -> list[Document]:
    return [document(row_of(text)) for text in batch]
