"""The state of the delivery, for staff: what waits, what failed, which jobs ran when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from akiruno_library import policy
from notifications import jobs
from notifications.alarms import Alarm, alarms
from notifications.models import JobRun, Mail, MailServer, Pulse

WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True)
class JobLine:
    title: str
    hour: str
    last: JobRun | None
    words: str
    took: str


@dataclass(frozen=True)
class DeliveryStatus:
    alarms: list[Alarm]
    waiting: int
    oldest: datetime | None
    failed: int
    server: MailServer | None
    pulse: Pulse | None
    jobs: list[JobLine]


def delivery(*, at: datetime | None = None) -> DeliveryStatus:
    now = at or timezone.now()
    waiting = Mail.objects.filter(state=Mail.State.WAITING)
    return DeliveryStatus(
        alarms=alarms(at=now),
        waiting=waiting.count(),
        oldest=waiting.aggregate(oldest=Min("created_at"))["oldest"],
        failed=Mail.objects.failed()
        .filter(created_at__gt=now - policy.MAIL_FAILURES_LISTED)
        .count(),
        server=MailServer.objects.filter(failing_since__isnull=False).first(),
        pulse=Pulse.objects.filter(name=jobs.CLOCK).first(),
        jobs=list(_job_lines(now)),
    )


def _job_lines(at: datetime) -> Iterator[JobLine]:
    """Yield daily jobs by their hour, then repeating jobs."""
    last = {run.job: run for run in JobRun.objects.order_by("job", "-day").distinct("job")}
    in_order = sorted(jobs.JOBS.values(), key=lambda job: (job.every or timedelta(), job.clock))
    for job in in_order:
        run = last.get(job.name)
        yield JobLine(
            job.title,
            _when(job),
            run,
            _words(job, run, at),
            f"{run.took.total_seconds():.1f}秒" if run and run.took is not None else "",
        )


def _when(job: jobs.Job) -> str:
    if job.every is None:
        day = "毎日" if job.weekday is None else f"毎週{WEEKDAYS[job.weekday]}曜日"
        return f"{day} {job.clock:%H:%M}"
    seconds = int(job.every.total_seconds())
    for length, unit in ((3600, "時間"), (60, "分")):
        if seconds % length == 0:
            return f"{seconds // length}{unit}ごと"
    return f"{seconds}秒ごと"


def _words(job: jobs.Job, run: JobRun | None, at: datetime) -> str:
    if run is None:
        return "まだ一度も動いていません"
    if run.took is None:  # the job is running, or was interrupted
        running = run.leased_until and run.leased_until > at and not run.result
        return "いま動いています" if running else run.result or "途中で止まりました"
    if run.day < job.day(at):
        return "前の回は終わりましたが、いまの回がまだです"
    return run.result or "終わりました"
