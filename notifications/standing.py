"""How the sending stands, for staff: what waits, what failed, what ran when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from notifications import jobs
from notifications.alarms import Alarm, alarms
from notifications.models import JobRun, Mail, MailServer, Pulse

PULSES = {
    jobs.CLOCK: "時計係とワーカー",
    "send_due_mail": "メールを送る",
    "read_bounces": "戻ってきたメールを読む",
}


@dataclass(frozen=True)
class JobLine:
    title: str
    hour: str
    last: JobRun | None
    words: str
    took: str


@dataclass(frozen=True)
class Standing:
    alarms: list[Alarm]
    waiting: int
    oldest: datetime | None
    failed: int
    server: MailServer | None
    pulses: list[tuple[str, Pulse]]
    jobs: list[JobLine]


def standing(*, at: datetime | None = None) -> Standing:
    now = at or timezone.now()
    waiting = Mail.objects.filter(state=Mail.State.WAITING)
    return Standing(
        alarms=alarms(at=now),
        waiting=waiting.count(),
        oldest=waiting.aggregate(oldest=Min("created_at"))["oldest"],
        failed=Mail.objects.failed().filter(created_at__gt=now - timedelta(days=7)).count(),
        server=MailServer.objects.filter(failing_since__isnull=False).first(),
        pulses=[
            (PULSES[pulse.name], pulse)
            for pulse in Pulse.objects.filter(name__in=PULSES).order_by("name")
        ],
        jobs=list(_job_lines(now)),
    )


def _job_lines(at: datetime) -> Iterator[JobLine]:
    last = {run.job: run for run in JobRun.objects.order_by("job", "-day").distinct("job")}
    for job in jobs.JOBS.values():
        run = last.get(job.name)
        weekday = "" if job.weekday is None else "月火水木金土日"[job.weekday] + "曜日 "
        yield JobLine(
            job.title,
            f"{weekday or '毎日 '}{job.clock:%H:%M}",
            run,
            _words(job, run, at),
            f"{run.took.total_seconds():.1f}秒" if run and run.took else "",
        )


def _words(job: jobs.Job, run: JobRun | None, at: datetime) -> str:
    if run is None:
        return "まだ一度も動いていません"
    if run.finished_at is None:
        running = run.leased_until and run.leased_until > at and not run.failures
        return "いま動いています" if running else run.result or "途中で止まりました"
    if run.day < job.day(at):
        return "前の回は終わりましたが、いまの回がまだです"
    return run.result or "終わりました"
