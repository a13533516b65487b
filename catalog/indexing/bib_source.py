"""A bib between the database (bib_reader.py) and the document (documents.py)."""

import json
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    reading: str = ""
    romanised: str = ""
    other_names: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BibSource:
    """All data of one bib that are searched, counted or sorted by. The order of the fields is that
    of the SQL."""

    id: int
    title: str
    title_reading: str = ""
    title_romanised: str = ""
    subtitle: str = ""
    volume: str = ""
    volume_order: Decimal | None = None
    volume_set: int | None = None
    publisher: str = ""
    published: str = ""
    year: int | None = None
    isbns: list[str] = field(default_factory=list)
    ndc: str = ""
    subjects: list[str] = field(default_factory=list)
    subject_readings: list[str] = field(default_factory=list)
    language: str = ""
    audience: str = ""
    edition: str = ""
    contents: str = ""
    notes: str = ""
    material: str = ""
    series: str = ""
    series_reading: str = ""
    series_number: str = ""
    people: list[Person] = field(default_factory=list)
    branches: list[str] = field(default_factory=list)
    free: list[str] = field(default_factory=list)
    call_numbers: list[str] = field(default_factory=list)
    times_lent: int = 0
    subject_references: list[str] = field(default_factory=list)


_ORDER = BibSource.__slots__.index("volume_order")
_PEOPLE = BibSource.__slots__.index("people")


def row_of(text: str) -> BibSource:
    """Parse one row of the database: a JSON array of the fields above, in their order."""
    facts = json.loads(text)
    facts[_ORDER] = None if facts[_ORDER] is None else Decimal(facts[_ORDER])
    facts[_PEOPLE] = [Person(*person) for person in facts[_PEOPLE]]
    return BibSource(*facts)
