"""Daily jobs: once for their day, made up for when somebody died or was away."""

from datetime import date, datetime, time, timedelta

import pytest

from akiruno_library import policy
from notifications import alarms, jobs
from notifications.jobs import LEASE, TURN_LEASE, Job
from notifications.models import JobRun, Mail, MailAddress, MailServer, Pulse
from tests.conftest import tokyo

pytestmark = pytest.mark.django_db
NINE = tokyo("2026-11-24", "09:00")  # a Tuesday
SATURDAY = 5


def recording_job(runs: list, **facts) -> Job:
    """A job that writes down the day it was done for."""

    def work(day: date, at: datetime) -> str:
        runs.append(day)
        return "できました"

    return Job("recording", "書きとめる", work, **facts)


def failing(day: date, at: datetime) -> None:
    raise ZeroDivisionError


def test_work_is_done_once_for_its_day():
    runs: list[date] = []
    job = recording_job(runs)
    ran = [jobs.run(job, at=NINE + timedelta(hours=hour)) for hour in (0, 1, 14, 15, 24)]
    assert ran == [True, False, False, True, False]  # 15 hours later it is midnight in Tokyo
    assert runs == [date(2026, 11, 24), date(2026, 11, 25)]
    assert JobRun.objects.count() == 2


def test_what_somebody_is_just_doing_is_left_to_them():
    def work(day: date, at: datetime) -> None:
        assert not jobs.run(job, at=NINE)

    job = Job("recording", "書きとめる", work)
    assert jobs.run(job, at=NINE)


def test_a_job_whose_worker_failed_is_done_when_the_lease_is_over():
    with pytest.raises(ZeroDivisionError):
        jobs.run(Job("recording", "書きとめる", failing), at=NINE)
    assert JobRun.objects.get().failures == 1
    assert "ZeroDivisionError" in JobRun.objects.get().result
    assert not jobs.run(recording_job([]), at=NINE + LEASE - timedelta(seconds=1))
    assert jobs.run(recording_job([]), at=NINE + LEASE)
    assert JobRun.objects.get().runs == 2


def test_a_task_never_runs_as_long_as_the_lease(settings):
    assert timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT) < LEASE


def test_a_daily_job_is_due_from_its_hour_on():
    job = recording_job([], clock=time(9))
    assert job.day(NINE - timedelta(seconds=1)) == date(2026, 11, 23)
    assert job.day(NINE) == date(2026, 11, 24)


def test_a_weekly_job_is_due_from_its_day_and_hour_on():
    job = recording_job([], clock=time(15, 30), weekday=SATURDAY)
    assert job.day(tokyo("2026-11-28", "15:29")) == date(2026, 11, 21)
    assert job.day(tokyo("2026-11-28", "15:30")) == date(2026, 11, 28)
    assert job.day(tokyo("2026-12-05", "15:29")) == date(2026, 11, 28)


def test_what_was_missed_for_26_hours_is_made_up_for_once():
    runs: list[date] = []
    job = recording_job(runs, clock=time(9))
    assert jobs.run(job, at=NINE)
    back = NINE + timedelta(hours=50)  # the run of the 25th was missed, the 26th is late
    assert [jobs.run(job, at=back + timedelta(minutes=n)) for n in range(3)] == [True, False, False]
    assert runs == [date(2026, 11, 24), date(2026, 11, 26)]


def test_a_saturday_that_was_missed_is_made_up_for_on_monday():
    runs: list[date] = []
    job = recording_job(runs, clock=time(15, 30), weekday=SATURDAY)
    assert jobs.run(job, at=tokyo("2026-11-23", "08:00"))
    assert not jobs.run(job, at=tokyo("2026-11-24", "08:00"))
    assert runs == [date(2026, 11, 21)]


def test_what_is_done_or_running_is_not_handed_out_again(monkeypatch):
    job = recording_job([], clock=time(9))
    monkeypatch.setattr(jobs, "JOBS", {"recording": job})
    assert jobs.due(at=NINE) == [job]
    JobRun.objects.create(job="recording", day=job.day(NINE), leased_until=NINE + LEASE)
    assert jobs.due(at=NINE) == []
    assert jobs.due(at=NINE + LEASE) == [job]
    jobs.run(job, at=NINE + LEASE)
    assert jobs.due(at=NINE + LEASE) == []
    assert JobRun.objects.get().result == "できました"


# --- What comes round -------------------------------------------------------------------------

TEN_MINUTES = timedelta(minutes=10)


def test_what_comes_round_has_one_row_of_its_day_and_counts_its_runs():
    runs: list[date] = []
    job = recording_job(runs, every=TEN_MINUTES)
    minutes = [0, 1, 9, 10, 25, 26, 30]
    ran = [jobs.run(job, at=NINE + timedelta(minutes=m)) for m in minutes]
    assert ran == [True, False, False, True, True, False, True]
    row = JobRun.objects.get()
    assert (row.day, row.runs, row.failures, row.result) == (date(2026, 11, 24), 4, 0, "できました")
    assert row.started_at == NINE + timedelta(minutes=30)


def test_it_is_handed_out_once_in_each_of_its_turns_and_first_when_the_day_begins(monkeypatch):
    job = recording_job([], every=TEN_MINUTES)
    monkeypatch.setattr(jobs, "JOBS", {"recording": job})
    late = tokyo("2026-11-24", "23:55")
    assert jobs.due(at=late) == [job]
    jobs.run(job, at=late)
    assert jobs.due(at=late + timedelta(minutes=4)) == []
    assert jobs.due(at=late + timedelta(minutes=5)) == [job]
    jobs.run(job, at=late + timedelta(minutes=5))
    assert JobRun.objects.get(day=date(2026, 11, 25)).runs == 1


def test_after_26_hours_away_it_runs_at_once_and_once():
    runs: list[date] = []
    job = recording_job(runs, every=TEN_MINUTES)
    jobs.run(job, at=NINE)
    back = NINE + timedelta(hours=26, minutes=3)
    assert [jobs.run(job, at=back + timedelta(seconds=n)) for n in range(3)] == [True, False, False]
    assert runs == [date(2026, 11, 24), date(2026, 11, 25)]


def test_when_it_fails_it_is_tried_again_in_its_next_turn():
    with pytest.raises(ZeroDivisionError):
        jobs.run(Job("recording", "書きとめる", failing, every=TEN_MINUTES), at=NINE)
    job = recording_job([], every=TEN_MINUTES)
    assert not jobs.run(job, at=NINE + timedelta(minutes=9))
    assert jobs.run(job, at=NINE + TEN_MINUTES)
    row = JobRun.objects.get()
    assert (row.runs, row.failures, row.result) == (2, 1, "できました")


def test_a_turn_whose_worker_died_is_over_when_the_lease_is():
    JobRun.objects.create(
        job="recording", day=NINE.date(), started_at=NINE, leased_until=NINE + TURN_LEASE
    )
    job = recording_job([], every=timedelta(seconds=15))
    assert not jobs.run(job, at=NINE + TURN_LEASE - timedelta(seconds=1))
    assert jobs.run(job, at=NINE + TURN_LEASE)


def test_every_errand_of_beat_is_a_job_with_a_row(settings):
    """What beat starts by itself leaves no row, is not made up for and is seen by nobody."""
    [only] = settings.CELERY_BEAT_SCHEDULE.values()
    assert only["task"] == "notifications.tasks.run_due_jobs"


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


def test_a_job_that_did_not_run_raises_an_alarm(monkeypatch):
    job = recording_job([], clock=time(9))
    monkeypatch.setattr(jobs, "JOBS", {"recording": job})
    assert names(NINE + timedelta(hours=1)) == []  # a library that was just opened
    jobs.run(job, at=NINE)
    assert names(NINE + timedelta(hours=23)) == []
    assert names(NINE + timedelta(hours=24, minutes=29)) == []
    assert names(NINE + timedelta(hours=24, minutes=31)) == ["job recording"]


def test_a_job_that_never_ran_raises_an_alarm_when_others_have(monkeypatch):
    others = recording_job([], clock=time(9))
    jobs.run(others, at=NINE)
    never = Job("never", "来ない", failing, clock=time(9))
    monkeypatch.setattr(jobs, "JOBS", {"recording": others, "never": never})
    assert names(NINE + timedelta(minutes=29)) == []
    assert names(NINE + timedelta(minutes=31)) == ["job never"]


def test_what_comes_round_and_comes_to_no_end_raises_an_alarm(monkeypatch):
    job = recording_job([], every=TEN_MINUTES)
    monkeypatch.setattr(jobs, "JOBS", {"recording": job})
    jobs.run(job, at=NINE)
    for minutes in (10, 20, 30, 40):
        with pytest.raises(ZeroDivisionError):
            jobs.run(
                Job("recording", "書きとめる", failing, every=TEN_MINUTES),
                at=NINE + timedelta(minutes=minutes),
            )
    assert names(NINE + timedelta(minutes=39)) == []
    assert names(NINE + timedelta(minutes=41)) == ["job recording"]
    Pulse.objects.create(name=jobs.CLOCK, at=NINE)
    assert names(NINE + timedelta(minutes=41)) == ["clock"]  # one reason is told once
