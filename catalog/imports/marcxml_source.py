"""Yields MARC 21 records from MARCXML, one at a time, also out of OAI-PMH and SRU answers.

The text is split at the tags of records, and each record is parsed for itself, so damage inside a
record does not affect others.
"""

import codecs
import html
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree import ElementTree

from pymarc import Field, Indicators, Record, Subfield
from pymarc.leader import Leader

from catalog.imports import encodings
from catalog.imports.encodings import Encoding
from catalog.imports.marc_fields import bib_record
from catalog.imports.marc_source import (
    BROKEN_TEXT,
    CUT_OFF,
    LONGEST_RECORD,
    TOO_LONG,
    read_references,
)
from catalog.imports.records import BadRecord, BibRecord, Problem, guarded

_CHUNK = 1 << 16
_LONGEST_TAG = 4000
_LEADER = 24
_DECLARED = re.compile(r"""<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)""")
_RECORD_TAG = re.compile(r"<(?P<end>/)?(?:[\w.-]+:)?record(?=[\s>/])[^>]*>")
_PREFIX = re.compile(r"[<\s]/?([\w.-]+):\w")
_OF_MARC = re.compile(r"<(?:[\w.-]+:)?(?:leader|controlfield|datafield)[\s>]")
_DELETED_BY_OAI = re.compile(r"""<(?:[\w.-]+:)?header\s[^>]*status\s*=\s*["']deleted["']""")
_PACKED = re.compile(r"&lt;(?:[\w.-]+:)?record(?=[\s&])")
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?\]\]>|&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)(\w+;)?",
    re.DOTALL,
)
# Characters that XML 1.0 forbids: a parser refuses the whole record because of one.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NOT_XML_NUMBER = re.compile(r"&#(x[0-9A-Fa-f]+|[0-9]+);")

_DELETED = "消されたという知らせ(OAI-PMH)なので、読みませんでした。"
_NO_MARC = "MARCの項目がありません。"
_BROKEN = "XMLが壊れています。このレコードは読めません。"
_PART_LOST = "記号のない項目が{number}か所あり、その項目だけ読みませんでした。"


@dataclass(slots=True)
class _Open:
    """A record whose end tag has not come: its own text, without the records inside it."""

    parts: list[str] = field(default_factory=list)
    size: int = 0
    has_records_inside: bool = False

    def add(self, text: str) -> None:
        self.size += len(text)
        if self.size <= LONGEST_RECORD:
            self.parts.append(text)
        else:
            self.parts.clear()


def read_marcxml(
    file: BinaryIO, encoding: Encoding | None = None
) -> Generator[BibRecord | Problem, None, None]:
    records = _marc_only(_split(file, encoding or encoding_of_xml(file)))
    for number, (xml, complaint) in enumerate(records, start=1):
        where = f"{number}件目"
        if complaint:
            deleted = complaint == _DELETED
            yield Problem(where, complaint, skipped=not deleted, cut_off=complaint == CUT_OFF)
        else:
            yield guarded(where, lambda: _record(xml, where), _BROKEN)  # noqa: B023


def marcxml_records(file: BinaryIO) -> Iterator[Record | Problem]:
    """Yield the records themselves, for files that describe no bibs: authorities."""
    records = _marc_only(_split(file, encoding_of_xml(file)))
    for number, (xml, complaint) in enumerate(records, start=1):
        yield Problem(f"{number}件目", complaint) if complaint else _parsed(xml)[0]


def _split(file: BinaryIO, encoding: Encoding) -> Iterator[tuple[str, bool, bool]]:
    """Yield each record's own text, whether records are inside it, and whether its end is there."""
    file.seek(0)
    text = codecs.getreader(encoding.codec)(file, encoding.errors)
    stack: list[_Open] = []
    rest = ""
    while chunk := text.read(_CHUNK):
        rest += chunk
        position = 0
        for tag in _RECORD_TAG.finditer(rest):
            if stack:
                stack[-1].add(rest[position : tag.start()])
            position = tag.end()
            if tag["end"] and stack:
                done = stack.pop()
                done.add(tag[0])
                yield "".join(done.parts) if done.size <= LONGEST_RECORD else "", *_state(done)
            elif not tag["end"] and not tag[0].endswith("/>"):
                if stack:
                    stack[-1].has_records_inside = True
                stack.append(_Open([tag[0]], len(tag[0])))
        keep = max(position, len(rest) - _LONGEST_TAG)
        if stack:
            stack[-1].add(rest[position:keep])
        rest = rest[keep:]
    yield from (("".join(one.parts), one.has_records_inside, False) for one in stack)


def _state(done: _Open) -> tuple[bool, bool]:
    return done.has_records_inside, True


def _marc_only(records: Iterator[tuple[str, bool, bool]]) -> Iterator[tuple[str, str]]:
    """Yield the text of MARC records and complaints; envelopes yield what they contain."""
    for xml, has_records_inside, is_whole in records:
        if not xml:
            yield "", TOO_LONG
        elif not is_whole:
            if _OF_MARC.search(xml) or not has_records_inside:
                yield "", CUT_OFF
        elif _OF_MARC.search(xml):
            yield xml, ""
        elif _PACKED.search(xml):
            yield from _packed(xml)
        elif _DELETED_BY_OAI.search(xml):
            yield "", _DELETED
        elif not has_records_inside:
            yield "", _NO_MARC


def _packed(xml: str) -> Iterator[tuple[str, str]]:
    """Yield the records that SRU sends as escaped text."""
    inside = html.unescape(xml[_PACKED.search(xml).start() :])  # type: ignore[union-attr]
    start = _RECORD_TAG.search(inside)
    end = next((tag for tag in _RECORD_TAG.finditer(inside) if tag["end"]), None)
    if start and end:
        yield inside[start.start() : end.end()], ""
    else:
        yield "", _BROKEN


def encoding_of_xml(file: BinaryIO) -> Encoding:
    """Return the announced encoding, unless the bytes are clearly in another."""
    file.seek(0)
    sample = file.read(1 << 20)
    file.seek(0)
    if wide := encodings.utf_16(sample):
        return wide
    if not sample.isascii() and encodings.looks_like_utf_8(sample):
        return encodings.UTF_8
    declared = _DECLARED.search(sample[:400].decode("latin-1"))
    announced = encodings.named(declared[1]) if declared else None
    found = encodings.detect(sample)
    if announced is None or announced.codec.startswith("utf"):
        return found
    return encodings.better_of(announced, found, sample)


def _record(xml: str, where: str) -> BibRecord:
    marc, lost = _parsed(xml)
    record = bib_record(marc, where)
    if "\ufffd" in xml:
        record.remarks.append(BROKEN_TEXT)
    if lost:
        record.remarks.append(_PART_LOST.format(number=lost))
    return record


def _parsed(xml: str) -> tuple[Record, int]:
    """Return the record, and how many fields and subfields have no tag or code."""
    prefixes = set(_PREFIX.findall(xml)) - {"xml", "xmlns"}
    declared = "".join(f' xmlns:{prefix}="x"' for prefix in sorted(prefixes))
    plain = _NOT_XML_NUMBER.sub(_number, _AMPERSAND.sub(_entity, _NOT_XML.sub("", xml)))
    try:
        # No entities are declared: a DOCTYPE inside an element is an error of the parser.
        root = ElementTree.fromstring(f"<collection{declared}>{plain}</collection>")  # noqa: S314  # nosec
    except ElementTree.ParseError as error:
        raise BadRecord(_BROKEN) from error
    marc, lost = Record(), 0
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name == "leader":
            marc.leader = Leader(_leader(element.text or ""))
        elif name in ("controlfield", "datafield"):
            made, lost_here = _field(element)
            lost += lost_here
            if made:
                marc.add_field(made)
    return marc, lost


def _entity(found: re.Match[str]) -> str:
    """Read &nbsp; and the like, which only HTML knows; escape a lone ampersand."""
    if found[0].startswith("<"):
        return found[0]
    character = html.unescape(found[0])
    return f"&amp;{found[1] or ''}" if character == found[0] else html.escape(character)


def _number(found: re.Match[str]) -> str:
    character = html.unescape(found[0])
    return "" if _NOT_XML.search(character) else found[0]


def _leader(text: str) -> str:
    """Pad a leader whose blanks at one end were trimmed."""
    text = text.strip()
    pad = text.rjust if text.endswith("4500") else text.ljust
    return pad(_LEADER)[:_LEADER]


def _text(part: ElementTree.Element) -> str:
    return read_references("".join(part.itertext()))


def _field(element: ElementTree.Element) -> tuple[Field | None, int]:
    tag = element.get("tag", "").strip()
    if not tag:
        return None, 1
    if element.tag.endswith("controlfield"):
        return Field(tag=tag, data=element.text or ""), 0
    parts = [part for part in element if part.tag.endswith("subfield")]
    coded = [part for part in parts if part.get("code")]
    subfields = [Subfield(part.get("code", "")[0], _text(part)) for part in coded]
    indicators = Indicators(*((element.get(name) or " ")[0] for name in ("ind1", "ind2")))
    return Field(tag=tag, indicators=indicators, subfields=subfields), len(parts) - len(coded)
