import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.imports import UnreadableFile
from catalog.imports.cleaning import clean, heading, read_isbns, read_ndc, read_published
from catalog.imports.detection import open_source
from catalog.imports.records import BibRecord, Problem
from tests.catalog.imports.marc_builder import aozora_csv, iso2709, library_csv, marcxml, titled


@pytest.mark.parametrize(
    ("text", "published", "year"),
    [
        ("1952（昭和27）年2月28日", "1952.2", 1952),
        ("1895（明治28）8月11日", "1895.8", 1895),
        ("1956（昭和31年）6月15日", "1956.6", 1956),
        ("1989（平成元）年", "1989", 1989),
        ("1997年5月", "1997.5", 1997),
        ("2016.12", "2016.12", 2016),
        ("２０２０", "２０２０", 2020),
        ("c1997", "c1997", 1997),
        ("昭和27", "昭和27", 1952),
        ("令和元年", "令和元年", 2019),
        ("昭63", "昭63", 1988),
        ("S63.5", "S63.5", 1988),
        ("昭和六十三年五月", "昭和六十三年五月", 1988),
        ("一九八八年", "一九八八年", 1988),
        ("皇紀2600年", "皇紀2600年", 1940),
        ("[昭和63]", "[昭和63]", 1988),
        ("昭和99", "昭和99", None),
        ("不明", "不明", None),
        ("", "", None),
    ],
)
def test_the_year_is_read_from_every_way_of_writing_it(text, published, year) -> None:
    assert read_published(text) == (published, year)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NDC 913", ("913", False)), ("NDC K913 726", ("913", True)), ("913.6", ("913.6", False)),
        ("Ｋ２８９．１", ("289.1", True)), ("E", ("", False)), ("1234", ("", False)),
    ],
)  # fmt: skip
def test_a_class_mark_has_three_digits(text, expected) -> None:
    assert read_ndc(text) == expected


def test_numbers_of_ten_digits_become_thirteen_and_count_once() -> None:
    assert read_isbns(["4-8340-0082-6 (箱入)", "9784834000825", "12345"]) == (
        ["9784834000825"],
        ["12345"],
    )


@pytest.mark.parametrize("dash", "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d\u30fc\ufe63\u00ad")
def test_an_isbn_is_read_with_any_dash_and_what_stands_around_it(dash: str) -> None:
    first, second = f"978{dash}4{dash}8340{dash}0082{dash}5", f"ISBN 4{dash}00{dash}310101{dash}4"
    good, bad = read_isbns([f"{first} : 1200円 {second}(上)"])
    assert (good, bad) == (["9784834000825", "9784003101018"], [])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("夏目, 漱石", "夏目漱石"), ("魯迅, ", "魯迅"), ("林, マリ", "林マリ"),
        ("アーヴィング, ワシントン", "アーヴィング, ワシントン"), ("Ayaz, Shaikh,", "Ayaz, Shaikh"),
    ],
)  # fmt: skip
def test_only_names_in_kanji_are_written_together(name, expected) -> None:
    assert heading(name) == expected


@given(st.text())
def test_clean_text_can_be_stored_whatever_it_was(text: str) -> None:
    cleaned = clean(text)
    assert "\x00" not in cleaned
    assert "\n" not in cleaned
    cleaned.encode()
    assert clean(cleaned) == cleaned


@given(
    st.sampled_from(
        [
            iso2709(titled("山", "1"), titled("海", "2")),
            marcxml(titled("山", "1"), titled("海", "2")),
            library_csv({"notes": "一\n二"}, {}).encode(),
            aozora_csv({"作品名": "門"}, {"作品名": "門"}).encode(),
        ]
    ),
    st.integers(0, 400),
    st.integers(0, 40),
    st.binary(max_size=20),
)
def test_whatever_happens_to_a_file_every_record_is_read_or_told(
    content: bytes, start: int, length: int, instead: bytes
) -> None:
    damaged = content[:start] + instead + content[start + length :]
    try:
        entries = list(open_source(io.BytesIO(damaged)).entries)
    except UnreadableFile as error:
        assert str(error)
    else:
        assert all(isinstance(entry, BibRecord | Problem) for entry in entries)
