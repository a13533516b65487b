"""Maps the fields of a MARC 21 record to a bib."""

import re
from collections import defaultdict

from pymarc import Field, Record

from catalog.imports.cleaning import (
    clean,
    clean_lines,
    heading,
    is_kana,
    read_isbns,
    read_ndc,
    read_published,
)
from catalog.imports.marc_codes import audience_of, language_of, material_of, year_of
from catalog.imports.marc_contributors import people_of
from catalog.imports.records import BibRecord
from catalog.imports.scripts import Spelled, spelled
from catalog.isbn import WRONG_ISBN

_SUBJECT_TAGS = "600", "610", "611", "630", "650", "651", "653"
_OTHER_TITLES = "240", "130", "246", "740"
_WORKS_INSIDE = "700", "710", "711"
# Tag → subfields of the notes that readers see.
_NOTES = {
    "500": "a", "501": "a", "502": "abcd", "504": "a", "508": "a", "511": "a", "515": "a",
    "518": "a", "521": "a", "530": "a", "533": "abcd", "534": "pabct", "538": "a", "546": "ab",
    "550": "a", "580": "a", "586": "a",
}  # fmt: skip
_SUBDIVISIONS = "vxyz"
_LINK = re.compile(r"^(\d{3})-(\d{2})")
_NDC_EDITION = re.compile(r"njb/(\d+)|ndc(\d*)", re.IGNORECASE)
_ISBD_END = re.compile(
    r"\s*[/:;,=／：；，＝、،؛]\s*$"
    r"|(?:(?<=[\u0370-\uffff\U00020000-\U0003ffff)\]\d])|(?<=\w\w\w))\s?[.．。]\s*$"  # not B.
)

_SUPPLIED = "[] "  # around what the cataloguer supplied, often opened in one subfield for the next


class Fields:
    """The fields by tag, each with its forms in other scripts from field 880."""

    def __init__(self, marc: Record) -> None:
        self._by_tag: dict[str, list[Field]] = defaultdict(list)
        self._linked: dict[tuple[str, str], list[Field]] = defaultdict(list)
        for field in marc.fields:
            self._by_tag[field.tag].append(field)
        for field in self._by_tag["880"]:
            if link := _LINK.match(first(field, "6")):
                self._linked[link[1], link[2]].append(field)

    def control(self, tag: str) -> str:
        fields = self._by_tag.get(tag)
        return clean(fields[0].data or "") if fields else ""

    def fixed(self, tag: str) -> str:
        """Return a control field unchanged, because every position has a meaning."""
        fields = self._by_tag.get(tag)
        return (fields[0].data or "").ljust(40) if fields else " " * 40

    def all(self, *tags: str) -> list[Field]:
        return [field for tag in tags for field in self._by_tag.get(tag, ())]

    def linked(self, field: Field) -> list[Field]:
        link = _LINK.match(first(field, "6"))
        if not link or link[2] == "00":
            return []
        return self._linked.get((field.tag, link[2]), [])

    def spelled(self, field: Field, codes: str = "a") -> Spelled:
        others = [joined(other, codes) for other in self.linked(field)]
        return spelled(joined(field, codes), others)


def first(field: Field, code: str) -> str:
    return next((one.value for one in field.subfields if one.code == code), "")


def values(field: Field, codes: str) -> list[str]:
    return [
        value
        for one in field.subfields
        if one.code in codes and (value := _without_isbd(clean(one.value)))
    ]


def joined(field: Field, codes: str, by: str = " ") -> str:
    return by.join(values(field, codes))


def _without_isbd(text: str) -> str:
    return text if text.endswith("...") else _ISBD_END.sub("", text)


def bib_record(marc: Record, where: str) -> BibRecord:
    fields, leader = Fields(marc), str(marc.leader).ljust(24)
    record = BibRecord(where, source_key=fields.control("001"), deleted=leader[5] == "d")
    if record.deleted:
        return record
    _take_title(record, fields)
    _take_class(record, fields)
    _take_edition(record, fields)
    _take_series(record, fields)
    _take_subjects(record, fields)
    _take_isbns(record, fields)
    _take_notes(record, fields)
    record.people = people_of(fields)
    fixed = fields.fixed("008")
    record.year = _settled_year(record, year_of(fixed))
    record.language = language_of(fixed, [first(field, "a") for field in fields.all("041")])
    record.material = material_of(leader, fields.fixed("007"), fixed, record)
    record.audience = audience_of(fixed) or record.audience
    return record


def _settled_year(record: BibRecord, coded: int | None) -> int | None:
    """Return the year of the imprint, which readers see; 008 may give that of the first print."""
    if record.year and coded and record.year != coded:
        record.remarks.append(
            f"出版年が、008では{coded}年、出版事項では{record.year}年です。"
            "出版事項のほうにしました。"
        )
    return record.year or coded


def _take_title(record: BibRecord, fields: Fields) -> None:
    for field in fields.all("245", *_OTHER_TITLES)[:1]:
        title = fields.spelled(field)
        if not title.text:
            _take_title_without_its_name(record, fields, field)
            return
        parts = fields.spelled(field, "np").text
        numbered = fields.spelled(field, "n").text
        record.title, record.title_reading = title.text, title.reading
        record.title_romanised = title.romanised
        record.subtitle = fields.spelled(field, "b").text
        if numbered:
            record.volume = parts
        elif parts:
            record.title = f"{record.title} {parts}".strip()


def _take_title_without_its_name(record: BibRecord, fields: Fields, field: Field) -> None:
    """Make the title of what there is: 書簡, 1901-1910 (form and dates), or the part alone."""
    parts = [fields.spelled(field, codes).text for codes in ("k", "fg", "np", "s")]
    record.title = ", ".join(filter(None, parts))
    record.subtitle = fields.spelled(field, "b").text
    if not record.title:
        record.title, record.subtitle = record.subtitle, ""


def _take_class(record: BibRecord, fields: Fields) -> None:
    """Take the class of the newest edition of the NDC."""
    marks = []
    for field in fields.all("084"):
        edition = _NDC_EDITION.search(first(field, "2"))
        if edition or not first(field, "2"):
            number = int((edition and (edition[1] or edition[2])) or 0)
            marks += [(number, *read_ndc(value)) for value in values(field, "a")[:1]]
    _, record.ndc, for_children = max(marks, key=lambda mark: mark[0], default=(0, "", False))
    record.audience = "child" if for_children else ""


def _take_edition(record: BibRecord, fields: Fields) -> None:
    for field in fields.all("250")[:1]:
        record.edition = fields.spelled(field, "ab").text
    published = [
        field for field in fields.all("264") if field.indicators and field.indicators.second == "1"
    ]
    for field in (published or fields.all("260", "264"))[:1]:
        record.publisher = fields.spelled(field, "b").text.strip(_SUPPLIED)
        record.published, record.year = read_published(joined(field, "c").strip(_SUPPLIED))
    for field in fields.all("300")[:1]:
        record.extent = joined(field, "abce", " ; ")


def _take_series(record: BibRecord, fields: Fields) -> None:
    for field in fields.all("490", "440", "830")[:1]:
        series = fields.spelled(field)
        record.series, _, number = series.text.partition(" ; ")
        record.series_reading = series.reading
        record.series_number = fields.spelled(field, "v").text or number


def _take_subjects(record: BibRecord, fields: Fields) -> None:
    for field in fields.all(*_SUBJECT_TAGS):
        subject = fields.spelled(field)
        if not subject.text:
            continue
        subject_text = "--".join([subject.text, *values(field, _SUBDIVISIONS)])
        if subject_text not in record.subjects:
            record.subjects.append(subject_text)
        if subject.reading and subject.reading not in record.subject_readings:
            record.subject_readings.append(subject.reading)


def _take_isbns(record: BibRecord, fields: Fields) -> None:
    given = [clean(first(field, "a")) for field in fields.all("020")]
    wrong = [clean(one.value) for field in fields.all("020") for one in field if one.code == "z"]
    record.isbns, bad = read_isbns(given)
    for number in bad:
        record.remarks.append(f"ISBNではない番号「{number}」を注記に移しました。")
    for number in [*bad, *wrong]:
        record.add_note(f"{WRONG_ISBN}{number}")


def _take_notes(record: BibRecord, fields: Fields) -> None:
    for field in fields.all("245")[:1]:
        if statement := fields.spelled(field, "c").text:
            record.add_note(f"責任表示: {statement}")
    _take_other_titles(record, fields)
    for field in fields.all(*_NOTES):
        if text := _lines_of(field, _NOTES[field.tag]):
            record.add_note(text)
    for field in fields.all("856"):
        if address := first(field, "u"):
            record.add_note(" ".join([*values(field, "3yz"), clean(address)]))
    contents = [_lines_of(field, "agrt") for field in fields.all("520", "505")]
    contents += [_work_inside(fields, field) for field in fields.all(*_WORKS_INSIDE)]
    record.contents = "\n".join(dict.fromkeys(filter(None, contents)))


def _take_other_titles(record: BibRecord, fields: Fields) -> None:
    others = (fields.spelled(field, "abnp").text for field in fields.all(*_OTHER_TITLES))
    for other in dict.fromkeys(others):
        if other and other != record.title and not is_kana(other):
            record.add_note(f"別題: {other}")


def _work_inside(fields: Fields, field: Field) -> str:
    """Return the contained or related work of a heading with a title: 星 / 月野花."""
    if not first(field, "t"):
        return ""
    title, name = fields.spelled(field, "tnp").text, fields.spelled(field, "ab").text
    return f"{title} / {heading(name)}" if name else title


def _lines_of(field: Field, codes: str) -> str:
    return clean_lines(" ".join(one.value for one in field.subfields if one.code in codes))
