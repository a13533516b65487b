"""The index on disk: its folders, its writer, and the readers of this process.

SEARCH_INDEX_DIR/v<version>-<number> are the indexes, `current` is a link to the one in use. All of
it may be deleted at any moment: it is built anew from PostgreSQL.
"""

import json
import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import tantivy
from django.conf import settings

from catalog.indexing import schema
from catalog.indexing.documents import Document
from catalog.refusals import SearchUnavailable
from catalog.search.feed import Cursor

RELOAD_SECONDS = 0.5
WRITER_BYTES = 30_000_000
MARK = "mark"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the index has come, kept in it as a document of its own, in the same commit."""

    identity: str
    version: str
    xid: int
    seq: int

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.xid, self.seq)


class Damaged(Exception):
    """The folder holds no index that can be read."""


def folder() -> Path:
    return Path(settings.SEARCH_INDEX_DIR)


def current() -> Path | None:
    """The index in use, if there is one."""
    try:
        return folder() / Path(folder() / "current").readlink()
    except OSError:
        return None


def new_folder() -> Path:
    numbers = [int(found.name.rpartition("-")[2]) for found in _folders()]
    fresh = folder() / f"v{schema.version()}-{max(numbers, default=0) + 1}"
    fresh.mkdir(parents=True)
    return fresh


def switch_to(fresh: Path) -> None:
    """From now on readers use this one. Those that still read another keep its open files."""
    link = folder() / f".current-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(fresh.name)
    link.replace(folder() / "current")


def give_up() -> None:
    """There is no index until another is built."""
    (folder() / "current").unlink(missing_ok=True)


def remove_others() -> None:
    for found in _folders():
        if found != current():
            shutil.rmtree(found, ignore_errors=True)


def _folders() -> list[Path]:
    found = folder().glob("v*-*") if folder().is_dir() else []
    return [path for path in found if path.name.rpartition("-")[2].isdecimal()]


def open_index(path: Path) -> tantivy.Index:
    try:
        index = tantivy.Index.open(str(path))
        schema.register_tokenisers(index)
        index.config_reader("Manual")
    except (ValueError, OSError) as error:
        raise Damaged(str(path)) from error
    return index


def mark_of(index: tantivy.Index) -> Mark:
    searcher = index.searcher()
    query = tantivy.Query.term_query(index.schema, "key", MARK)
    hits = searcher.search(query, 1, count=False).hits
    if not hits:
        raise Damaged("the index does not say how far it has come")
    return Mark(**json.loads(str(searcher.doc(hits[0][1]).get_first("mark"))))


class Writer:
    """The one process that writes an index; tantivy's lock keeps a second one out."""

    def __init__(self, index: tantivy.Index, *, memory: int = WRITER_BYTES) -> None:
        self.index = index
        self._schema = index.schema
        self._writer = index.writer(memory, 1)

    @classmethod
    def of_new(cls, path: Path, *, memory: int) -> "Writer":
        index = tantivy.Index(schema.build(), path=str(path))
        schema.register_tokenisers(index)
        index.config_reader("Manual")
        return cls(index, memory=memory)

    def add(self, documents: Iterable[Document]) -> None:
        for document in documents:
            self._writer.add_document(tantivy.Document.from_dict(document, self._schema))

    def remove(self, bibs: Iterable[int]) -> None:
        for bib in bibs:
            self._writer.delete_documents_by_term("key", str(bib))

    def commit(self, mark: Mark) -> None:
        self._writer.delete_documents_by_term("key", MARK)
        self.add([{"key": [MARK], "mark": [json.dumps(asdict(mark))]}])
        self._writer.commit()

    def close(self) -> None:
        self._writer.wait_merging_threads()


class Reader:
    """The index as this process sees it: half a second old at the most."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.index = open_index(path)
        self.schema = self.index.schema
        self.mark = mark_of(self.index)
        self._looked = time.monotonic()

    def searcher(self) -> tantivy.Searcher:
        return self.index.searcher()

    def is_fresh(self) -> bool:
        return time.monotonic() - self._looked < RELOAD_SECONDS

    def reload(self) -> None:
        self._looked = time.monotonic()
        self.index.reload()


_readers: dict[Path, Reader] = {}
_opening = threading.Lock()


def reader() -> Reader:
    """The reader of the index in use, or SearchUnavailable."""
    known = _readers.get(folder())
    if known and known.is_fresh():
        return known
    with _opening:
        return _looked_again(_readers.get(folder()))


def _looked_again(known: Reader | None) -> Reader:
    for _ in range(2):  # the index may be exchanged between reading the link and opening it
        path = current()
        if path is None:
            break
        try:
            if known and known.path == path:
                known.reload()
                return known
            fresh = Reader(path)
        except (Damaged, ValueError, OSError):
            known = None
            continue
        if fresh.mark.version != schema.version():
            break
        _readers.clear()
        _readers[folder()] = fresh
        return fresh
    _readers.pop(folder(), None)
    raise SearchUnavailable


@contextmanager
def reading() -> Iterator[Reader]:
    """The reader for one answer. An index that turns out to be damaged is no index."""
    try:
        yield reader()
    except (ValueError, OSError) as error:
        raise SearchUnavailable from error
    except BaseException as error:
        if not is_panic(error):
            raise
        raise SearchUnavailable from error


def is_panic(error: BaseException) -> bool:
    """tantivy met a file it can make no sense of; Python has no name for it that can be caught."""
    return type(error).__name__ == "PanicException"
