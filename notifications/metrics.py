"""Figures of mail and jobs for monitoring (/metrics, /readyz, the staff's page)."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils import timezone

from akiruno_library import metrics, policy
from akiruno_library.metrics import Figure
from notifications import jobs
from notifications.alarms import alarms
from notifications.models import JobRun, Mail, Notice, Pulse


@metrics.gauge("mails_waiting", "Mails that are not sent yet, those put off by their server too")
def _mails_waiting() -> list[Figure]:
    return [Figure(Mail.objects.filter(state=Mail.State.WAITING).count())]


@metrics.gauge("outbox_oldest_seconds", "Age of the oldest mail or notice that could be sent now")
def _outbox_age() -> list[Figure]:
    """A mail that the receiving server deferred is not due, so it does not count."""
    now = timezone.now()
    due = Mail.objects.due(now).aggregate(oldest=Min("next_attempt_at"))["oldest"]
    loose = Notice.objects.loose(now).aggregate(oldest=Min("not_before"))["oldest"]
    oldest = min((moment for moment in (due, loose) if moment), default=now)
    return [Figure((now - oldest).total_seconds())]


@metrics.gauge("mails_of_a_day", "Mails made within the last 24 hours, by what became of them")
def _mails_by_state() -> Iterator[Figure]:
    lately = Mail.objects.filter(created_at__gt=timezone.now() - policy.MAIL_STATES_COUNTED)
    counted = dict(lately.values_list("state").annotate(Count("pk")))
    for state in Mail.State.values:
        yield Figure(counted.get(state, 0), {"state": state})


@metrics.gauge("clock_seconds", "Since the clock, the queue and a worker last worked together")
def _clock() -> Iterator[Figure]:
    for pulse in Pulse.objects.filter(name=jobs.CLOCK):
        yield Figure((timezone.now() - pulse.at).total_seconds())


@metrics.gauge("job_ended_seconds", "Since a job last came to its end")
def _job_ages() -> Iterator[Figure]:
    now = timezone.now()
    for run in _last_runs():
        if run.finished_at is not None:
            yield Figure((now - run.finished_at).total_seconds(), {"job": run.job})


@metrics.gauge("job_took_seconds", "How long the last run of a job took that came to its end")
def _job_lengths() -> Iterator[Figure]:
    for run in _last_runs():
        if run.took is not None:
            yield Figure(run.took.total_seconds(), {"job": run.job})


@metrics.gauge("job_runs", "Runs of a job on its last business day")
def _job_runs() -> Iterator[Figure]:
    for run in _last_runs():
        yield Figure(run.runs, {"job": run.job})


@metrics.gauge("job_failures", "Runs of a job on its last business day that failed")
def _job_failures() -> Iterator[Figure]:
    for run in _last_runs():
        yield Figure(run.failures, {"job": run.job})


@metrics.gauge("alarms", "Alarms that staff see now")
def _alarms() -> list[Figure]:
    return [Figure(len(alarms()))]


def _last_runs() -> list[JobRun]:
    """Return the row of the last day of each job."""
    return list(JobRun.objects.filter(job__in=jobs.JOBS).order_by("job", "-day").distinct("job"))
