"""Making documents in several processes. Nothing here knows Django: they start without it."""

import os
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from catalog.search.documents import Document, document
from catalog.search.row import Row

WORTH_OTHER_PROCESSES = 5_000  # bibs; below, starting them takes longer than the work
BATCHES_UNDER_WAY = 6


def documents_of(batches: Iterable[list[Row]], total: int) -> Generator[list[Document], None, None]:
    """The documents of these batches, in order."""
    processes = os.cpu_count() or 1
    if total < WORTH_OTHER_PROCESSES or processes == 1:
        yield from map(_made, batches)
        return
    # Started anew, not forked: no connection and no thread of ours goes along.
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    under_way: deque[Future[list[Document]]] = deque()
    try:
        for batch in batches:
            under_way.append(pool.submit(_made, batch))
            if len(under_way) >= BATCHES_UNDER_WAY:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _made(batch: list[Row]) -> list[Document]:
    return [document(row) for row in batch]
