"""Small catalogues of the tests' own making."""

import re

from pymarc import Field, Indicators, Record, Subfield, record_to_xml

LIBRARY_COLUMNS = (
    "source_key,title,title_reading,subtitle,volume,authors,author_readings,publisher,published,"
    "isbn,ndc,language,material,audience,series,series_number,edition,extent,subjects,notes,"
    "call_number,copies"
)
AOZORA_COLUMNS = (
    "作品ID,作品名,作品名読み,副題,分類番号,姓,名,姓読み,名読み,姓ローマ字,名ローマ字,役割フラグ,"
    "底本名1,底本出版社名1,底本初版発行年1"
)


def library_csv(*rows: dict[str, str]) -> str:
    """A library's own list; every row has a number and a title unless it says otherwise."""
    return _csv(
        LIBRARY_COLUMNS,
        [
            {"source_key": f"L{number}", "title": "山の本"} | row
            for number, row in enumerate(rows, start=1)
        ],
    )


def aozora_csv(*rows: dict[str, str]) -> str:
    return _csv(AOZORA_COLUMNS, [{"作品ID": "000001", "役割フラグ": "著者"} | row for row in rows])


def _csv(header: str, rows: list[dict[str, str]]) -> str:
    columns = header.split(",")
    lines = [",".join(_quoted(row.get(column, "")) for column in columns) for row in rows]
    return "\r\n".join([header, *lines]) + "\r\n"


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if any(c in value for c in ',"\n') else value


def field(tag: str, *subfields: str, indicators: str = "  ") -> Field:
    """field("245", "a細雪", "n上")"""
    return Field(
        tag=tag,
        indicators=Indicators(*indicators),
        subfields=[Subfield(one[0], one[1:]) for one in subfields],
    )


def marc(
    *fields: Field,
    key: str = "M1",
    status: str = "n",
    kind: str = "a",
    fixed: str = "200101s2016    ja            000 0 jpn  ",
) -> Record:
    record = Record(force_utf8=True)
    record.leader = f"00000{status}{kind}m a2200000 i 4500"
    record.add_field(Field(tag="001", data=key), Field(tag="008", data=fixed))
    record.add_field(*fields)
    return record


def titled(title: str, key: str = "M1", status: str = "n") -> Record:
    return marc(field("245", f"a{title}"), key=key, status=status)


def iso2709(*records: Record) -> bytes:
    return b"".join(record.as_marc() for record in records)


def marcxml(*records: Record) -> bytes:
    escaped = "\n".join(record_to_xml(record).decode() for record in records)
    inside = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), escaped)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<collection xmlns="http://www.loc.gov/MARC21/slim">{inside}</collection>'
    ).encode()
