"""The index on disk: its folders, its writer, and the readers of this process.

SEARCH_INDEX_DIR/v<version>-<number> are indexes; the link `current` points to the one in use.
Everything there may be deleted at any time, because it is rebuilt from PostgreSQL.
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

# With the indexer's poll of 0.25 s, a change is searchable within one second.
RELOAD_SECONDS = 0.5
# tantivy refuses less than 15 MB for each thread of a writer.
WRITER_BYTES = 30_000_000
MARK = "mark"


@dataclass(frozen=True, slots=True)
class Mark:
    """The cursor of the index, stored in the index as a document in the same commit.

    A cursor in a file or in the database could differ from the documents after a crash.
    """

    identity: str
    version: str
    xid: int
    seq: int

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.xid, self.seq)


class Damaged(Exception):
    """The folder contains no readable index."""


def folder() -> Path:
    return Path(settings.SEARCH_INDEX_DIR)


def current() -> Path | None:
    """Return the folder of the index in use, or None."""
    try:
        return folder() / Path(folder() / "current").readlink()
    except OSError:
        return None


def new_folder() -> Path:
    """Create a folder for a new index. The number is new, because readers cache by path."""
    numbers = [int(found.name.rpartition("-")[2]) for found in _folders()]
    fresh = folder() / f"v{schema.version()}-{max(numbers, default=0) + 1}"
    fresh.mkdir(parents=True)
    return fresh


def switch_to(fresh: Path) -> None:
    """Make this index the one in use. A reader of the old index keeps its open files."""
    # `replace` is atomic; deleting the link and creating it again would leave a moment without an
    # index.
    link = folder() / f".current-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(fresh.name)
    link.replace(folder() / "current")


def give_up() -> None:
    """Remove the link, so that no index is in use until another is built."""
    (folder() / "current").unlink(missing_ok=True)


def remove_others() -> None:
    for found in _folders():
        if found != current():
            shutil.rmtree(found, ignore_errors=True)


def _folders() -> list[Path]:
    found = folder().glob("v*-*") if folder().is_dir() else []
    return [path for path in found if path.name.rpartition("-")[2].isdecimal()]


def open_index(path: Path) -> tantivy.Index:
    """Open an index for reading. Raises Damaged."""
    try:
        index = tantivy.Index.open(str(path))
        schema.register_tokenisers(index)
        # "Manual" starts no thread that watches the files; `Reader.reload` decides when to reload.
        index.config_reader("Manual")
    except (ValueError, OSError) as error:
        raise Damaged(str(path)) from error
    return index


def mark_of(index: tantivy.Index) -> Mark:
    """Return the mark of an index. Raises Damaged if there is none."""
    searcher = index.searcher()
    query = tantivy.Query.term_query(index.schema, "key", MARK)
    hits = searcher.search(query, 1, count=False).hits
    if not hits:
        raise Damaged("the index does not say how far it has come")
    return Mark(**json.loads(str(searcher.doc(hits[0][1]).get_first("mark"))))


class Writer:
    """Writes an index. tantivy's lock file prevents a second writer."""

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
        # Without this wait a merge could still write into a folder that is about to be removed.
        self._writer.wait_merging_threads()


class Reader:
    """The index as this process sees it, at most RELOAD_SECONDS old."""

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
    """Return the reader of the index in use. Raises SearchUnavailable."""
    known = _readers.get(folder())
    if known and known.is_fresh():
        return known
    # One thread opens the index; the others wait for it instead of opening it, too.
    with _opening:
        return _looked_again(_readers.get(folder()))


def _looked_again(known: Reader | None) -> Reader:
    for _ in range(2):  # a rebuild may replace the index between reading the link and opening it
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
        # Another version has other fields; its documents cannot be searched by this code.
        if fresh.mark.version != schema.version():
            break
        _readers.clear()
        _readers[folder()] = fresh
        return fresh
    _readers.pop(folder(), None)
    raise SearchUnavailable


@contextmanager
def reading() -> Iterator[Reader]:
    """Yield the reader for one search. Raises SearchUnavailable if the index is unusable."""
    try:
        yield reader()
    except (ValueError, OSError) as error:
        raise SearchUnavailable from error
    # A panic of tantivy derives from BaseException, so `except Exception` would not catch it.
    except BaseException as error:
        if not is_panic(error):
            raise
        raise SearchUnavailable from error


def is_panic(error: BaseException) -> bool:
    """Whether the error is a panic of tantivy, for example at a damaged file.

    pyo3 does not export the class, so it can only be recognised by its name.
    """
    return type(error).__name__ == "PanicException"
