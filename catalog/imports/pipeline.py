"""Read → prepare → write, one batch at a time, so that memory use does not depend on the size."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Protocol

from django.db import DatabaseError, connection, transaction

from akiruno_library import policy
from catalog.imports.records import BadRecord, Problem
from catalog.imports.report import Report

_SAMPLES = 3
_NOT_STORED = {"where", "remarks", "keeps_people", "given", "changed_fields"}

Outcome = str  # added, changed, same, deleted


class Record(Protocol):
    """A parsed row of a file, identified by its key within the file."""

    where: str
    source_key: str
    remarks: list[str]


class Writer(Protocol):
    source: str
    dry_run: bool

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
            self._report(entry)
            return
        try:
            record = self.writer.ready(entry)
        except BadRecord as reason:
            self._skip(entry.where, str(reason))
            return
        except Exception as error:  # no value in one record may end the import of the others
            self._skip(entry.where, f"読めない値があります({type(error).__name__})。")
            return
        if self._seen.first_time(record.source_key):
            self.batch.append(record)
            if self.writer.dry_run and len(self.report.samples) < _SAMPLES:
                self.report.samples.append(_sample(record, getattr(self.writer, "names", {})))
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
            if outcome == "changed":
                self.report.changed_fields.update(getattr(record, "changed_fields", ()))
            for remark in record.remarks:
                self.report.remarked += 1
                self._tell(Problem(record.where, remark, skipped=False))
        self.batch = []

    def _skip(self, where: str, reason: str) -> None:
        self._report(Problem(where, reason))

    def _report(self, problem: Problem) -> None:
        if problem.skipped:
            self.report.skipped += 1
        else:
            self.report.remarked += 1
        self.report.cut_off |= problem.cut_off
        self._tell(problem)


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
    except Exception as error:  # also a NUL or a lone surrogate, which the driver refuses
        if not connection.is_usable():
            raise
        if len(batch) == 1:
            return [BadRecord(_refusal_of(error))]
        return [
            outcome
            for record in batch
            for outcome in written_or_one_by_one([record], write, dry_run=dry_run)
        ]


def _sample(record: Any, names: Mapping[str, str]) -> str:
    """Return the values of a record as they would be stored."""
    values = {one.name: getattr(record, one.name) for one in fields(record)}
    values |= values.pop("facts", {})
    words = (
        f"{names.get(name, name)}={_plain(value)}"
        for name, value in values.items()
        if name not in _NOT_STORED and value not in (None, "", [], False)
    )
    return f"{record.where}: {'、'.join(words)}"


def _plain(value: object) -> str:
    if isinstance(value, list):
        return " ".join(str(getattr(one, "name", one)) for one in value)
    return str(value)


def _refusal_of(error: Exception) -> str:
    if isinstance(error, DatabaseError):
        return f"データベースに入りません: {str(error).splitlines()[0]}"
    return f"書き込めない値があります({type(error).__name__})。"


class _KeysSeen:
    """The keys so far, in a temporary file, because millions of them need too much memory."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute("CREATE TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID")
        self._file.execute("BEGIN")

    def first_time(self, key: str) -> bool:
        return self._file.execute("INSERT OR IGNORE INTO seen VALUES (?)", (key,)).rowcount == 1
