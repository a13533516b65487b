"""CSV tables of a library that moves in: patrons, copies, loans and so on.

A mapping (TOML; one for each kind is shipped) names the columns, and translates the codes of the
old system.
"""

import time
import tomllib
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from catalog.imports.cleaning import clean
from catalog.imports.csv_rows import TableForm, form_of, named_rows
from catalog.imports.encodings import Encoding
from catalog.imports.mapping import Template, template
from catalog.imports.pipeline import Run, Writer
from catalog.imports.records import BadRecord, Problem, UnreadableFile
from catalog.imports.report import Report

_KEYS = {"label", "fields", "values"}


@dataclass(frozen=True, slots=True)
class TableKind:
    """The fields of a kind of table, and which of them are required."""

    name: str
    mapping: Path
    required: dict[str, str]  # field → its Japanese name
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableMapping:
    label: str
    fields: dict[str, Template]
    values: dict[str, dict[str, str]]

    @property
    def columns(self) -> set[str]:
        return {column for each in self.fields.values() for column in each.columns}


@dataclass(slots=True)
class TableRow:
    """The cells of one row by our field names."""

    where: str
    cells: Mapping[str, str]

    def __getitem__(self, field: str) -> str:
        return self.cells.get(field, "")


def load_table_mapping(kind: TableKind, path: Path | None) -> TableMapping:
    path = path or kind.mapping
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UnreadableFile(f"対応表「{path}」が見つかりません。") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"対応表「{path.name}」を読めません: {error}") from error
    fields = content.get("fields", {})
    unknown = (content.keys() - _KEYS) | (fields.keys() - {*kind.required, *kind.optional})
    missing = kind.required.keys() - fields.keys()
    if unknown or missing:
        raise UnreadableFile(
            f"対応表「{path.name}」を使えません。"
            + (f"知らない項目: {'、'.join(sorted(unknown))}。" if unknown else "")
            + (f"足りない項目: {'、'.join(sorted(missing))}。" if missing else "")
        )
    return TableMapping(
        label=content.get("label", path.stem),
        fields={name: template(value) for name, value in fields.items()},
        values=content.get("values", {}),
    )


def import_table(
    path: Path,
    kind: TableKind,
    writer: Writer,
    *,
    mapping: Path | None = None,
    encoding: Encoding | None = None,
    progress: Callable[[int], None] | None = None,
    tell: Callable[[Problem], None] | None = None,
) -> Report:
    """Import every valid row; report each bad one with line and reason."""
    started = time.monotonic()
    columns = load_table_mapping(kind, mapping)
    with path.open("rb") as file:
        form = form_of(file, encoding)
        run = Run(writer, tell)
        run.report.kind = f"CSV「{columns.label}」({form.words})"
        with closing(_rows(file, kind, columns, form)) as rows:
            run.over(rows, lambda: progress(file.tell()) if progress else None)
    run.report.seconds = time.monotonic() - started
    return run.report


def _rows(
    file: BinaryIO, kind: TableKind, mapping: TableMapping, form: TableForm
) -> Generator[TableRow | Problem, None, None]:
    header = form.header
    needed = {c for name in kind.required for c in mapping.fields[name].columns}
    if missing := needed - set(header):
        raise UnreadableFile(f"見出しの行に、要る列がありません: {'、'.join(sorted(missing))}")
    plain = {
        name: each.only_column
        for name, each in mapping.fields.items()
        if each.only_column in header
    }
    if unused := [name for name in header if name and name not in mapping.columns]:
        yield Problem("見出し", f"使わない列があります: {'、'.join(unused)}", skipped=False)
    made = {name: each for name, each in mapping.fields.items() if name not in plain}
    for line, cells in named_rows(file, form, mapping.columns):
        where = f"{line}行目"
        if isinstance(cells, str):
            yield Problem(where, cells)
            continue
        filled = {name: clean(cells[column]) for name, column in plain.items()}
        for name, each in made.items():
            filled[name] = clean(each.fill(cells))
        empty = [words for name, words in kind.required.items() if not filled[name]]
        if empty:
            yield Problem(where, f"{'、'.join(empty)}がありません。")
        elif any("\ufffd" in cell for cell in filled.values()):
            yield Problem(where, "読めない文字があります。")
        else:
            _translate(filled, mapping.values)
            yield TableRow(where, filled)


def _translate(filled: dict[str, str], values: Mapping[str, Mapping[str, str]]) -> None:
    for name, words in values.items():
        if name in filled:
            filled[name] = words.get(filled[name], filled[name])


def one_of(choices: Mapping[str, str], cell: str, words: str) -> str:
    """Return a code, given by code or name. Raises BadRecord."""
    if cell in choices:
        return choices[cell]
    known = "、".join(dict.fromkeys(choices))
    raise BadRecord(f"{words}「{cell}」が分かりません。使えるもの: {known}")


def choices_of(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return names and codes → code."""
    return {str(label): code for code, label in pairs} | {code: code for code, _ in pairs}
