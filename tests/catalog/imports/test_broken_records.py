"""Nothing in a file can end the import or take a neighbour with it (rule 9.4)."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.imports import UnreadableFile
from catalog.imports.detection import open_source
from catalog.imports.records import BibRecord, Problem
from catalog.models import Bib
from tests.catalog.imports.marc_builder import field, iso2709, library_csv, marc, marcxml, titled
from tests.withstand.long import short_or_long

FIRST, LAST = titled("先の本", "first"), titled("後の本", "last")
BROKEN = {
    "a cut escape": b"\x1b$,",
    "an escape to nothing": b"\x1b",
    "figures that are none": "²³¹".encode(),
    "NUL": b"\x00\x00\x00\x00",
    "a field without content": b"\x1e\x1e",
    "a subfield without a code": b"\x1f\x1f\x1f",
    "bytes of no encoding": b"\xff\xfe\xfd\x80",
    "a lone surrogate": b"\xed\xa0\x80",
    "more than 99,999 bytes": "山".encode() * 40_000,
    "a reference to nothing": b"&#xFFFFFFF; &#x0; &#xD800;",
    "markup": b"<record><![CDATA[<!DOCTYPE x>]]></record",
    "quotes": b'"",";\t"',
}


def middle() -> bytes:
    people = field("700", "a月野, 花", "e訳"), field("020", "a9784834000825")
    return iso2709(
        marc(field("245", "a中の本", "b副題", "c月野花訳"), *people, key="middle"),
    )


def around(broken: bytes) -> bytes:
    return iso2709(FIRST) + broken + iso2709(LAST)


def neighbours() -> set[str]:
    return set(Bib.objects.values_list("source_key", flat=True)) & {"first", "last"}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("place", ["leader", "directory", "001", "008", "245", "700"])
def test_a_broken_record_of_iso_2709_takes_no_neighbour_with_it(imported, kind, place) -> None:
    record = middle()
    places = {
        "leader": 9,
        "directory": 30,
        "001": record.index(b"middle") + 2,
        "008": record.index(b"200101s") + 8,
        "245": record.index("中".encode()),
        "700": record.index("月".encode()),
    }
    at = places[place]
    imported(around(record[:at] + BROKEN[kind] + record[at:]))
    assert neighbours() == {"first", "last"}


@pytest.mark.parametrize("end", range(1, 60, 3))
def test_a_record_that_ends_anywhere_takes_no_neighbour_with_it(imported, end: int) -> None:
    imported(around(middle()[:-end] + b"\x1d"))
    assert neighbours() == {"first", "last"}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("place", ["<leader>", 'tag="', "<subfield", ">中の本"])
def test_a_broken_record_of_marcxml_takes_no_neighbour_with_it(imported, kind, place) -> None:
    content = marcxml(FIRST, titled("中の本", "middle"), LAST)
    at = content.index(b"middle") if place == 'tag="' else content.index("中の本".encode())
    if place.startswith("<"):
        at = content.rindex(place.encode(), 0, at) + len(place)
    imported(content[:at] + BROKEN[kind].replace(b"<record>", b"") + content[at:])
    assert neighbours() == {"first", "last"}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_row_takes_no_neighbour_with_it(imported, kind) -> None:
    head, row, last = (
        library_csv({"source_key": "first"}, {"source_key": "last"}).encode().split(b"\r\n")[:3]
    )
    broken = row.replace(b"first", b"middle" + BROKEN[kind], 1)
    imported(b"\r\n".join([head, row, broken, last, b""]))
    assert neighbours() == {"first", "last"}


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Cut, double, exchange or insert some bytes of the content."""
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        end = at + draw(st.integers(0, 12))
        put = draw(
            st.one_of(st.sampled_from(sorted(BROKEN.values(), key=len)[:-1]), st.binary(max_size=6))
        )
        data[at:end] = draw(st.sampled_from([b"", put, bytes(data[at:end]) * 2]))
    return bytes(data)


CONTENTS = {
    "iso2709": lambda: iso2709(FIRST) + middle() + iso2709(LAST),
    "marcxml": lambda: marcxml(FIRST, titled("中の本", "middle"), LAST),
    "csv": lambda: library_csv({"authors": "山; 川"}, {"isbn": "9784834000825"}).encode("cp932"),
}


@pytest.mark.parametrize("form", CONTENTS)
def test_no_damage_ends_the_reading(form: str, tmp_path: Path) -> None:
    file = tmp_path / form

    @settings(
        max_examples=short_or_long(150, 20_000), derandomize=True, deadline=None, database=None
    )
    @given(damaged(CONTENTS[form]()))
    def read(content: bytes) -> None:
        file.write_bytes(content)
        with file.open("rb") as opened:
            try:
                entries = list(open_source(opened).entries)
            except UnreadableFile:
                return
        assert all(isinstance(entry, BibRecord | Problem) for entry in entries)

    read()


@pytest.mark.parametrize("form", ["iso2709", "marcxml"])
def test_no_damage_of_one_record_takes_a_neighbour_with_it(form: str, imported) -> None:
    record = middle()[:-1] if form == "iso2709" else b"<leader>x</leader>"
    rounds = settings(
        max_examples=short_or_long(25, 2000),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )

    @rounds
    @given(damaged(record))
    def bring(broken: bytes) -> None:
        Bib.objects.all().delete()
        if form == "iso2709":
            imported(around(broken.replace(b"\x1d", b"") + b"\x1d"))
        else:
            inside = broken.replace(b"record", b"")
            whole = marcxml(FIRST, LAST)
            at = whole.index(b"</record>") + len(b"</record>")
            imported(whole[:at] + b"<record>" + inside + b"</record>" + whole[at:])
        assert neighbours() == {"first", "last"}

    bring()
