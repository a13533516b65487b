"""Authority files: other names of contributors, and the words that lead to a subject.

Read are MARC 21 authority records (ISO 2709 and MARCXML: headings 1XX, other forms 4XX, and for
names also 5XX, as a pen name has a record of its own), RDF/JSON with SKOS-XL labels, as Web NDL
Authorities publish them, and a table with tabs: 種別 (名称 or 件名), 標目, 別の形 (with ; between).

A heading that the catalogue does not have is passed over. Doing it twice changes nothing.
"""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from pymarc import Record

from catalog.imports.cleaning import clean, heading
from catalog.imports.marc_source import marc_records
from catalog.imports.marcxml_source import marcxml_records
from catalog.imports.records import Problem, UnreadableFile
from catalog.models import Contributor, SubjectReference
from japanese.normalise import compact

_NAME_TAGS, _SUBJECT_TAGS = ("00", "10", "11"), ("30", "50", "51")
_SKOS_XL = "http://www.w3.org/2008/05/skos-xl#"
_SUBJECT_ADDRESS = re.compile("/(?:ndlsh|bsh)/")
_DATES = re.compile(r"[,、]?\s*[(（]?\d{4}-(?:\d{4})?[)）]?$")
_LONGEST_NAME, _LONGEST_SUBJECT = 200, 300
_NO_AUTHORITY = (
    "典拠ファイルとして読めません。MARC、MARCXML、RDF/JSON、タブ区切りのどれかにしてください。"
)


@dataclass(frozen=True, slots=True)
class Authority:
    is_name: bool
    heading: str
    others: tuple[str, ...]


@dataclass(slots=True)
class AuthorityReport:
    read: int = 0
    names: int = 0  # contributors that got another name
    references: int = 0
    problems: int = 0


def import_authorities(path: Path) -> AuthorityReport:
    """Read the file and write what the catalogue can use. Raises UnreadableFile."""
    report = AuthorityReport()
    names: dict[str, list[str]] = defaultdict(list)
    references = set()
    for authority in _authorities(path):
        if isinstance(authority, Problem):
            report.problems += 1
            continue
        report.read += 1
        if authority.is_name:
            names[compact(authority.heading)] += authority.others
        else:
            references |= {(authority.heading, other) for other in authority.others}
    if not report.read:
        raise UnreadableFile(_NO_AUTHORITY)
    with transaction.atomic():
        report.names = _add_names(names)
        report.references = _add_references(references)
    return report


def _add_names(names: dict[str, list[str]]) -> int:
    changed = []
    for contributor in Contributor.objects.iterator():
        others = names.get(compact(contributor.name), [])
        known = {contributor.name, *contributor.other_names}
        if new := [name for name in dict.fromkeys(others) if name not in known]:
            contributor.other_names += new
            changed.append(contributor)
    Contributor.objects.bulk_update(changed, ["other_names"], batch_size=1_000)
    return len(changed)


def _add_references(references: Iterable[tuple[str, str]]) -> int:
    before = SubjectReference.objects.count()
    rows = [
        SubjectReference(subject=subject, see_from=word) for subject, word in sorted(references)
    ]
    SubjectReference.objects.bulk_create(rows, batch_size=1_000, ignore_conflicts=True)
    return SubjectReference.objects.count() - before


def _authorities(path: Path) -> Iterator[Authority | Problem]:
    with path.open("rb") as file:
        start = file.read(4_000).lstrip(b"\xef\xbb\xbf \r\n")
        file.seek(0)
        if start[:1] == b"<":
            yield from map(_of_marc, marcxml_records(file))
        elif start[:1] in (b"{", b"["):
            yield from _of_rdf(json.load(file))
        elif b"\t" in start:
            yield from _of_table(file.read().decode("utf-8-sig", "replace"))
        else:
            yield from map(_of_marc, marc_records(file))


def _of_marc(record: Record | Problem) -> Authority | Problem:
    if isinstance(record, Problem):
        return record
    for own in record.get_fields(*(f"1{kind}" for kind in (*_NAME_TAGS, *_SUBJECT_TAGS))):
        is_name = own.tag[1:] in _NAME_TAGS
        kinds = ("4", "5") if is_name else ("4",)
        others = record.get_fields(*(f"{kind}{own.tag[1:]}" for kind in kinds))
        forms = [" ".join(other.get_subfields("a", "b")) for other in others]
        divisions = own.get_subfields("v", "x", "y", "z")
        title = "-".join([" ".join(own.get_subfields("a", "b")), *divisions])
        return _authority(title, forms, is_name=is_name)
    return Problem("", "見出しがありません。")


def _of_rdf(graph: Any) -> Iterator[Authority]:
    """RDF/JSON: subject → predicate → values; a label is a node of its own with a literal form."""
    for address, facts in graph.items() if isinstance(graph, dict) else ():
        own = list(_labels(graph, facts, "prefLabel"))
        if own:
            is_name = not _SUBJECT_ADDRESS.search(address)
            others = [*own[1:], *_labels(graph, facts, "altLabel")]
            yield _authority(own[0], others, is_name=is_name)


def _labels(graph: dict[str, Any], facts: dict[str, Any], kind: str) -> Iterator[str]:
    for value in facts.get(f"{_SKOS_XL}{kind}", ()):
        node = graph.get(value.get("value", ""), {})
        for literal in node.get(f"{_SKOS_XL}literalForm", ()):
            yield literal.get("value", "")


def _of_table(text: str) -> Iterator[Authority]:
    for row in csv.reader(io.StringIO(text), delimiter="\t"):
        kind, own, others = [*row, "", "", ""][:3]
        if kind in ("名称", "件名") and own:
            yield _authority(own, re.split("[;；]", others), is_name=kind == "名称")


def _authority(own: str, others: Iterable[str], *, is_name: bool) -> Authority:
    tidy = _name if is_name else _subject
    forms = dict.fromkeys(form for other in others if (form := tidy(other)))
    return Authority(is_name, tidy(own), tuple(form for form in forms if form != tidy(own)))


def _name(text: str) -> str:
    return heading(_DATES.sub("", clean(text)))[:_LONGEST_NAME]


def _subject(text: str) -> str:
    return clean(text).replace("--", "-")[:_LONGEST_SUBJECT]
