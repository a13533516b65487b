"""開館日: rules 4.1, 5.9 and 11."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.calendar import opening_hours
from catalog.models import CalendarException, OpeningHours
from circulation.opening_days import (
    DaysToChange,
    change_days,
    move_everything_off_closed_days,
)
from loans.due_soon import announce_due_soon
from loans.models import Loan
from notifications.models import Notice
from patrons.models import NotificationPreferences
from reservations.models import Reservation
from tests.factories import CopyFactory, PatronFactory, branch, staff
from tests.verbs import NOON, lend, reserve, scan

CALENDAR = "/admin/library/calendar/"
DUE = date(2026, 12, 16)  # of what is lent at NOON
HELD = date(2026, 12, 5)  # of what is on the hold shelf since NOON


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def ready(borrower, book) -> Reservation:
    reservation = reserve(borrower, book.bib)
    scan(book)
    reservation.refresh_from_db()
    assert reservation.deadline == HELD
    return reservation


@pytest.fixture
def loan(stranger) -> Loan:
    loan = lend(CopyFactory(), stranger)
    assert loan.due_on == DUE
    return loan


def closing(last: date, **more: object) -> dict[str, object]:
    return {"last": last, "kind": "closed", "reason": "特別整理日"} | more


def test_staff_are_shown_what_a_closure_moves_before_anything_is_changed(
    counter_client, ready, loan
):
    text = counter_client.post(f"{CALENDAR}chuo/{HELD}/", closing(DUE)).content.decode()
    # the 18th is a Friday, the day after the closure is the 17th
    assert "取置期限 12月5日(土) → 12月17日(木) 1件" in text
    assert "返却期限 12月16日(水) → 12月17日(木) 1件" in text
    assert not CalendarException.objects.exists()
    assert Reservation.objects.get(pk=ready.pk).deadline == HELD


def test_a_confirmed_closure_moves_deadlines_and_due_days_and_is_logged(
    counter_client, ready, loan
):
    elsewhere = lend(CopyFactory(home_branch=branch("el")), PatronFactory(), at_branch="el")
    before = elsewhere.due_on
    answer = counter_client.post(
        f"{CALENDAR}chuo/{HELD}/", closing(DUE, confirmed="yes"), follow=True
    )
    assert "休館(特別整理日)にしました。" in answer.content.decode()
    ready.refresh_from_db()
    assert ready.deadline == date(2026, 12, 17)
    assert Loan.objects.get(pk=loan.pk).due_on == date(2026, 12, 17)
    assert Loan.objects.get(pk=elsewhere.pk).due_on == before
    assert not opening_hours.is_open(branch(), DUE)
    assert "特別整理日" in LogEntry.objects.get().change_message


def test_a_notice_of_a_due_day_that_moved_is_told_no_more(db):
    reader = PatronFactory(mail="reader@example.jp")
    NotificationPreferences.objects.create(patron=reader, due_soon_since=NOON)
    lend(CopyFactory(), reader)
    soon = NOON + timedelta(days=20)
    assert announce_due_soon(at=soon) == 1
    change_days(DaysToChange(branch(), DUE, DUE, None, None, "特別整理日"), staff=staff(), at=soon)
    assert not Notice.objects.true_now().exists()
    assert announce_due_soon(at=soon + timedelta(days=1)) == 1
    assert "2026-12-17" in Notice.objects.get().key


def test_nothing_moves_back_when_the_days_are_as_usual_again(counter_client, loan):
    where = f"{CALENDAR}chuo/{DUE}/"
    counter_client.post(where, closing(DUE, confirmed="yes"))
    assert Loan.objects.get().due_on == date(2026, 12, 17)
    counter_client.post(where, {"last": DUE, "kind": "usual", "confirmed": "yes"})
    assert opening_hours.is_open(branch(), DUE)
    assert Loan.objects.get().due_on == date(2026, 12, 17)


def test_a_closed_day_is_opened_in_hours_of_its_own(counter_client):
    friday = date(2026, 12, 18)
    given = {
        "last": friday, "kind": "hours", "opens": "13:00", "closes": "17:00", "reason": "臨時開館",
        "confirmed": "yes",
    }  # fmt: skip
    counter_client.post(f"{CALENDAR}chuo/{friday}/", given)
    hours = opening_hours.hours_on(branch(), friday)
    assert hours and f"{hours.opens:%H:%M}-{hours.closes:%H:%M}" == "13:00-17:00"
    text = counter_client.get(CALENDAR, {"branch": "chuo", "year": 2026}).content.decode()
    assert "13:00〜17:00 臨時開館" in text


@pytest.mark.parametrize(
    ("day", "given", "said"),
    [
        ("2026-11-23", closing(date(2026, 11, 23)), "過ぎた日は変えられません"),
        ("2026-12-05", closing(date(2026, 12, 4)), "おわりの日は、はじめの日と同じか"),
        ("2026-12-05", closing(date(2027, 12, 5)), "一度に変えられるのは92日まで"),
        ("2026-12-05", closing("あした"), "日付を入れてください"),
        ("2026-12-05", closing(HELD, reason=""), "わけを書いてください"),
        ("2026-12-05", closing(HELD, kind="hours"), "時刻を入れてください"),
        (
            "2026-12-05",
            closing(HELD, kind="hours", opens="18:00", closes="10:00"),
            "閉館は、開館よりあとの時刻に",
        ),
        ("2026-12-05", {}, "どれか選んでください"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(counter_client, day, given, said):
    for confirmed in ({}, {"confirmed": "yes"}):
        answer = counter_client.post(f"{CALENDAR}chuo/{day}/", given | confirmed)
        assert said in answer.content.decode()
    assert not CalendarException.objects.exists()


@pytest.mark.parametrize("where", ["chuo/2026-13-40/", "chuo/x/", "nowhere/2026-12-05/"])
def test_a_day_or_branch_that_is_none_is_not_found(counter_client, where):
    assert counter_client.get(f"{CALENDAR}{where}").status_code == 404


def test_what_other_changes_of_the_calendar_move_is_made_up_for_every_night(ready, loan):
    OpeningHours.objects.filter(branch=branch(), weekday=DUE.weekday()).delete()
    OpeningHours.objects.filter(branch=branch(), weekday=HELD.weekday()).delete()
    move_everything_off_closed_days()
    ready.refresh_from_db()
    assert ready.deadline == HELD + timedelta(days=1)
    assert Loan.objects.get(pk=loan.pk).due_on == DUE + timedelta(days=1)


def test_the_calendar_of_all_branches_is_for_everybody_and_printed_on_two_sheets(client, db):
    counts = []
    for year in (2026, 2027):
        with CaptureQueriesContext(connection) as queries:
            text = client.get("/branches/calendar/", {"year": year}).content.decode()
        counts.append(len(queries))
        assert text.count('class="calendar-sheet"') == 2
        assert text.count("<caption>") == 4 * 12
        assert f"{year}年4月" in text
        assert f"{year + 1}年3月" in text
    assert counts[0] == counts[1]
    assert "休館(年末年始)" in text


@pytest.mark.parametrize("year", ["", "0", "9999", "昭和", "２０２６", "-1"])
def test_a_year_that_cannot_be_meant_is_this_one(client, db, counter_client, year):
    assert "2026年度" in client.get("/branches/calendar/", {"year": year}).content.decode()
    assert "2026年" in counter_client.get(CALENDAR, {"year": year}).content.decode()
