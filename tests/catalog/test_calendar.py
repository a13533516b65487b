"""Opening days of the four branches (rule 11)."""

from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.calendar import opening_hours
from catalog.models import CalendarException
from catalog.models.branches import Weekday
from tests.factories import branch

pytestmark = pytest.mark.django_db

HOURS = {
    "chuo": {"2026-11-24": (10, 20), "2026-11-28": (10, 18), "2026-11-29": (10, 18)},
    "el": {"2026-11-24": (10, 18), "2026-11-25": (10, 20), "2026-11-28": (10, 18)},
    "itsukaichi": {"2026-11-26": (10, 20), "2026-11-27": (10, 18)},
    "masuko": {"2026-11-25": (10, 18), "2026-11-29": (10, 18)},
}


@pytest.mark.parametrize(
    ("code", "day", "hours"),
    [(code, day, hours) for code, days in HOURS.items() for day, hours in days.items()],
)
def test_r11_each_branch_keeps_its_hours(code: str, day: str, hours: tuple[int, int]) -> None:
    opens, closes = hours
    assert opening_hours.hours_on(branch(code), date.fromisoformat(day)) == opening_hours.Hours(
        time(opens), time(closes)
    )


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("chuo", "2026-11-27"),  # Friday
        ("chuo", "2026-11-17"),  # third Tuesday
        ("el", "2026-11-30"),  # Monday
        ("itsukaichi", "2026-11-30"),
        ("masuko", "2026-11-30"),
        ("el", "2026-11-03"),  # a Tuesday, 文化の日
        ("itsukaichi", "2026-11-03"),
        ("masuko", "2026-11-03"),
        ("chuo", "2026-12-29"),
        ("chuo", "2027-01-03"),
    ],
)
def test_r11_each_branch_keeps_its_closed_days(code: str, day: str) -> None:
    assert not opening_hours.is_open(branch(code), date.fromisoformat(day))


def test_r11_the_central_library_keeps_short_hours_on_holidays() -> None:
    monday_holiday = date(2026, 11, 23)
    assert opening_hours.hours_on(branch(), monday_holiday) == opening_hours.Hours(
        time(10), time(18)
    )


def test_r11_the_central_library_stays_closed_on_a_friday_holiday() -> None:
    friday_holiday = date(2030, 5, 3)
    assert friday_holiday.weekday() == Weekday.FRIDAY
    assert not opening_hours.is_open(branch(), friday_holiday)


def test_r11_a_branch_may_be_set_to_open_when_its_closed_weekday_is_a_holiday() -> None:
    central, friday_holiday = branch(), date(2030, 5, 3)
    central.opens_on_weekly_closed_holidays = True
    assert opening_hours.hours_on(central, friday_holiday) == opening_hours.Hours(
        time(10), time(18)
    )


def test_r11_year_end_ends_with_the_third_of_january() -> None:
    assert opening_hours.is_open(branch(), date(2026, 12, 28))
    assert opening_hours.next_open_day(branch(), date(2026, 12, 29)) == date(2027, 1, 4)
    assert opening_hours.next_open_day(branch("el"), date(2026, 12, 29)) == date(2027, 1, 5)


def test_r11_a_special_day_closes_or_opens_one_branch_alone() -> None:
    central, wednesday, friday = branch(), date(2026, 11, 25), date(2026, 11, 27)
    CalendarException.objects.create(branch=central, day=wednesday, reason="特別整理日")
    CalendarException.objects.create(
        branch=central, day=friday, opens=time(9), closes=time(12), reason="臨時開館"
    )
    assert not opening_hours.is_open(central, wednesday)
    assert opening_hours.is_open(branch("el"), wednesday)
    assert opening_hours.hours_on(central, friday) == opening_hours.Hours(time(9), time(12))


def test_the_next_open_day_is_the_day_itself_when_it_is_open() -> None:
    assert opening_hours.next_open_day(branch(), date(2026, 11, 26)) == date(2026, 11, 26)
    assert opening_hours.next_open_day(branch(), date(2026, 11, 27)) == date(2026, 11, 28)


def test_a_long_closing_is_passed_over_without_a_query_for_each_day() -> None:
    central = branch()
    days = [date.fromordinal(date(2026, 11, 25).toordinal() + n) for n in range(100)]
    CalendarException.objects.bulk_create(
        CalendarException(branch=central, day=day, reason="改修") for day in days
    )
    with CaptureQueriesContext(connection) as queries:
        assert opening_hours.next_open_day(central, days[0]) == date(2027, 3, 6)
    assert len(queries) <= 4


def test_a_branch_without_any_hours_never_makes_a_date_run_away() -> None:
    central = branch()
    central.opening_hours.all().delete()
    assert opening_hours.next_open_day(central, date(2026, 11, 25)) == date(2026, 11, 25)


def test_a_calendar_of_four_branches_asks_as_often_as_one_of_one() -> None:
    counts = []
    for codes in (["chuo"], ["chuo", "el", "itsukaichi", "masuko"]):
        branches = [branch(code) for code in codes]
        with CaptureQueriesContext(connection) as queries:
            opening_hours.OpeningCalendar(branches, date(2026, 11, 1), date(2026, 12, 1))
        counts.append(len(queries))
    assert counts[0] == counts[1]
