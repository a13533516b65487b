"""The sample library is true to the README on whatever day the demo starts.

The catalogue is laid once. For each day the people and what they have are made anew, the jobs of
the day run as at the start of the demo, and every statement is asked, before 09:00 and after.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction

from demo import sample_library, scenes
from notifications import jobs, sender
from tests.conftest import tokyo
from tests.demo.statements import untrue
from tests.demo.test_sample_library import small_catalogue

FAST = "django.contrib.auth.hashers.MD5PasswordHasher"
YEAR_END = [date(2026, 12, 15) + timedelta(days=count) for count in range(35)]
SPRING = [date(2027, 3, 29) + timedelta(days=count) for count in range(5)]
ODD_ONES = [
    date(2028, 2, 8),  # three days later a public holiday falls on the weekly closed day
    date(2028, 2, 29),
    date(2030, 1, 4),  # the last open day was a Friday, on which 中央図書館 is closed
]
LATER_STARTS = [
    *("2026-12-22", "2026-12-25", "2026-12-26", "2026-12-28", "2026-12-29", "2026-12-31"),
    *("2027-01-02", "2027-01-04", "2027-01-05", "2027-02-09", "2027-03-31", "2027-04-01"),
]


@pytest.fixture(scope="module")
def _shelves(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    catalogue = small_catalogue(tmp_path_factory.mktemp("catalogue"))
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(tokyo("2026-12-01"), tick=False):
            sample_library.fill_shelves(catalogue, quietly)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def shelves(_shelves: None, db: None, settings) -> None:
    """Each test finds books and nobody who has borrowed one; its own changes are rolled back."""
    settings.PASSWORD_HASHERS = [FAST]


def quietly(words: str) -> None:
    """The sample library tells its steps; nobody reads them here."""


def run_the_jobs() -> None:
    for job in jobs.due():
        jobs.run(job)
    sender.send_due_mail()


@pytest.mark.parametrize("day", [*YEAR_END, *SPRING, *ODD_ONES], ids=str)
def test_the_readme_is_true_of_a_library_opened_on(day: date, shelves: None):
    with time_machine.travel(tokyo(day.isoformat(), "07:30"), tick=False) as clock:
        sample_library.open_it(quietly, play=scenes.play_named_patrons)
        run_the_jobs()
        assert untrue() == []
        clock.move_to(tokyo(day.isoformat(), "14:00"))
        run_the_jobs()
        assert untrue() == []


def test_the_readme_stays_true_from_start_to_start(shelves: None):
    with time_machine.travel(tokyo("2026-12-21", "20:00"), tick=False) as clock:
        sample_library.open_it(quietly, play=scenes.play_named_patrons)
        run_the_jobs()
        for day in LATER_STARTS:
            clock.move_to(tokyo(day, "08:00"))
            sample_library.load(None, say=quietly)
            for hour in ("08:00", "10:00"):
                clock.move_to(tokyo(day, hour))
                run_the_jobs()
                assert (day, hour, untrue()) == (day, hour, [])
