"""The library's jobs: each has one row of its business day, however many beats there are, and is
made up for when everybody was away.

1. A job of the day, or of a weekday, is due from its hour on; its day is the last one whose hour
   has come. One that comes round again and again is due once in each of its turns, and first when
   the day begins.
2. Every few seconds, whatever is due and not done is handed to a worker. Nothing hangs on one
   moment.
3. The row of job and day is the right to run, for the length of a lease; a lease that ended
   belonged to a process that died. No task may run as long as the lease of a day (settings).
4. The row keeps when it ran last, how often, how long it took and what came of it, for staff.
"""

import logging
import time as clocks
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, Q
from django.utils import timezone

from notifications.models import JobRun, Pulse

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=15)
TURN_LEASE = timedelta(minutes=2)  # what comes round is short, and harmless when done twice
CLOCK = "clock"  # the pulse that shows that beat, queue, worker and database work together
EPOCH = datetime.fromtimestamp(0, UTC)

Work = Callable[[date, datetime], object]
Register = Callable[[Work], Work]


@dataclass(frozen=True)
class Job:
    name: str
    title: str
    work: Work
    clock: time = time(0)
    weekday: int | None = None  # as date.weekday(); None is every day
    every: timedelta | None = None  # comes round within the day; None is once for the day
    lease: timedelta = LEASE

    def day(self, at: datetime) -> date:
        """The last day whose hour has come in Tokyo."""
        here = timezone.localtime(at)
        day = here.date() if here.time() >= self.clock else here.date() - timedelta(days=1)
        return day if self.weekday is None else day - timedelta((day.weekday() - self.weekday) % 7)

    def was_due(self, at: datetime) -> datetime:
        """When its turn began, or the hour of its day."""
        if self.every is not None:
            return at - (at - EPOCH) % self.every
        return timezone.make_aware(datetime.combine(self.day(at), self.clock))

    def next_turn(self, at: datetime) -> datetime | None:
        """Until then it rests after a run that began at this instant; none within its day."""
        return None if self.every is None else self.was_due(at) + self.every


JOBS: dict[str, Job] = {}


def daily(name: str, *, title: str, clock: time = time(0)) -> Register:
    """Register work for each day: it is given its day and the instant at which it runs."""
    return _registered(lambda work: Job(name, title, work, clock))


def weekly(name: str, *, title: str, weekday: int, clock: time) -> Register:
    return _registered(lambda work: Job(name, title, work, clock, weekday))


def every(pause: timedelta, name: str, *, title: str, lease: timedelta = TURN_LEASE) -> Register:
    """Register work that comes round again and again; it must do no harm when done twice."""
    return _registered(lambda work: Job(name, title, work, every=pause, lease=lease))


def _registered(job_of: Callable[[Work], Job]) -> Register:
    def register(work: Work) -> Work:
        job = job_of(work)
        JOBS[job.name] = job
        return work

    return register


def due(*, at: datetime | None = None) -> list[Job]:
    """What is not done for its day, or for its turn, and is in nobody's hands."""
    at = at or timezone.now()
    once = [job.name for job in JOBS.values() if job.every is None]
    settled = Q(leased_until__gt=at) | Q(finished_at__isnull=False, job__in=once)
    days = {job.day(at) for job in JOBS.values()}
    left_alone = set(JobRun.objects.filter(settled, day__in=days).values_list("job", "day"))
    return [job for job in JOBS.values() if (job.name, job.day(at)) not in left_alone]


def run(job: Job, *, at: datetime | None = None) -> bool:
    """Do the job for its day, or its turn, unless it was done or somebody is just doing it."""
    at = at or timezone.now()
    day = job.day(at)
    row = JobRun.objects.filter(job=job.name, day=day)
    if not _begins(job, day, at):
        return False
    began = clocks.monotonic()
    try:
        result = job.work(day, at)
    except Exception as error:
        row.update(
            failures=F("failures") + 1,
            leased_until=job.next_turn(at) or at + job.lease,
            result=f"途中で止まりました({type(error).__name__})",
        )
        raise
    row.update(
        finished_at=at + timedelta(seconds=clocks.monotonic() - began),
        leased_until=job.next_turn(at),
        result="" if result is None else str(result)[:200],
    )
    return True


@contextmanager
def pulse(name: str) -> Iterator[None]:
    """Note that this was done just now, and how long it took."""
    began = clocks.monotonic()
    yield
    took = timedelta(seconds=clocks.monotonic() - began)
    Pulse.objects.update_or_create(name=name, defaults={"at": timezone.now(), "took": took})


def _begins(job: Job, day: date, at: datetime) -> bool:
    """Whether the row of job and day became ours."""
    JobRun.objects.bulk_create(
        [JobRun(job=job.name, day=day, started_at=at)], ignore_conflicts=True
    )
    free = JobRun.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lte=at), job=job.name, day=day
    )
    if job.every is None:
        free = free.filter(finished_at__isnull=True)
    lease = max(at + job.lease, job.next_turn(at) or at)
    return free.update(leased_until=lease, started_at=at, runs=F("runs") + 1) == 1
