"""Detects the format of a file from its contents."""

import re
from collections.abc import Generator
from dataclasses import dataclass
from typing import BinaryIO

from catalog.imports.csv_rows import form_of, refuse_workbook
from catalog.imports.csv_source import read_csv
from catalog.imports.encodings import Encoding
from catalog.imports.mapping import ColumnMapping, load_mapping, shipped_mappings
from catalog.imports.marc_source import read_iso2709
from catalog.imports.marcxml_source import encoding_of_xml, read_marcxml
from catalog.imports.records import BibRecord, Problem, UnreadableFile

_HEAD = 65_536
_FIELD_ENDS, _SUBFIELD = b"\x1e", b"\x1f"
_BYTE_ORDER_MARKS = b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"
_LEADER = re.compile(rb"[0-9]{5}[a-z][a-z ]{2}.{2}22[0-9]{5}")
_XML_RECORD = re.compile(r"<(?:[\w.-]+:)?(?:collection|record)[\s>/]")


@dataclass(frozen=True, slots=True)
class Source:
    kind: str
    name: str
    entries: Generator[BibRecord | Problem, None, None]


def open_source(
    file: BinaryIO, mapping: str | None = None, encoding: Encoding | None = None
) -> Source:
    refuse_workbook(file)
    head = file.read(_HEAD)
    file.seek(0)
    content = head.lstrip(b" \r\n\t\x00")
    for mark in _BYTE_ORDER_MARKS:
        content = content.removeprefix(mark)
    if not content.strip(b" \r\n\t\x00"):
        raise UnreadableFile("ファイルが空です。")
    if mapping is not None:
        return _csv(file, load_mapping(mapping), encoding)
    if content.startswith((b"<", b"\x00<")):
        return _marcxml(file, head, encoding or encoding_of_xml(file))
    if (_FIELD_ENDS in head and _SUBFIELD in head) or _LEADER.match(content):
        return Source("MARC 21 (ISO 2709)", "marc", read_iso2709(file, encoding))
    return _csv(file, None, encoding)


def _marcxml(file: BinaryIO, head: bytes, encoding: Encoding) -> Source:
    if not _XML_RECORD.search(head.decode(encoding.codec, "replace")):
        raise UnreadableFile("XMLですが、MARCXMLの書誌(record)がありません。")
    kind = f"MARCXML(文字コード: {encoding.name})"
    return Source(kind, "marc", read_marcxml(file, encoding))


def _csv(file: BinaryIO, mapping: ColumnMapping | None, encoding: Encoding | None) -> Source:
    form = form_of(file, encoding)
    mappings = [mapping] if mapping else list(shipped_mappings())
    for candidate in mappings:
        if candidate.fits(form.header):
            entries = read_csv(file, candidate, form)
            return Source(f"CSV「{candidate.label}」({form.words})", candidate.source, entries)
    wanted = " / ".join(f"{one.label}: {'、'.join(one.recognised_by)}" for one in mappings)
    raise UnreadableFile(
        f"CSVの見出しの行が、どの対応表とも合いません。MARC 21でもありません。要る見出し({wanted})"
    )
