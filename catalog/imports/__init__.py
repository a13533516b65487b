"""Importing bibliographic records: `import_file` for whoever has a file.

Read → finish → write, a batch at a time, so that memory stays flat whatever the size.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from akiruno_library import policy
from catalog.imports.load import Loader
from catalog.imports.recognise import open_source
from catalog.imports.records import BadRecord, BibRecord, Problem, UnreadableFile
from catalog.imports.report import Report

__all__ = ["Problem", "Report", "UnreadableFile", "import_file"]


def import_file(
    path: Path,
    *,
    mapping: str | None = None,
    source: str | None = None,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
    tell: Callable[[Problem], None] | None = None,
) -> Report:
    """Bring every good record of the file into the catalogue.

    `progress` hears after each batch how many bytes have been read, `tell` every problem.
    Raises UnreadableFile when the file as a whole is none we know.
    """
    started = time.monotonic()
    with path.open("rb") as file:
        opened = open_source(file, mapping)
        run = _Run(Loader(source or opened.name, dry_run=dry_run), tell)
        run.report.kind = opened.kind
        with closing(opened.entries) as entries:
            for entry in entries:
                run.take(entry)
                if len(run.batch) >= policy.IMPORT_BATCH:
                    run.write()
                    if progress:
                        progress(file.tell())
        run.write()
        if progress:
            progress(file.tell())
    run.report.seconds = time.monotonic() - started
    return run.report


class _Run:
    """One pass over one file: the batch in hand, and the report so far."""

    def __init__(self, loader: Loader, tell: Callable[[Problem], None] | None) -> None:
        self.loader = loader
        self.batch: list[BibRecord] = []
        self.report = Report(source=loader.source)
        self._tell = tell or (lambda problem: None)
        self._seen = _KeysSeen()

    def take(self, entry: BibRecord | Problem) -> None:
        if isinstance(entry, Problem):
            self._skip(entry.where, entry.reason)
            return
        try:
            record = self.loader.ready(entry)
        except BadRecord as reason:
            self._skip(entry.where, str(reason))
            return
        if self._seen.first_time(record.source_key):
            self.batch.append(record)
        else:
            self._skip(
                entry.where,
                f"番号「{record.source_key}」は前にもありました。先のものを使います。",
            )

    def write(self) -> None:
        if not self.batch:
            return
        for record, outcome in zip(self.batch, self.loader.write(self.batch), strict=True):
            if isinstance(outcome, BadRecord):
                self._skip(record.where, str(outcome))
                continue
            setattr(self.report, outcome, getattr(self.report, outcome) + 1)
            for remark in record.remarks:
                self.report.remarked += 1
                self._tell(Problem(record.where, remark, skipped=False))
        self.batch = []

    def _skip(self, where: str, reason: str) -> None:
        self.report.skipped += 1
        self._tell(Problem(where, reason))


class _KeysSeen:
    """The numbers met so far, in a temporary file: memory stays flat over millions of them."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute("CREATE TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID")
        self._file.execute("BEGIN")

    def first_time(self, key: str) -> bool:
        return self._file.execute("INSERT OR IGNORE INTO seen VALUES (?)", (key,)).rowcount == 1
