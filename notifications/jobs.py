"""Jobs of a day, or of a weekday: once for their day, however many beats there are, and made up
for when everybody was away.

1. A job is due from its hour on; its day is the last one whose hour has come.
2. Each minute, whatever is due and not done is handed to a worker. Nothing hangs on one moment.
3. The row of job and day is the right to run, for the length of a lease; a lease that ended
   belonged to a process that died. No task may run as long as the lease (settings).
"""

import logging
import time as clocks
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q
from django.utils import timezone

from notifications.models import JobRun, Pulse

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=15)
CLOCK = "clock"  # the pulse that shows that beat, queue, worker and database work together

Work = Callable[[date, datetime], object]


@dataclass(frozen=True)
class Job:
    name: str
    title: str
    work: Work
    clock: time
    weekday: int | None = None  # as date.weekday(); None is every day

    def day(self, at: datetime) -> date:
        """The last day whose hour has come in Tokyo."""
        here = timezone.localtime(at)
        day = here.date() if here.time() >= self.clock else here.date() - timedelta(days=1)
        return day if self.weekday is None else day - timedelta((day.weekday() - self.weekday) % 7)

    def was_due(self, at: datetime) -> datetime:
        return timezone.make_aware(datetime.combine(self.day(at), self.clock))


JOBS: dict[str, Job] = {}


def daily(name: str, *, title: str, clock: time = time(0)) -> Callable[[Work], Work]:
    """Register work for each day: it is given its day and the instant at which it runs."""
    return _registered(name, title, clock, None)


def weekly(name: str, *, title: str, weekday: int, clock: time) -> Callable[[Work], Work]:
    return _registered(name, title, clock, weekday)


def _registered(name: str, title: str, clock: time, weekday: int | None) -> Callable[[Work], Work]:
    def register(work: Work) -> Work:
        JOBS[name] = Job(name, title, work, clock, weekday)
        return work

    return register


def due(*, at: datetime | None = None) -> list[Job]:
    """What was not done for its day and is in nobody's hands."""
    at = at or timezone.now()
    return [job for job in JOBS.values() if not _is_done_or_running(job, at)]


def run(job: Job, *, at: datetime | None = None) -> bool:
    """Do the job for its day unless it was done, or somebody is just doing it."""
    at = at or timezone.now()
    return _once(job.name, job.day(at), lambda: job.work(job.day(at), at), at)


def once_a_day(job: str, work: Callable[[], object], *, at: datetime | None = None) -> bool:
    """The same for work that is no registered job: once for the day of this instant."""
    at = at or timezone.now()
    return _once(job, timezone.localdate(at), work, at)


@contextmanager
def pulse(name: str) -> Iterator[None]:
    """Note that work which comes round again and again was done just now, and how long it took."""
    began = clocks.monotonic()
    yield
    took = timedelta(seconds=clocks.monotonic() - began)
    Pulse.objects.update_or_create(name=name, defaults={"at": timezone.now(), "took": took})


def _is_done_or_running(job: Job, at: datetime) -> bool:
    settled = Q(finished_at__isnull=False) | Q(leased_until__gt=at)
    return JobRun.objects.filter(settled, job=job.name, day=job.day(at)).exists()


def _once(name: str, day: date, work: Callable[[], object], at: datetime) -> bool:
    JobRun.objects.bulk_create([JobRun(job=name, day=day, started_at=at)], ignore_conflicts=True)
    run = JobRun.objects.filter(job=name, day=day)
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
    ours = run.filter(free, finished_at__isnull=True).update(leased_until=at + LEASE, started_at=at)
    if ours != 1:
        return False
    began = clocks.monotonic()
    try:
        result = work()
    except Exception as error:
        run.update(failures=F("failures") + 1, result=f"途中で止まりました({type(error).__name__})")
        raise
    took = timedelta(seconds=clocks.monotonic() - began)
    run.update(
        finished_at=at + took, leased_until=None, result="" if result is None else str(result)[:200]
    )
    return True
