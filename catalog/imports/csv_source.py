"""Bibs from a table with a column mapping, row by row."""

import re
from collections import Counter
from collections.abc import Generator, Iterator
from typing import BinaryIO

from catalog.imports.cleaning import (
    clean,
    clean_lines,
    heading,
    katakana,
    read_isbns,
    read_ndc,
    read_published,
    spoken,
)
from catalog.imports.csv_rows import TableForm, named_rows
from catalog.imports.mapping import ColumnMapping
from catalog.imports.numbers import read_key
from catalog.imports.records import BibRecord, Person, Problem, guarded
from catalog.isbn import WRONG_ISBN

_LINES = {"notes", "contents"}
_LISTS = re.compile(r"[;；|、\n]")
_WITH_ROLE = re.compile(r"^(?P<name>.*?)\s*[\[［](?P<role>[^\]］]+)[\]］]$")
_OTHER_NAME = re.compile(
    r"別名[:：]\s*(?P<name>[^()（）\n;；]+?)\s*[(（](?P<reading>[^)）]*)[)）]\s*"
)

_BROKEN = "読めない値があります。"


def read_csv(
    file: BinaryIO, mapping: ColumnMapping, form: TableForm
) -> Generator[BibRecord | Problem, None, None]:
    repeated = _repeated_keys(file, form, mapping) if mapping.grouped else Counter()
    waiting: dict[str, BibRecord] = {}
    for entry in _records(file, form, mapping):
        if isinstance(entry, Problem) or entry.source_key not in repeated:
            yield entry
            continue
        key = entry.source_key
        repeated[key] -= 1
        work = waiting.setdefault(key, entry)
        if work is not entry:
            work.people += [person for person in entry.people if person not in work.people]
        if not repeated[key]:
            yield _in_order(waiting.pop(key), mapping)


def _repeated_keys(file: BinaryIO, form: TableForm, mapping: ColumnMapping) -> Counter[str]:
    """Return how often repeated works occur; only they must be collected before writing."""
    key = mapping.fields["source_key"]
    counted = Counter(
        clean(key.fill(row))
        for _, row in named_rows(file, form, key.columns)
        if not isinstance(row, str)
    )
    return Counter({key: times for key, times in counted.items() if key and times > 1})


def _in_order(record: BibRecord, mapping: ColumnMapping) -> BibRecord:
    ranks = {role: rank for rank, role in enumerate(mapping.roles.values())}
    record.people.sort(key=lambda person: ranks.get(person.role, len(ranks)))
    return record


def _records(
    file: BinaryIO, form: TableForm, mapping: ColumnMapping
) -> Iterator[BibRecord | Problem]:
    for line, row in named_rows(file, form, mapping.columns):
        where = f"{line}行目"
        if isinstance(row, str):
            yield Problem(where, row)
        else:
            yield guarded(where, lambda: _record(where, row, mapping), _BROKEN)  # noqa: B023


def _record(where: str, row: dict[str, str], mapping: ColumnMapping) -> BibRecord:
    broken = any("\ufffd" in cell for cell in row.values())
    filled = {name: template.fill(row) for name, template in mapping.fields.items()}
    record = BibRecord(where, keeps_people=mapping.grouped)
    if broken:
        record.remarks.append("読めない文字があり、�で置きかえました。")
    for name, value in filled.items():
        if name not in _READERS:
            setattr(record, name, value if name in _LINES else clean(value))
    record.source_key = read_key(record.source_key, "番号")
    for name, read in _READERS.items():
        if filled.get(name):
            read(record, filled[name])
    record.people = _people(row, mapping)
    _take_other_names(record)
    return record


def _read_isbns(record: BibRecord, value: str) -> None:
    record.isbns, bad = read_isbns(_list(value))
    for number in bad:
        record.add_note(f"{WRONG_ISBN}{number}")
        record.remarks.append(f"ISBNではない番号「{number}」を注記に移しました。")


def _read_ndc(record: BibRecord, value: str) -> None:
    record.ndc, for_children = read_ndc(value)
    if for_children:
        record.audience = "child"


def _read_published(record: BibRecord, value: str) -> None:
    record.published, record.year = read_published(value)


def _read_subjects(record: BibRecord, value: str) -> None:
    record.subjects = _list(value)


def _read_title_reading(record: BibRecord, value: str) -> None:
    record.title_reading = katakana(clean(value))


def _read_audience(record: BibRecord, value: str) -> None:
    record.audience = value


_READERS = {
    "isbns": _read_isbns,
    "published": _read_published,
    "subjects": _read_subjects,
    "title_reading": _read_title_reading,
    "audience": _read_audience,
    "ndc": _read_ndc,  # after the audience, because a children's class mark is more exact
}


def _list(value: str) -> list[str]:
    return [part for part in map(clean, _LISTS.split(value)) if part]


def _people(row: dict[str, str], mapping: ColumnMapping) -> list[Person]:
    columns = {
        name: _parts(template.fill(row), mapping.separator)
        for name, template in mapping.people.items()
    }
    people = []
    for place, name in enumerate(columns.get("names", [])):
        given = {
            column: dict(enumerate(values)).get(place, "") for column, values in columns.items()
        }
        role = given.get("role", "")
        if found := _WITH_ROLE.match(name):
            name, role = found["name"], found["role"]
        person = Person(heading(name), katakana(spoken(given.get("readings", ""))))
        person.romanised = spoken(given.get("romanised", ""))
        person.role = mapping.roles.get(role, role) or person.role
        if person.name:
            people.append(person)
    return people


def _parts(value: str, separator: str) -> list[str]:
    return [clean(part) for part in value.split(separator)] if separator else [clean(value)]


def _take_other_names(record: BibRecord) -> None:
    """Read 別名: 夏目漱石 (ナツメ ソウセキ) in a note as another name of the first author."""
    if not record.people or "別名" not in record.notes:
        return
    for found in _OTHER_NAME.finditer(record.notes):
        record.people[0].other_names += filter(
            None, (clean(found["name"]), clean(found["reading"]))
        )
    record.notes = clean_lines(_OTHER_NAME.sub("", record.notes)).strip("。;； \n")
