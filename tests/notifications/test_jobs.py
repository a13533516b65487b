"""Daily jobs: once for their day, made up for when somebody died."""

from datetime import timedelta

import pytest

from notifications.jobs import LEASE, once_a_day
from notifications.models import JobRun
from tests.conftest import tokyo

pytestmark = pytest.mark.django_db
NINE = tokyo("2026-11-24", "09:00")


def test_a_job_is_done_once_for_its_day():
    runs = []
    for hour in range(3):
        once_a_day("job", lambda: runs.append(1), at=NINE + timedelta(hours=hour))
    assert runs == [1]
    assert once_a_day("job", lambda: runs.append(2), at=NINE + timedelta(days=1))
    assert runs == [1, 2]


def test_the_day_of_a_job_is_the_day_in_tokyo():
    assert once_a_day("job", int, at=tokyo("2026-11-24", "23:59"))
    assert once_a_day("job", int, at=tokyo("2026-11-25", "00:00"))
    assert JobRun.objects.count() == 2


def test_what_somebody_is_just_doing_is_left_to_them():
    def work():
        assert not once_a_day("job", int, at=NINE)

    assert once_a_day("job", work, at=NINE)


def test_a_job_whose_worker_failed_is_done_when_the_lease_is_over():
    with pytest.raises(ZeroDivisionError):
        once_a_day("job", lambda: 1 / 0, at=NINE)
    assert not once_a_day("job", int, at=NINE + LEASE - timedelta(seconds=1))
    assert once_a_day("job", int, at=NINE + LEASE)
