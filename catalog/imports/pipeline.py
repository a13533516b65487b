"""Read → prepare → write, one batch at a time, so that memory use does not depend on the size."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from django.db import DataError, IntegrityError, transaction

from akiruno_library import policy
from catalog.imports.records import BadRecord, Problem
from catalog.imports.report import Report

Outcome = str  # added, changed, same, deleted


class Record(Protocol):
    """A parsed row of a file, identified by its key within the file."""

    where: str
    source_key: str
    remarks: list[str]


class Writer(Protocol):
    source: str

    def ready(self, record: Any) -> Record:
        """Return the record in its final form. Raises BadRecord."""

    def write(self, batch: list[Any]) -> Sequence[Outcome | BadRecord]:
        """Return the outcome of each record, in order."""


class Run:
    """One pass over one file: the present batch and the report."""

    def __init__(self, writer: Writer, tell: Callable[[Problem], None] | None) -> None:
        self.writer = writer
        self.batch: list[Record] = []
        self.report = Report(source=writer.source)
        self._tell = tell or (lambda problem: None)
        self._seen = _KeysSeen()

    def over(self, entries: Iterable[Any], progress: Callable[[], None]) -> None:
        for entry in entries:
            self._take(entry)
            if len(self.batch) >= policy.IMPORT_BATCH:
                self._write()
                progress()
        self._write()
        progress()

    def _take(self, entry: Any) -> None:
        if isinstance(entry, Problem):
            self._skip(entry.where, entry.reason)
            return
        try:
            record = self.writer.ready(entry)
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

    def _write(self) -> None:
        if not self.batch:
            return
        for record, outcome in zip(self.batch, self.writer.write(self.batch), strict=True):
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


def written_or_one_by_one(
    batch: list[Any],
    write: Callable[[list[Any]], Sequence[Outcome | BadRecord]],
    *,
    dry_run: bool,
) -> Sequence[Outcome | BadRecord]:
    """Write the batch in one transaction; if the database refuses it, record by record.

    So a bad record is reported and its neighbours are still imported.
    """
    try:
        with transaction.atomic():
            outcomes = write(batch)
            if dry_run:
                transaction.set_rollback(True)
            return outcomes
    except (DataError, IntegrityError) as error:
        if len(batch) == 1:
            return [BadRecord(f"データベースに入りません: {str(error).splitlines()[0]}")]
        return [
            outcome
            for record in batch
            for outcome in written_or_one_by_one([record], write, dry_run=dry_run)
        ]


class _KeysSeen:
    """The keys so far, in a temporary file, because millions of them need too much memory."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute("CREATE TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID")
        self._file.execute("BEGIN")

    def first_time(self, key: str) -> bool:
        return self._file.execute("INSERT OR IGNORE INTO seen VALUES (?)", (key,)).rowcount == 1
