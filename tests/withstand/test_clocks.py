"""Clocks that are wrong, and the days on which calendars turn (safety's table).

Every rule of a day follows the day in Tokyo, whatever the machine thinks of time.
"""

import os
import subprocess
import sys
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from catalog.models import Copy
from demo.environment import ROOT
from patrons.cards import renew_card
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from reservations import hold_shelf, queue, suspension
from reservations.models import Reservation, State
from reservations.placing import place
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory, branch, material
from tests.verbs import lend, lent_out, position, reserve, scan
from tests.withstand.long import Tell

pytestmark = pytest.mark.django_db


def place_by_the_clock(patron: Patron, copy: Copy) -> Reservation:
    [placing] = place(patron, [copy.bib], pickup_branch=branch(), contact_method=ContactMethod.NONE)
    assert placing.reservation is not None, placing.reasons
    return placing.reservation


@pytest.mark.parametrize("back", [timedelta(minutes=5), timedelta(days=1)])
def test_a_clock_that_is_set_back_lets_nobody_overtake(back: timedelta, record_property: Tell):
    copy = lent_out()
    noon = tokyo("2026-11-24", "12:00")
    with time_machine.travel(noon, tick=False):
        earlier = place_by_the_clock(PatronFactory(), copy)
    with time_machine.travel(noon - back, tick=False):
        later = place_by_the_clock(PatronFactory(), copy)
    with time_machine.travel(noon + timedelta(minutes=1), tick=False):
        last = place_by_the_clock(PatronFactory(), copy)
    places = [position(one) for one in (earlier, later, last)]
    record_property("figure", f"clock set back by {back}: places {places} of three who came so")
    assert places == [1, 2, 3]


def test_a_clock_a_day_ahead_ends_only_what_is_over_by_it_and_asks_nobody_twice(borrower, book):
    """The jobs run by the wrong clock, then by the right one: what is there stays there."""
    reservation = reserve(borrower, book.bib)
    scan(book)
    deadline = Reservation.objects.get().deadline
    assert deadline is not None
    the_last_day = tokyo(deadline.isoformat(), "18:00")
    assert hold_shelf.lapse_all_overdue(at=the_last_day) == 0
    assert hold_shelf.lapse_all_overdue(at=the_last_day + timedelta(days=1)) == 1
    assert hold_shelf.lapse_all_overdue(at=the_last_day) == 0
    reservation.refresh_from_db()
    assert reservation.state == State.LAPSED


@pytest.mark.parametrize(
    ("lent_on", "days_later", "due_on", "why"),
    [
        ("2028-02-08", 21, "2028-02-29", "a leap day is a day"),
        ("2028-02-29", 21, "2028-03-22", "21 March is a Tuesday that the branch is closed"),
        ("2027-02-08", 21, "2027-03-01", "a year without one"),
        ("2026-12-10", 21, "2027-01-04", "closed from 29 December to 3 January"),
        ("2026-03-10", 21, "2026-03-31", "the last day of the year of offices"),
        ("2026-03-11", 21, "2026-04-01", "the first one"),
    ],
)
def test_due_days_over_the_turns_of_the_calendar(
    lent_on, days_later, due_on, why, borrower, record_property: Tell
):
    copy = CopyFactory(bib__material_type=material("book"))
    loan = lend(copy, borrower, at=tokyo(lent_on, "10:00"))
    record_property("loans over a turn of the calendar", 1)
    assert loan.due_on.isoformat() == due_on, why
    assert loan.due_on - date.fromisoformat(lent_on) >= timedelta(days=days_later)


@pytest.mark.parametrize(("clock", "day"), [("23:59", "2026-03-31"), ("00:00", "2026-04-01")])
def test_midnight_in_tokyo_is_the_border_of_a_loan_s_day(clock, day, borrower, book):
    loan = lend(book, borrower, at=tokyo(day, clock))
    assert timezone.localdate(loan.lent_at).isoformat() == day


def test_a_card_renewed_on_a_leap_day_has_a_last_day():
    patron = PatronFactory(card_expires_on=date(2028, 2, 29))
    renewed = renew_card(patron, at=tokyo("2028-02-29"))
    assert renewed.card_expires_on == date(2031, 3, 1)


def test_a_skip_over_the_end_of_a_year_ends_in_the_next(borrower, stranger):
    copy = lent_out()
    first = reserve(borrower, copy.bib, at=tokyo("2026-12-01"))
    second = reserve(stranger, copy.bib, at=tokyo("2026-12-02"))
    suspension.set_suspension(
        borrower,
        first_day=date(2026, 12, 28),
        last_day=date(2027, 1, 4),
        at=tokyo("2026-12-20"),
    )
    turns = {
        day: queue.call_next(copy.bib_id, at=tokyo(day, "23:59"))
        for day in ("2026-12-27", "2026-12-31", "2027-01-04", "2027-01-05")
    }
    assert list(turns.values()) == [first, second, second, first]


ELSEWHERE = """
import django, json
django.setup()
from datetime import datetime, date
from django.utils import timezone
from patrons.privileges import may_use_reservations
from patrons.models import Patron
import time_machine
with time_machine.travel(datetime.fromisoformat("2026-03-31T15:00:00+00:00"), tick=False):
    pupil = Patron(birth_date=date(2014, 4, 1))
    now = timezone.localtime()
    print(json.dumps([str(timezone.localdate()), f"{now:%H:%M}", may_use_reservations(pupil)]))
"""


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "UTC"])
def test_a_process_started_in_another_time_zone_keeps_the_day_of_tokyo(
    zone: str, record_property: Tell
):
    """Midnight in Tokyo, when it is still yesterday in Los Angeles: the pupil may reserve."""
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        cwd=ROOT,
        env=os.environ | {"TZ": zone, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    record_property("processes in other time zones", 1)
    assert done.stdout.strip() == '["2026-04-01", "00:00", true]'
