"""What staff must know at once: mail that does not go out, jobs that did not run."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from akiruno_library import policy
from notifications import jobs
from notifications.models import JobRun, Mail, MailServer, Pulse

logger = logging.getLogger(__name__)
JOB_LATE = timedelta(minutes=30)


@dataclass(frozen=True)
class Alarm:
    name: str
    sentence: str


def alarms(*, at: datetime | None = None) -> list[Alarm]:
    at = at or timezone.now()
    return [*_of_the_clock(at), *_of_the_server(at), *_of_mails(at), *_of_jobs(at)]


def tell_the_log(*, at: datetime | None = None) -> None:
    """For whoever watches the logs; ids and counts only (rule 10.5)."""
    for alarm in alarms(at=at):
        logger.error("alarm: %s", alarm.name)


def _of_the_clock(at: datetime) -> Iterator[Alarm]:
    pulse = Pulse.objects.filter(name=jobs.CLOCK).first()
    if pulse is not None and pulse.is_silent(at):
        yield Alarm(
            "clock",
            f"{_ago(pulse.at, at)}から、時計係かワーカーが動いていません。メールも日々の仕事も"
            "止まっています。ワーカー、時計係、キュー(Redis)を確かめてください。",
        )


def _of_the_server(at: datetime) -> Iterator[Alarm]:
    server = MailServer.objects.filter(failing_since__isnull=False).first()
    if server is not None and server.failing_since is not None:
        yield Alarm(
            "mail server",
            f"{_ago(server.failing_since, at)}から、メールサーバーがメールを受け取りません"
            f"(返事: {server.last_reply})。直るとたまったメールが自動で送られます。",
        )


def _of_mails(at: datetime) -> Iterator[Alarm]:
    """A mail that its receiver's server put off waits for that server, not for us."""
    late = Mail.objects.due(at).filter(next_attempt_at__lte=at - policy.MAIL_LATE)
    number = late.count()
    if number:
        yield Alarm(
            "late mail",
            f"{int(policy.MAIL_LATE.total_seconds() // 60)}分より長く送られていないメールが"
            f"{number:,}通あります。",
        )


def _of_jobs(at: datetime) -> Iterator[Alarm]:
    for job in jobs.JOBS.values():
        if at - job.was_due(at) < JOB_LATE:
            continue
        ran = JobRun.objects.filter(job=job.name)
        if ran.exists() and not ran.filter(day=job.day(at), finished_at__isnull=False).exists():
            yield Alarm(
                f"job {job.name}",
                f"「{job.title}」が、{job.day(at).month}月{job.day(at).day}日の分を終えていません。",
            )


def _ago(moment: datetime, at: datetime) -> str:
    minutes = max(int((at - moment).total_seconds() // 60), 1)
    return f"{minutes}分前" if minutes < 120 else f"{minutes // 60}時間前"
