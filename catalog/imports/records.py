"""The common form of bibliographic records from all sources."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(slots=True)
class Person:
    """A person or body in the form of the heading, with the role for this bib."""

    name: str
    reading: str = ""
    romanised: str = ""
    role: str = "著"
    other_names: list[str] = field(default_factory=list)


@dataclass(slots=True)
class BibRecord:
    """One cleaned record; `validation.finish` checks it."""

    where: str
    source_key: str = ""
    deleted: bool = False
    # The people of one bib stand in several rows, and half a file has only some of them.
    keeps_people: bool = False

    title: str = ""
    title_reading: str = ""
    title_romanised: str = ""
    subtitle: str = ""
    volume: str = ""
    volume_order: Decimal | None = None
    people: list[Person] = field(default_factory=list)
    series: str = ""
    series_reading: str = ""
    series_number: str = ""
    edition: str = ""
    publisher: str = ""
    published: str = ""
    year: int | None = None
    extent: str = ""
    isbns: list[str] = field(default_factory=list)
    ndc: str = ""
    subjects: list[str] = field(default_factory=list)
    subject_readings: list[str] = field(default_factory=list)
    language: str = ""
    material: str = "book"
    audience: str = "adult"
    contents: str = ""
    notes: str = ""

    remarks: list[str] = field(default_factory=list)
    changed_fields: list[str] = field(default_factory=list)

    def add_note(self, note: str) -> None:
        self.notes = f"{self.notes}\n{note}" if self.notes else note


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of the report: a row was skipped, or imported with a remark."""

    where: str
    reason: str
    skipped: bool = True
    cut_off: bool = False  # the file ends in the middle of this record

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


class BadRecord(ValueError):
    """This record cannot be imported; the sentence says why."""


class UnreadableFile(ValueError):
    """The file cannot be imported; the sentence says why and what to do."""


def guarded(where: str, read: Callable[[], BibRecord], broken: str) -> BibRecord | Problem:
    """Return what `read` returns. Every error of it is the problem of this record alone."""
    try:
        return read()
    except BadRecord as reason:
        return Problem(where, str(reason))
    except Exception:  # whatever error a parser raises: the next record must be read
        return Problem(where, broken)
