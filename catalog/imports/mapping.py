"""Maps columns of a CSV file to fields: small TOML files, two of which are shipped.

A value is a template: `{column}` stands for a column. A template whose columns are all empty gives
nothing. A list of templates gives lines.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from catalog.imports.records import BibRecord, UnreadableFile

SHIPPED = Path(__file__).parent / "mappings"

_COLUMN = re.compile(r"\{([^{}]+)\}")
_NOT_FROM_A_COLUMN = {
    "where",
    "deleted",
    "people",
    "year",
    "volume_order",
    "remarks",
    "keeps_people",
}
_FIELDS = {field.name for field in fields(BibRecord)} - _NOT_FROM_A_COLUMN
_PEOPLE = {"names", "readings", "romanised", "role", "separator"}
_KEYS = {"label", "source", "recognised_by", "grouped", "fields", "people", "roles"}


@dataclass(frozen=True, slots=True)
class Template:
    lines: tuple[str, ...]

    def fill(self, row: Mapping[str, str]) -> str:
        return "\n".join(filter(None, (_filled(line, row) for line in self.lines)))

    @property
    def columns(self) -> set[str]:
        return {column for line in self.lines for column in _columns(line)}

    @property
    def only_column(self) -> str | None:
        """The column, if the template consists of one column only."""
        found = _COLUMN.fullmatch(self.lines[0]) if len(self.lines) == 1 else None
        return found[1] if found else None


@cache
def _columns(line: str) -> list[str]:
    return _COLUMN.findall(line)


def _filled(line: str, row: Mapping[str, str]) -> str:
    columns = _columns(line)
    if len(columns) == 1 and line == f"{{{columns[0]}}}":
        return row.get(columns[0], "")
    if columns and not any(row.get(column) for column in columns):
        return ""
    return _COLUMN.sub(lambda found: row.get(found[1], ""), line).strip()


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    label: str
    source: str
    recognised_by: tuple[str, ...]
    grouped: bool
    fields: dict[str, Template]
    people: dict[str, Template]
    separator: str
    roles: dict[str, str]

    def fits(self, header: list[str]) -> bool:
        return set(self.recognised_by) <= set(header)

    @property
    def columns(self) -> set[str]:
        templates = [*self.fields.values(), *self.people.values()]
        return {column for template in templates for column in template.columns}


def load_mapping(name_or_path: str) -> ColumnMapping:
    """Load a shipped mapping by its name, or another one by its path."""
    shipped = SHIPPED / f"{name_or_path}.toml"
    path = shipped if shipped.is_file() else Path(name_or_path)
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        names = "、".join(sorted(file.stem for file in SHIPPED.glob("*.toml")))
        raise UnreadableFile(
            f"対応表「{name_or_path}」が見つかりません。用意してあるもの: {names}"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"対応表「{path.name}」を読めません: {error}") from error
    return _mapping(content, path.name)


def shipped_mappings() -> Iterator[ColumnMapping]:
    for path in sorted(SHIPPED.glob("*.toml")):
        yield load_mapping(path.stem)


def _mapping(content: dict, file_name: str) -> ColumnMapping:
    unknown = (
        (content.keys() - _KEYS)
        | (content.get("fields", {}).keys() - _FIELDS)
        | (content.get("people", {}).keys() - _PEOPLE)
    )
    missing = {"source", "recognised_by", "fields"} - content.keys()
    if unknown or missing:
        raise UnreadableFile(
            f"対応表「{file_name}」を使えません。"
            + (f"知らない項目: {'、'.join(sorted(unknown))}。" if unknown else "")
            + (f"足りない項目: {'、'.join(sorted(missing))}。" if missing else "")
        )
    people = dict(content.get("people", {}))
    separator = people.pop("separator", "")
    return ColumnMapping(
        label=content.get("label", file_name),
        source=content["source"],
        recognised_by=tuple(content["recognised_by"]),
        grouped=content.get("grouped", False),
        fields={name: template(value) for name, value in content["fields"].items()},
        people={name: template(value) for name, value in people.items()},
        separator=separator,
        roles=content.get("roles", {}),
    )


def template(value: str | list[str]) -> Template:
    return Template((value,) if isinstance(value, str) else tuple(value))
