"""Days as people type them, in 西暦 and 和暦 (rule 2.1)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from japanese.days import typed_day, written_forms

BORN = date(1985, 4, 12)


@pytest.mark.parametrize(
    "typed",
    [
        "1985/4/12", "1985-04-12", "1985.4.12", "19850412", "１９８５年４月１２日",
        " 1985 / 4 / 12 ",
        "昭和60年4月12日", "昭60.4.12", "S60.4.12", "s60/4/12", "S600412", "Ｓ６０．４．１２",
        "昭和六十年四月十二日", "㍼60年4月12日", "1985(昭和60)年4月12日", "昭和60年4月12日生まれ",
        "一九八五年四月十二日", "S60-4-12",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(typed):
    assert typed_day(typed) == BORN


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("平成元年1月8日", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("明治45.7.29", date(1912, 7, 29)),
        ("T15.12.24", date(1926, 12, 24)),
        ("R1.5.1", date(2019, 5, 1)),
        ("2000/2/29", date(2000, 2, 29)),
    ],
)
def test_every_era_is_known(typed, day):
    assert typed_day(typed) == day


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "きょう",
        "12.4.1985",
        "1985/13/1",
        "1985/2/29",
        "昭和0年1月1日",
        "昭和65年1月1日",
        "60.4.12",
    ],
)
def test_what_is_no_day_is_none(typed):
    assert typed_day(typed) is None


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text):
    typed_day(text)


@given(st.dates(date(1868, 1, 25), date(2030, 12, 31)))
def test_western_days_come_back_as_they_were_written(day):
    assert typed_day(f"{day:%Y/%m/%d}") == typed_day(day.isoformat()) == day


def test_a_day_in_a_password_is_known_in_every_dress():
    assert {"19850412", "850412", "s600412", "昭和60年4月12日", "0412"} <= set(written_forms(BORN))
