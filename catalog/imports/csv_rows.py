"""Rows of a table in a text file. A broken row does not affect its neighbours.

The encoding and the separator are taken from the contents; an option may decide the encoding.
"""

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import TextIOWrapper
from itertools import chain, islice
from typing import BinaryIO

from catalog.imports import encodings
from catalog.imports.cleaning import clean, clean_lines
from catalog.imports.encodings import Encoding
from catalog.imports.records import UnreadableFile

_SAMPLE = 1 << 20
_LINES_OF_A_ROW = 200  # limits the damage of a quote that was never closed
_LONGEST_LINE = 1 << 20  # characters; a longer line is passed over without filling the memory
_HTML_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_SEPARATOR_OF_EXCEL = re.compile(r'\ufeff?"?sep=.')
_SEPARATORS = {",": "コンマ", "\t": "タブ", ";": "セミコロン"}

OTHER_COLUMNS = "列の数が見出しと合いません。"
TOO_LONG = "行が長すぎます(100万文字まで)。"
_UNKNOWN_ENCODING = (
    "文字コードが分かりません。UTF-8、Shift_JIS、EUC-JPのどれかで保存し直すか、"
    "--encodingで文字コードを示してください。"
)

# Python's own limit of 131,072 characters would end the whole import with an error.
csv.field_size_limit(_LONGEST_LINE * 2)

Cells = list[str] | str  # or the reason why they cannot be read


@dataclass(frozen=True, slots=True)
class TableForm:
    encoding: Encoding
    separator: str
    header: list[str]

    @property
    def words(self) -> str:
        return f"文字コード: {self.encoding.name}、区切り: {_SEPARATORS[self.separator]}"


def refuse_workbook(file: BinaryIO) -> None:
    """Raise UnreadableFile for a workbook of Excel, or another packed file."""
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")):
        raise UnreadableFile(
            "Excelのブックか圧縮したファイルです。CSVかテキストで保存し直してください。"
        )


def form_of(file: BinaryIO, encoding: Encoding | None = None) -> TableForm:
    """Return how to read the file. Raises UnreadableFile if no known encoding fits."""
    refuse_workbook(file)
    encoding = encoding or _encoding_of(file)
    text = _open_text(file, encoding)
    try:
        sample = text.read(_SAMPLE // 8).lstrip("\ufeff\r\n")
    finally:
        text.detach()
    first = _SEPARATOR_OF_EXCEL.sub("", sample).lstrip("\r\n").partition("\n")[0]
    outside_quotes = re.sub('"[^"]*"', "", first)
    separator = max(_SEPARATORS, key=outside_quotes.count)
    text = _open_text(file, encoding)
    try:
        rows = (cells for _, cells in _rows(text, 0, separator) if isinstance(cells, list))
        header = next(rows, [])
    finally:
        text.detach()
    return TableForm(encoding, separator, [clean(name) for name in header])


def _encoding_of(file: BinaryIO) -> Encoding:
    file.seek(0)
    sample = file.read(_SAMPLE)
    if len(sample) == _SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1] or sample  # no character is cut
    found = encodings.detect(sample)
    text = codecs.getincrementaldecoder(found.codec)(found.errors).decode(sample)
    if not encodings.is_plausible(text):
        raise UnreadableFile(_UNKNOWN_ENCODING)
    return found


def _open_text(file: BinaryIO, encoding: Encoding) -> TextIOWrapper:
    file.seek(0)
    return TextIOWrapper(file, encoding=encoding.codec, errors=encoding.errors, newline="")


def named_rows(
    file: BinaryIO, form: TableForm, wanted: set[str]
) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Yield line number and cleaned cells of every row below the header, or why it is unread."""
    places = [(name, place) for place, name in enumerate(form.header) if name in wanted]
    text = _open_text(file, form.encoding)
    try:
        for line, cells in islice(_rows(text, len(form.header), form.separator), 1, None):
            if isinstance(cells, str):
                yield line, cells
            else:
                yield line, {name: _clean_cell(cells[place]) for name, place in places}
    finally:
        text.detach()


def _clean_cell(cell: str) -> str:
    return clean_lines(_HTML_BREAK.sub("\n", cell))


def _rows(text: TextIOWrapper, columns: int, separator: str) -> Iterator[tuple[int, Cells]]:
    """Yield line number and cells of every row that is not blank.

    A row is first parsed as one line. Only if this fails, following lines are added; if this fails,
    too, they are parsed again as rows of their own.
    """
    source = _lines(text)
    lines = deque[str | None]()
    number = 1
    while lines or (lines := deque(islice(source, 1))):
        if lines[0] is None:
            yield number, TOO_LONG
            taken = 1
        else:
            taken, cells = _row(lines, source, columns, separator)
            if isinstance(cells, str) or any(cell.strip() for cell in cells):
                yield number, cells
        number += taken
        for _ in range(taken):
            lines.popleft()


def _lines(text: TextIOWrapper) -> Iterator[str | None]:
    """Yield the lines; None for a line that is too long, whose characters are passed over."""
    first = text.readline(_LONGEST_LINE)
    if _SEPARATOR_OF_EXCEL.match(first):
        first = "\n"
    for line in chain([first] if first else [], iter(partial(text.readline, _LONGEST_LINE), "")):
        if len(line) < _LONGEST_LINE or line.endswith("\n"):
            yield line
            continue
        while (more := text.readline(_LONGEST_LINE)) and not more.endswith("\n"):
            pass
        yield None


def _row(
    lines: deque[str | None], source: Iterator[str | None], columns: int, separator: str
) -> tuple[int, Cells]:
    first = lines[0] or ""
    alone = _cells(first, separator)
    if first.count('"') % 2 == 0:
        fits = alone == [""] * len(alone) or not columns or len(alone) == columns
        return 1, alone if fits else OTHER_COLUMNS
    joined, quotes = [first], first.count('"')
    for following in _following(lines, source, len(first)):
        joined.append(following)
        quotes += following.count('"')
        if following.count('"') % 2 and quotes % 2 == 0:
            cells = _cells("".join(joined), separator)
            if not columns or len(cells) == columns:
                return len(joined), cells
    return 1, alone if columns and len(alone) == columns else OTHER_COLUMNS


def _following(
    lines: deque[str | None], source: Iterator[str | None], length: int
) -> Iterator[str]:
    """Yield the lines behind the first, read ahead as far as one row may reach."""
    for place in range(1, _LINES_OF_A_ROW):
        if place == len(lines):
            lines.extend(islice(source, 1))
        line = lines[place] if place < len(lines) else None
        length += len(line or "")
        if line is None or length > _LONGEST_LINE:
            return
        yield line


def _cells(row: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([row], delimiter=separator), [])
    except csv.Error:
        return []
