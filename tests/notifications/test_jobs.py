"""Daily jobs: once for their day, made up for when somebody died or was away."""

from datetime import date, datetime, time, timedelta

import pytest

from akiruno_library import policy
from notifications import alarms, jobs
from notifications.jobs import LEASE, Job, once_a_day
from notifications.models import JobRun, Mail, MailAddress, MailServer, Pulse
from tests.conftest import tokyo

pytestmark = pytest.mark.django_db
NINE = tokyo("2026-11-24", "09:00")  # a Tuesday
SATURDAY = 5


def told(runs: list, **facts) -> Job:
    """A job that writes down the day it was done for."""

    def work(day: date, at: datetime) -> str:
        runs.append(day)
        return "できました"

    return Job("told", "書きとめる", work, **facts)


def test_work_is_done_once_for_its_day():
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
    assert JobRun.objects.get().failures == 1
    assert "ZeroDivisionError" in JobRun.objects.get().result
    assert not once_a_day("job", int, at=NINE + LEASE - timedelta(seconds=1))
    assert once_a_day("job", int, at=NINE + LEASE)


def test_a_task_never_runs_as_long_as_the_lease(settings):
    assert timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT) < LEASE


def test_a_daily_job_is_due_from_its_hour_on():
    job = told([], clock=time(9))
    assert job.day(NINE - timedelta(seconds=1)) == date(2026, 11, 23)
    assert job.day(NINE) == date(2026, 11, 24)


def test_a_weekly_job_is_due_from_its_day_and_hour_on():
    job = told([], clock=time(15, 30), weekday=SATURDAY)
    assert job.day(tokyo("2026-11-28", "15:29")) == date(2026, 11, 21)
    assert job.day(tokyo("2026-11-28", "15:30")) == date(2026, 11, 28)
    assert job.day(tokyo("2026-12-05", "15:29")) == date(2026, 11, 28)


def test_what_was_missed_for_26_hours_is_made_up_for_once():
    runs: list[date] = []
    job = told(runs, clock=time(9))
    assert jobs.run(job, at=NINE)
    back = NINE + timedelta(hours=50)  # the run of the 25th was missed, the 26th is late
    assert [jobs.run(job, at=back + timedelta(minutes=n)) for n in range(3)] == [True, False, False]
    assert runs == [date(2026, 11, 24), date(2026, 11, 26)]


def test_a_saturday_that_was_missed_is_made_up_for_on_monday():
    runs: list[date] = []
    job = told(runs, clock=time(15, 30), weekday=SATURDAY)
    assert jobs.run(job, at=tokyo("2026-11-23", "08:00"))
    assert not jobs.run(job, at=tokyo("2026-11-24", "08:00"))
    assert runs == [date(2026, 11, 21)]


def test_what_is_done_or_running_is_not_handed_out_again(monkeypatch):
    job = told([], clock=time(9))
    monkeypatch.setattr(jobs, "JOBS", {"told": job})
    assert jobs.due(at=NINE) == [job]
    JobRun.objects.create(job="told", day=job.day(NINE), leased_until=NINE + LEASE)
    assert jobs.due(at=NINE) == []
    assert jobs.due(at=NINE + LEASE) == [job]
    jobs.run(job, at=NINE + LEASE)
    assert jobs.due(at=NINE + LEASE) == []
    assert JobRun.objects.get().result == "できました"


# --- Alarms -----------------------------------------------------------------------------------


def names(at: datetime) -> list[str]:
    return [alarm.name for alarm in alarms.alarms(at=at)]


def test_all_is_quiet_when_nothing_is_wrong():
    assert names(NINE) == []


def test_mail_that_should_have_gone_a_quarter_of_an_hour_ago_raises_an_alarm():
    Mail.objects.create(
        message_id="<1@x>",
        kind="x",
        address=MailAddress.objects.create(address="a@example.jp"),
        next_attempt_at=NINE,
    )
    assert names(NINE + policy.MAIL_LATE - timedelta(seconds=1)) == []
    assert names(NINE + policy.MAIL_LATE) == ["late mail"]


def test_a_failing_server_and_a_silent_clock_raise_alarms():
    MailServer.objects.create(
        pk=1, failing_since=NINE, failures=1, paused_until=NINE, last_reply="421 gone"
    )
    Pulse.objects.create(name=jobs.CLOCK, at=NINE)
    assert names(NINE + timedelta(minutes=1)) == ["mail server"]
    assert names(NINE + policy.PULSE_MISSED + timedelta(seconds=1)) == ["clock", "mail server"]
    assert "421 gone" in alarms.alarms(at=NINE)[0].sentence


def test_a_job_that_used_to_run_and_did_not_raises_an_alarm(monkeypatch):
    job = told([], clock=time(9))
    monkeypatch.setattr(jobs, "JOBS", {"told": job})
    assert names(NINE + timedelta(hours=1)) == []  # a library that was just opened
    jobs.run(job, at=NINE)
    assert names(NINE + timedelta(hours=23)) == []
    assert names(NINE + timedelta(hours=24, minutes=31)) == ["job told"]
