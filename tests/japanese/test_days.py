"""Days as people type them, in 西暦 and 和暦 (rule 2.1)."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from japanese.days import TOKYO, read_day, read_moment, written_forms
from japanese.years import western_year

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
    assert read_day(typed) == BORN


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
    assert read_day(typed) == day


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
        "85/4/12",
        "昭和99年4月1日",
        "昭和64年1月8日",
        "明治46年1月1日",
        "大正16年1月1日",
        "平成元年1月7日",
        "平成31年5月1日",
        "2026-11-20 25:00",
        "2026-11-20 10:00:00+99:00",
        "1985/4/1۲",
    ],
)
def test_what_is_no_day_is_none(typed):
    assert read_day(typed) is None


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text):
    read_day(text)


@given(st.dates(date(1868, 1, 25), date(2030, 12, 31)))
def test_western_days_come_back_as_they_were_written(day):
    assert read_day(f"{day:%Y/%m/%d}") == read_day(day.isoformat()) == day


def test_a_day_in_a_password_is_known_in_every_dress():
    assert {"19850412", "850412", "s600412", "昭和60年4月12日", "0412"} <= set(written_forms(BORN))


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-20 10:00:52", datetime(2026, 11, 20, 10, 0, 52, tzinfo=TOKYO)),
        ("2026/11/20 9:05", datetime(2026, 11, 20, 9, 5, tzinfo=TOKYO)),
        ("2026-11-20T10:00:00+09:00", datetime(2026, 11, 20, 10, tzinfo=TOKYO)),
        ("2026-11-19T20:00:07.5Z", datetime(2026, 11, 20, 5, 0, 7, tzinfo=TOKYO)),
        ("令和8年11月20日 23:59:59", datetime(2026, 11, 20, 23, 59, 59, tzinfo=TOKYO)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=TOKYO)),
    ],
)
def test_r5_5_a_moment_keeps_its_seconds(written, moment):
    assert read_moment(written) == moment
    assert read_day(written) == moment.date()


@pytest.mark.parametrize("text", ["昭和63", "昭63", "S63", "1988年", "昭和六十三年"])
def test_a_year_and_a_day_know_the_same_eras(text):
    assert western_year(text) == 1988


@pytest.mark.parametrize("text", ["昭和99", "明治46", "大正16", "昭和65"])
def test_a_year_that_an_era_never_had_is_none(text):
    assert western_year(text) is None
