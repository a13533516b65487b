"""Alarms for staff: mail that is not sent, jobs that did not run."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from akiruno_library import policy
from notifications import backups, jobs
from notifications.models import JobRun, Mail, MailServer, Pulse

JOB_LATE = timedelta(minutes=30)


@dataclass(frozen=True)
class Alarm:
    name: str
    sentence: str


Source = Callable[[datetime], Iterable[Alarm]]
_of_other_apps: list[Source] = []


def source(find: Source) -> Source:
    """Register a source of alarms in an app of a higher floor; it is called whenever alarms are
    read."""
    _of_other_apps.append(find)
    return find


def alarms(*, at: datetime | None = None) -> list[Alarm]:
    at = at or timezone.now()
    of_the_clock = list(_of_the_clock(at))
    found = [
        *of_the_clock,
        *_of_the_server(at),
        *_of_mails(at),
        *_of_jobs_of_a_day(at),
        *_of_backups(at),
        *(alarm for find in _of_other_apps for alarm in find(at)),
    ]
    # When the clock stops, all repeating jobs stop, too. One alarm is enough for that.
    return found if of_the_clock else [*found, *_of_jobs_that_come_round(at)]


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
    """A mail that the receiving server deferred has a later `next_attempt_at`: no alarm."""
    late = Mail.objects.due(at).filter(next_attempt_at__lte=at - policy.MAIL_LATE)
    number = late.count()
    if number:
        yield Alarm(
            "late mail",
            f"{int(policy.MAIL_LATE.total_seconds() // 60)}分より長く送られていないメールが"
            f"{number:,}通あります。",
        )


def _of_backups(at: datetime) -> Iterator[Alarm]:
    if backups.is_missed(at):
        yield Alarm(
            "backup", f"控え(バックアップ)が{backups.MISSED_AFTER.days}日より長く取られていません。"
        )


def _of_jobs_of_a_day(at: datetime) -> Iterator[Alarm]:
    """A library that opened less than JOB_LATE ago had no time to run them."""
    opened, done = jobs.opened(), _ended(Max("day"))
    for job in jobs.JOBS.values():
        if opened is None or job.every or at - max(job.was_due(at), opened) < JOB_LATE:
            continue
        day = job.day(at)
        if job.name not in done or done[job.name] < day:
            yield Alarm(
                f"job {job.name}",
                f"「{job.title}」が、{day.month}月{day.day}日の分を終えていません。",
            )


def _of_jobs_that_come_round(at: datetime) -> Iterator[Alarm]:
    opened, done = jobs.opened(), _ended(Max("finished_at"))
    for job in jobs.JOBS.values():
        since = done.get(job.name, opened)
        if job.every and since is not None and at - since >= job.every + JOB_LATE:
            yield Alarm(
                f"job {job.name}", f"{_ago(since, at)}から、「{job.title}」が終わっていません。"
            )


def _ended(what: Max) -> dict:
    """Return job → the last day or moment at which a run was completed."""
    ended = JobRun.objects.filter(finished_at__isnull=False).order_by().values("job")
    return dict(ended.annotate(last=what).values_list("job", "last"))


def _ago(moment: datetime, at: datetime) -> str:
    minutes = max(int((at - moment).total_seconds() // 60), 1)
    return f"{minutes}分前" if minutes < 120 else f"{minutes // 60}時間前"
