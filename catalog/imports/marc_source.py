"""Yields MARC 21 records from ISO 2709, one at a time.

The file is split at record terminators, not by the lengths in the leaders, so damage inside a
record does not affect others.
"""

import re
from collections.abc import Callable, Generator, Iterator
from typing import BinaryIO

from pymarc import Field, Indicators, Record, Subfield
from pymarc.leader import Leader
from pymarc.marc8 import marc8_to_unicode

from catalog.imports import encodings
from catalog.imports.encodings import Encoding
from catalog.imports.marc_fields import bib_record
from catalog.imports.records import BadRecord, BibRecord, Problem, guarded

_CHUNK = 1 << 18
# ISO 2709 allows 99,999 bytes. A file that lost its terminators must not fill the memory.
LONGEST_RECORD = 1 << 22
_RECORD_ENDS, _FIELD_ENDS, _SUBFIELD = b"\x1d", b"\x1e", "\x1f"
_LEADER, _ENTRY = 24, 12
# Includes the byte order mark that some files have before UTF-8.
_BETWEEN_RECORDS = b" \r\n\t\x00\x1a\xef\xbb\xbf"
_JIS = re.compile(rb"\x1b(?:\$[@B]|\([IJ])")
# The lossless form of characters that MARC-8 lacks; many convert it to UTF-8 unchanged.
_REFERENCE = re.compile(r"&#[xX]([0-9A-Fa-f]{1,6});")
_NOT_MARC_8 = re.compile(rb"[\x80-\xa0\xc9-\xdf\xfc\xfd\xff]|[\xe0-\xfe]+(?![A-Za-z\xe0-\xfe])")
_NOT_PRINTED = re.compile("[^\x20-\x7e]")

CUT_OFF = "ファイルが途中で終わっていて、最後のレコードを読めません。"
TOO_LONG = "レコードの終わりが見つからないので、次のレコードまで飛ばしました。"
BROKEN_TEXT = "読めない文字があり、�で置きかえました。"
_MENDED = "ディレクトリが壊れているので、項目の区切りから読みました。"
_BROKEN = "MARCの形が壊れていて、読めません。"


def read_iso2709(
    file: BinaryIO, encoding: Encoding | None = None
) -> Generator[BibRecord | Problem, None, None]:
    for number, (raw, complaint) in enumerate(_cut_at_terminators(file), start=1):
        where = f"{number}件目"
        if complaint:
            yield Problem(where, complaint, cut_off=complaint == CUT_OFF)
        else:
            yield guarded(where, lambda: _record(raw, where, encoding), _BROKEN)  # noqa: B023


def marc_records(file: BinaryIO) -> Iterator[Record | Problem]:
    """Yield the records themselves, for files that describe no bibs: authorities."""
    for number, (raw, complaint) in enumerate(_cut_at_terminators(file), start=1):
        if complaint:
            yield Problem(f"{number}件目", complaint, cut_off=complaint == CUT_OFF)
        else:
            yield _decoded(raw, None)[0]


def _record(raw: bytes, where: str, encoding: Encoding | None) -> BibRecord:
    marc, remarks = _decoded(raw, encoding)
    record = bib_record(marc, where)
    record.remarks += remarks
    return record


def _cut_at_terminators(file: BinaryIO) -> Iterator[tuple[bytes, str]]:
    rest, skipping = b"", False
    while chunk := file.read(_CHUNK):
        *whole, rest = (rest + chunk).split(_RECORD_ENDS)
        for raw in whole:
            if skipping:
                skipping = False
            elif raw := raw.lstrip(_BETWEEN_RECORDS):
                yield raw, ""
        if len(rest) > LONGEST_RECORD:
            if not skipping:
                yield b"", TOO_LONG
            rest, skipping = b"", True
    if skipping or rest.strip(_BETWEEN_RECORDS):
        yield b"", CUT_OFF


def _decoded(raw: bytes, forced: Encoding | None) -> tuple[Record, list[str]]:
    head, _, data = raw.partition(_FIELD_ENDS)
    marc, remarks = Record(), []
    leader, directory = head[:_LEADER], head[_LEADER:]
    fields = _by_directory(directory, data)
    if fields is None:
        leader, fields = _by_terminators(head, data)
        remarks.append(_MENDED)
    plain = leader.decode("ascii", "replace").ljust(_LEADER)[:_LEADER]
    marc.leader = Leader(plain)
    decode, remark = _reading(data, says_unicode=plain[9] == "a", forced=forced)
    if remark:
        remarks.append(remark)
    for tag, content in fields:
        text = read_references(decode(content))
        marc.add_field(_field(tag, text))
        if "\ufffd" in text and BROKEN_TEXT not in remarks:
            remarks.append(BROKEN_TEXT)
    return marc, remarks


def read_references(text: str) -> str:
    return _REFERENCE.sub(_referred, text) if "&#" in text else text


def _referred(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return chr(number) if 0x1F < number < 0x110000 else found[0]


def _by_directory(directory: bytes, data: bytes) -> list[tuple[str, bytes]] | None:
    """Return the fields at the positions of the directory, if these are consistent."""
    if not directory or len(directory) % _ENTRY or not directory.isalnum():
        return None
    fields = []
    for place in range(0, len(directory), _ENTRY):
        entry = directory[place : place + _ENTRY]
        if not entry[3:].isdigit():
            return None
        start = int(entry[7:])
        end = start + int(entry[3:7]) - 1
        if end < start or data[end : end + 1] != _FIELD_ENDS:
            return None
        if start and data[start - 1 : start] != _FIELD_ENDS:
            return None
        fields.append((entry[:3].decode("ascii"), data[start:end]))
    return fields


def _by_terminators(head: bytes, data: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Return the leader, and the fields in their order with the tags of the directory."""
    contents = data.removesuffix(_FIELD_ENDS).split(_FIELD_ENDS)
    directory = head[-_ENTRY * len(contents) :].decode("ascii", "replace")
    tags = [directory[place : place + 3] for place in range(0, len(directory), _ENTRY)]
    if len(directory) != _ENTRY * len(contents) or not all(tag.isalnum() for tag in tags):
        raise BadRecord("MARCのディレクトリが壊れていて、読めません。")
    leader = head[: len(head) - len(directory)]
    return leader, list(zip(tags, contents, strict=True))


def _reading(
    data: bytes, *, says_unicode: bool, forced: Encoding | None
) -> tuple[Callable[[bytes], str], str]:
    """Return how to decode a record, and the remark if it is not as announced.

    Many records claim to be MARC-8 or Unicode and are not.
    """
    found = forced or _encoding(data, says_unicode)
    if found is encodings.MARC_8:
        return _from_marc8, _read_as(found) if says_unicode and not forced else ""
    if found is encodings.UTF_8:
        return _from_utf8, ""
    return found.decode, "" if forced else _read_as(found)


def _read_as(found: Encoding) -> str:
    return f"文字コードがUTF-8ではないので、{found.name}として読みました。"


def _encoding(data: bytes, says_unicode: bool) -> Encoding:
    if data.isascii():
        if b"\x1b" not in data:
            return encodings.UTF_8
        return encodings.JIS if _JIS.search(data) else encodings.MARC_8
    if encodings.looks_like_utf_8(data):
        return encodings.UTF_8
    if b"\x1b" not in data:
        found = encodings.japanese(data)
        if encodings.is_japanese(found.decode(data)):
            return found
    if says_unicode and b"\x1b" not in data and not _fits_marc8(data):
        return encodings.UTF_8
    return encodings.MARC_8


def _fits_marc8(data: bytes) -> bool:
    """Whether each mark of ANSEL stands before a letter, and each special character is known."""
    return not _NOT_MARC_8.search(data)


def _from_utf8(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _from_marc8(content: bytes) -> str:
    return _SUBFIELD.join(_part_from_marc8(part) for part in content.split(_SUBFIELD.encode()))


def _part_from_marc8(part: bytes) -> str:
    try:
        return marc8_to_unicode(part, hide_utf8_warnings=True)
    except Exception:  # an escape that is cut off or unknown; the library has several errors for it
        return _NOT_PRINTED.sub("\ufffd", part.decode("latin-1"))


def _field(tag: str, text: str) -> Field:
    if tag < "010" and tag.isdigit():
        return Field(tag=tag, data=text)
    indicators, *subfields = text.split(_SUBFIELD)
    return Field(
        tag=tag,
        indicators=Indicators(*indicators.ljust(2)[:2]),
        subfields=[Subfield(part[0], part[1:]) for part in subfields if part],
    )
