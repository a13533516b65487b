"""CSV with a column mapping, row by row. A broken row does not affect its neighbours."""

import codecs
import csv
import re
from collections import Counter, deque
from collections.abc import Generator, Iterator
from io import TextIOWrapper
from itertools import islice
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
from catalog.imports.mapping import ColumnMapping
from catalog.imports.records import BibRecord, Person, Problem, UnreadableFile

_SAMPLE = 1 << 20
_LINES_OF_A_ROW = 200  # limits the damage of a quote that was never closed
_LONGEST_FIELD = 10_000_000
# Text in ASCII alone fits all three, and the first wins. Excel writes UTF-8 with a byte order mark.
_ENCODINGS = ("utf-8-sig", "euc_jp", "cp932")
_HALF_WIDTH_KANA = re.compile("[\uff61-\uff9f]")
_HALF_WIDTH_KANA_WEIGH = 0.3
_ALWAYS_READABLE, _READABLE = 4, 0.02  # with more broken characters the file has another encoding

_LINES = {"notes", "contents"}
_LISTS = re.compile(r"[;；|、\n]")
_HTML_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_WITH_ROLE = re.compile(r"^(?P<name>.*?)\s*[\[［](?P<role>[^\]］]+)[\]］]$")
_OTHER_NAME = re.compile(
    r"別名[:：]\s*(?P<name>[^()（）\n;；]+?)\s*[(（](?P<reading>[^)）]*)[)）]\s*"
)

# Python's own limit of 131,072 characters would end the whole import with an error.
csv.field_size_limit(_LONGEST_FIELD)


def encoding_of(file: BinaryIO) -> str:
    """Return the Japanese encoding that gives the fewest broken characters."""
    file.seek(0)
    sample = file.read(_SAMPLE)
    file.seek(0)
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    readings = {
        encoding: codecs.getincrementaldecoder(encoding)("replace").decode(sample)
        for encoding in _ENCODINGS
    }
    best = min(readings, key=lambda encoding: _strangeness(readings[encoding]))
    broken = readings[best].count("\ufffd")
    if broken > max(_ALWAYS_READABLE, _READABLE * sum(byte > 127 for byte in sample)):
        raise UnreadableFile(
            "文字コードが分かりません。UTF-8、Shift_JIS、EUC-JPのどれかで保存し直してください。"
        )
    return best


def _strangeness(text: str) -> float:
    """Count broken characters, and half-width kana, which UTF-8 and EUC give when read as
    Shift_JIS."""
    return text.count("\ufffd") + _HALF_WIDTH_KANA_WEIGH * len(_HALF_WIDTH_KANA.findall(text))


def open_text(file: BinaryIO, encoding: str) -> TextIOWrapper:
    file.seek(0)
    return TextIOWrapper(file, encoding=encoding, errors="replace", newline="")


def header_of(file: BinaryIO, encoding: str) -> list[str]:
    text = open_text(file, encoding)
    try:
        first = next((cells for _, cells in _rows(text, 0) if cells), [])
    finally:
        text.detach()
    return [clean(name) for name in first]


def read_csv(file: BinaryIO, mapping: ColumnMapping) -> Generator[BibRecord | Problem, None, None]:
    encoding = encoding_of(file)
    repeated = _repeated_keys(file, encoding, mapping) if mapping.grouped else Counter()
    waiting: dict[str, BibRecord] = {}
    for entry in _records(file, encoding, mapping):
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


def _repeated_keys(file: BinaryIO, encoding: str, mapping: ColumnMapping) -> Counter[str]:
    """Return how often repeated works occur; only they must be collected before writing."""
    key = mapping.fields["source_key"]
    counted = Counter(
        clean(key.fill(row))
        for _, row in named_rows(file, encoding, key.columns)
        if row is not None
    )
    return Counter({key: times for key, times in counted.items() if key and times > 1})


def _in_order(record: BibRecord, mapping: ColumnMapping) -> BibRecord:
    ranks = {role: rank for rank, role in enumerate(mapping.roles.values())}
    record.people.sort(key=lambda person: ranks.get(person.role, len(ranks)))
    return record


def _records(
    file: BinaryIO, encoding: str, mapping: ColumnMapping
) -> Iterator[BibRecord | Problem]:
    for line, row in named_rows(file, encoding, mapping.columns):
        if row is None:
            yield Problem(f"{line}行目", "列の数が見出しと合いません。")
        else:
            yield _record(f"{line}行目", row, mapping)


def named_rows(
    file: BinaryIO, encoding: str, wanted: set[str]
) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Yield line number and cleaned cells of every row below the header."""
    header = header_of(file, encoding)
    places = [(name, place) for place, name in enumerate(header) if name in wanted]
    text = open_text(file, encoding)
    try:
        for line, cells in islice(_rows(text, len(header)), 1, None):
            if cells is None:
                yield line, None
            else:
                yield line, {name: _clean_cell(cells[place]) for name, place in places}
    finally:
        text.detach()


def _clean_cell(cell: str) -> str:
    return clean_lines(_HTML_BREAK.sub("\n", cell))


def _rows(text: TextIOWrapper, columns: int) -> Iterator[tuple[int, list[str] | None]]:
    """Yield line number and cells of every row that is not blank; None for malformed cells.

    A row is first parsed as one line. Only if this fails, following lines are added; if this fails,
    too, they are parsed again as rows of their own.
    """
    lines = deque[str]()
    number = 1
    while lines or (line := text.readline()):
        if not lines:
            lines.append(line)
        taken, cells = _row(lines, text, columns)
        if cells is None or any(cell.strip() for cell in cells):
            yield number, cells
        number += taken
        for _ in range(taken):
            lines.popleft()


def _row(lines: deque[str], text: TextIOWrapper, columns: int) -> tuple[int, list[str] | None]:
    alone = _cells(lines[0])
    if '"' not in lines[0] or (lines[0].count('"') % 2 == 0):
        fits = alone == [""] * len(alone) or not columns or len(alone) == columns
        return 1, alone if fits else None
    lines.extend(islice(iter(text.readline, ""), max(0, _LINES_OF_A_ROW - len(lines))))
    quotes = lines[0].count('"')
    for taken, following in enumerate(islice(lines, 1, None), start=2):
        quotes += following.count('"')
        if following.count('"') % 2 and quotes % 2 == 0:
            cells = _cells("".join(islice(lines, taken)))
            if not columns or len(cells) == columns:
                return taken, cells
    return 1, alone if columns and len(alone) == columns else None


def _cells(row: str) -> list[str]:
    try:
        return next(csv.reader([row]), [])
    except csv.Error:
        return []


def _record(where: str, row: dict[str, str], mapping: ColumnMapping) -> BibRecord:
    broken = any("\ufffd" in cell for cell in row.values())
    filled = {name: template.fill(row) for name, template in mapping.fields.items()}
    record = BibRecord(where)
    if broken:
        record.remarks.append("読めない文字があり、�で置きかえました。")
    for name, value in filled.items():
        if name not in _READERS:
            setattr(record, name, value if name in _LINES else clean(value))
    for name, read in _READERS.items():
        if filled.get(name):
            read(record, filled[name])
    record.people = _people(row, mapping)
    _take_other_names(record)
    return record


def _read_isbns(record: BibRecord, value: str) -> None:
    record.isbns, bad = read_isbns(_list(value))
    for number in bad:
        record.add_note(f"正しくないISBN: {number}")
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
