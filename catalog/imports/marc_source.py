"""Yields MARC 21 records from ISO 2709 or MARCXML, one at a time.

ISO 2709 is split at record terminators, not by the lengths in the leaders, and MARCXML at end tags,
so damage inside a record does not affect others.
"""

import codecs
import re
from collections.abc import Callable, Generator, Iterator
from functools import partial
from io import BytesIO
from typing import BinaryIO

from pymarc import Field, Indicators, Record, Subfield, parse_xml_to_array
from pymarc.leader import Leader
from pymarc.marc8 import marc8_to_unicode

from catalog.imports.marc_fields import bib_record
from catalog.imports.records import BadRecord, BibRecord, Problem

_CHUNK = 1 << 18
# ISO 2709 allows 99,999 bytes. A file that lost its terminators must not fill the memory.
_LONGEST_RECORD = 1 << 24
_RECORD_ENDS, _FIELD_ENDS, _SUBFIELD = b"\x1d", b"\x1e", "\x1f"
_LEADER, _ENTRY = 24, 12
# Includes the byte order mark that some files have before UTF-8.
_BETWEEN_RECORDS = b" \r\n\t\x00\x1a\xef\xbb\xbf"
# EUC first: what is EUC can often be read as Shift_JIS, too, but not the other way round. Only
# with kana among it; bytes of MARC-8 may look like kanji.
_JAPANESE = {"euc_jp": "EUC-JP", "cp932": "Shift_JIS"}
_FULL_KANA = re.compile("[ぁ-んァ-ヶ]")

_NAMESPACE = "http://www.loc.gov/MARC21/slim"
_XML_ENCODING = re.compile(rb"""<\?xml[^>]*encoding=["']([\w.-]+)""")
_XML_START = re.compile(r"<(?:\w+:)?record(?=[\s>])[^>]*>")
_XML_END = re.compile(r"</(?:\w+:)?record\s*>")
_XML_PREFIX = re.compile(r"[<\s](\w+):\w")
# Characters that XML 1.0 forbids: a parser refuses the whole record because of one.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

_CUT_OFF = "ファイルが途中で終わっていて、最後のレコードを読めません。"
_TOO_LONG = "レコードの終わりが見つからないので、先へ進みました。"
_BROKEN_TEXT = "読めない文字があり、�で置きかえました。"
_MENDED = "ディレクトリが壊れているので、項目の区切りから読みました。"


def read_iso2709(file: BinaryIO) -> Generator[BibRecord | Problem, None, None]:
    for number, (raw, complaint) in enumerate(_cut_at_terminators(file), start=1):
        where = f"{number}件目"
        if complaint:
            yield Problem(where, complaint)
            continue
        try:
            marc, remarks = _decoded(raw)
            record = bib_record(marc, where)
        except BadRecord as reason:
            yield Problem(where, str(reason))
            continue
        record.remarks += remarks
        yield record


def _cut_at_terminators(file: BinaryIO) -> Iterator[tuple[bytes, str]]:
    rest = b""
    while chunk := file.read(_CHUNK):
        *whole, rest = (rest + chunk).split(_RECORD_ENDS)
        for raw in whole:
            if raw := raw.lstrip(_BETWEEN_RECORDS):
                yield raw, ""
        if len(rest) > _LONGEST_RECORD:
            yield b"", _TOO_LONG
            rest = b""
    if rest.strip(_BETWEEN_RECORDS):
        yield b"", _CUT_OFF


def _decoded(raw: bytes) -> tuple[Record, list[str]]:
    head, _, data = raw.partition(_FIELD_ENDS)
    marc, remarks = Record(), []
    leader = head[:_LEADER].decode("ascii", "replace").ljust(_LEADER)
    marc.leader = Leader(leader)
    fields = _by_directory(head[_LEADER:], data)
    if fields is None:
        fields = _by_terminators(head, data)
        remarks.append(_MENDED)
    decode, name = _reading(data, says_unicode=leader[9] == "a")
    if name:
        remarks.append(f"文字コードがUTF-8ではないので、{name}として読みました。")
    for tag, content in fields:
        text = decode(content)
        marc.add_field(_field(tag, text))
        if "\ufffd" in text and _BROKEN_TEXT not in remarks:
            remarks.append(_BROKEN_TEXT)
    return marc, remarks


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
        if data[end : end + 1] != _FIELD_ENDS or (start and data[start - 1 : start] != _FIELD_ENDS):
            return None
        fields.append((entry[:3].decode("ascii"), data[start:end]))
    return fields


def _by_terminators(head: bytes, data: bytes) -> list[tuple[str, bytes]]:
    """Return the fields in their order, with the tags in the order of the directory."""
    contents = data.removesuffix(_FIELD_ENDS).split(_FIELD_ENDS)
    directory = head[-_ENTRY * len(contents) :].decode("ascii", "replace")
    tags = [directory[place : place + 3] for place in range(0, len(directory), _ENTRY)]
    if len(directory) != _ENTRY * len(contents) or not all(tag.isalnum() for tag in tags):
        raise BadRecord("MARCのディレクトリが壊れていて、読めません。")
    return list(zip(tags, contents, strict=True))


def _reading(data: bytes, *, says_unicode: bool) -> tuple[Callable[[bytes], str], str]:
    """Return how to decode a record, and the name of an encoding unknown to MARC 21.

    Many records claim to be MARC-8 or Unicode and are not.
    """
    if data.isascii():
        return (_from_marc8 if b"\x1b" in data and not says_unicode else _from_utf8), ""
    if _is_utf8_but_for_some_characters(data):
        return _from_utf8, ""
    if b"\x1b" not in data:
        for encoding, name in _JAPANESE.items():
            if (text := _decodes(data, encoding)) and _FULL_KANA.search(text):
                return partial(str, encoding=encoding, errors="replace"), name
    return (_from_utf8 if says_unicode else _from_marc8), ""


def _is_utf8_but_for_some_characters(data: bytes) -> bool:
    """Text in another encoding hardly ever forms valid UTF-8 sequences."""
    text = _from_utf8(data)
    broken = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) > 2 * broken


def _decodes(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _from_utf8(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _from_marc8(content: bytes) -> str:
    parts = content.split(_SUBFIELD.encode())
    return _SUBFIELD.join(marc8_to_unicode(part, hide_utf8_warnings=True) for part in parts)


def _field(tag: str, text: str) -> Field:
    if tag < "010" and tag.isdigit():
        return Field(tag=tag, data=text)
    indicators, *subfields = text.split(_SUBFIELD)
    return Field(
        tag=tag,
        indicators=Indicators(*indicators.ljust(2)[:2]),
        subfields=[Subfield(part[0], part[1:]) for part in subfields if part],
    )


def read_marcxml(file: BinaryIO) -> Generator[BibRecord | Problem, None, None]:
    for number, (xml, complaint) in enumerate(_cut_at_end_tags(file), start=1):
        where = f"{number}件目"
        if complaint:
            yield Problem(where, complaint)
            continue
        try:
            record = bib_record(_parsed(xml), where)
        except BadRecord as reason:
            yield Problem(where, str(reason))
            continue
        if "\ufffd" in xml:
            record.remarks.append(_BROKEN_TEXT)
        yield record


def _cut_at_end_tags(file: BinaryIO) -> Iterator[tuple[str, str]]:
    text = codecs.getreader(_xml_encoding(file))(file, "replace")
    rest = ""
    while chunk := text.read(_CHUNK):
        rest += chunk
        begun = 0
        for end in _XML_END.finditer(rest):
            if start := _XML_START.search(rest, begun, end.start()):
                yield rest[start.start() : end.end()], ""
            begun = end.end()
        rest = rest[begun:]
        if len(rest) > _LONGEST_RECORD:
            yield "", _TOO_LONG
            rest = ""
    if _XML_START.search(rest):
        yield "", _CUT_OFF


def _xml_encoding(file: BinaryIO) -> str:
    head = file.read(200)
    file.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _XML_ENCODING.search(head)
    try:
        return codecs.lookup(declared[1].decode()).name if declared else "utf-8"
    except LookupError:
        return "utf-8"


def _parsed(xml: str) -> Record:
    start = _XML_START.match(xml)
    prefixes = set(_XML_PREFIX.findall(start[0] if start else "")) - {"xml", "xmlns"}
    declared = "".join(f' xmlns:{prefix}="{_NAMESPACE}"' for prefix in sorted(prefixes))
    document = f'<collection xmlns="{_NAMESPACE}"{declared}>{_NOT_XML.sub("", xml)}</collection>'
    try:
        return parse_xml_to_array(BytesIO(document.encode()))[0]
    except Exception as error:  # whatever error the parser raises
        raise BadRecord(f"XMLが壊れています: {error}") from error
