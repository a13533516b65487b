"""Checks every record before it is written, whatever its source."""

import re
from decimal import Decimal

from django.db.models import CharField

from catalog.imports.cleaning import is_kana, katakana
from catalog.imports.records import BadRecord, BibRecord, Person
from catalog.models import Bib, Contribution, Contributor, Series
from japanese.normalise import compact
from japanese.volume_labels import read_volume, split_volume

_AROUND_SUBTITLE = " ―─—–-:："
_VOLUME_SPOKEN = re.compile(
    r" (?:ジョウ|チュウ|ゲ|ゼン|コウ)(?:カン|ヘン|サツ)?$|[(（〔【][ァ-ヺー]{1,6}[)）〕】]$"
)
_SET_KEY_PART = 200  # keeps the key within the size limit of an index entry in PostgreSQL
_AUDIENCES = {value for value, _ in Bib.Audience.choices} | {""}
_AUDIENCE_NAMES = {str(label): value for value, label in Bib.Audience.choices}
_YEARS = range(1, 2200)
_LANGUAGE = re.compile(r"[a-z]{3}")


def _lengths(model) -> dict[str, int]:
    return {
        field.name: field.max_length
        for field in model._meta.fields
        if isinstance(field, CharField) and field.max_length
    }


_BIB = _lengths(Bib)
_CONTRIBUTOR = _lengths(Contributor)
_SERIES = _lengths(Series)
_ROLE = _lengths(Contribution)["role"]
_OTHER_NAME = Contributor._meta.get_field("other_names").base_field.max_length
_SUBJECT = Bib._meta.get_field("subjects").base_field.max_length
_ORDER_STEP = Decimal(1).scaleb(-(Bib._meta.get_field("volume_order").decimal_places or 0))
_NAMES = {field.name: str(field.verbose_name) for field in Bib._meta.fields}


def finish(record: BibRecord) -> BibRecord:
    """Return the record in its final form. Raises BadRecord without a key or a title."""
    if not record.source_key:
        raise BadRecord("番号がありません。")
    if len(record.source_key) > _BIB["source_key"]:
        raise BadRecord(f"番号が長すぎます({_BIB['source_key']}文字まで)。")
    if record.deleted:
        return record
    if not record.title:
        raise BadRecord("題名がありません。")
    _settle_codes(record)
    _settle_volume(record)
    if not record.title_reading and is_kana(record.title):
        record.title_reading = katakana(record.title)
    for person in record.people:
        _add_spoken_order(person)
    _cut(record)
    return record


def _settle_codes(record: BibRecord) -> None:
    audience = _AUDIENCE_NAMES.get(record.audience, record.audience)
    if audience not in _AUDIENCES:
        raise BadRecord(f"対象「{record.audience}」はありません。")
    record.audience = audience or Bib.Audience.ADULT.value
    language = record.language.lower()
    if language and not _LANGUAGE.fullmatch(language):
        record.remarks.append(
            f"言語「{record.language}」は3文字の記号ではないので、日本語としました。"
        )
        language = ""
    record.language = language or "jpn"
    if record.year is not None and record.year not in _YEARS:
        record.year = None


def _settle_volume(record: BibRecord) -> None:
    """Take the volume from its field, from a subtitle that is only a volume, or from the title."""
    record.subtitle = record.subtitle.strip(_AROUND_SUBTITLE)
    if record.volume:
        volume = read_volume(record.volume)
    elif volume := read_volume(record.subtitle):
        record.subtitle = ""
    else:
        record.title, volume = split_volume(record.title)
        if volume:
            reading = _VOLUME_SPOKEN.sub("", record.title_reading)
            record.title_reading = split_volume(reading)[0]
    if volume:
        record.volume = volume.label
        record.volume_order = volume.order.quantize(_ORDER_STEP)


def _add_spoken_order(person: Person) -> None:
    """Add ハンス・アンデルセン for アンデルセン, ハンス, because readers search for it."""
    surname, comma, given = person.name.partition(", ")
    if comma and is_kana(person.name):
        person.other_names.append(f"{given}・{surname}")


def volume_set_key(record: BibRecord) -> str:
    """Return the key of a set. Volumes of one edition share it, also in later printings."""
    author = record.people[0].name if record.people else ""
    parts = (record.title, author, record.publisher)
    folded = (compact(part)[:_SET_KEY_PART] for part in parts)
    return "|".join([*folded, record.material])


def _cut(record: BibRecord) -> None:
    for name, longest in _BIB.items():
        value = getattr(record, name, "")
        if isinstance(value, str) and len(value) > longest:
            setattr(record, name, value[:longest])
            record.remarks.append(f"{_NAMES[name]}が長すぎるので、{longest}文字に切りました。")
    if len(record.series) > _SERIES["title"]:
        record.series = record.series[: _SERIES["title"]]
        record.remarks.append(f"シリーズ名が長すぎるので、{_SERIES['title']}文字に切りました。")
    record.series_reading = record.series_reading[: _SERIES["reading"]]
    record.subjects = [subject[:_SUBJECT] for subject in record.subjects]
    record.subject_readings = [reading[:_SUBJECT] for reading in record.subject_readings]
    for person in record.people:
        _cut_person(person, record)


def _cut_person(person: Person, record: BibRecord) -> None:
    if len(person.name) > _CONTRIBUTOR["name"]:
        longest = _CONTRIBUTOR["name"]
        record.remarks.append(f"著者名が長すぎるので、{longest}文字に切りました。")
    person.name = person.name[: _CONTRIBUTOR["name"]]
    person.reading = person.reading[: _CONTRIBUTOR["reading"]]
    person.romanised = person.romanised[: _CONTRIBUTOR["romanised"]]
    person.role = person.role[:_ROLE]
    person.other_names = [name[:_OTHER_NAME] for name in person.other_names]
