"""The library's jobs: one row for each job and business day, whatever the number of beats.

1. A daily or weekly job is due from its hour on, for the last day whose hour has come, so a
missed run is made up for. A repeating job is due once in each of its intervals.
2. Every few seconds every due job is given to a worker. No job depends on one exact moment.
3. The row is the right to run, for the length of a lease. If a lease ends, its process died.
No task may run longer than the lease of a daily job (settings).
4. The row records the last run, the number of runs, the time it took and the result, for staff.
"""

import logging
import time as clocks
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, Min, Q
from django.utils import timezone

from notifications.models import JobRun, Pulse

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=15)
TURN_LEASE = timedelta(minutes=2)  # a repeating job is short, and harmless when it runs twice
CLOCK = "clock"  # its pulse shows that beat, queue, worker and database work together
EPOCH = datetime.fromtimestamp(0, UTC)

Work = Callable[[date, datetime], object]
Register = Callable[[Work], Work]


@dataclass(frozen=True)
class Job:
    name: str
    title: str
    work: Work
    clock: time = time(0)
    weekday: int | None = None  # as date.weekday(); None: every day
    every: timedelta | None = None  # the interval of a repeating job; None: once a day
    lease: timedelta = LEASE

    def day(self, at: datetime) -> date:
        """Return the last day whose hour has come, in local time."""
        here = timezone.localtime(at)
        day = here.date() if here.time() >= self.clock else here.date() - timedelta(days=1)
        return day if self.weekday is None else day - timedelta((day.weekday() - self.weekday) % 7)

    def was_due(self, at: datetime) -> datetime:
        """Return the start of the present interval, or the hour of the day."""
        if self.every is not None:
            return at - (at - EPOCH) % self.every
        return timezone.make_aware(datetime.combine(self.day(at), self.clock))

    def next_turn(self, at: datetime) -> datetime | None:
        """Return the start of the next interval; None for a daily job."""
        return None if self.every is None else self.was_due(at) + self.every


JOBS: dict[str, Job] = {}


def daily(name: str, *, title: str, clock: time = time(0)) -> Register:
    """Register work for each day. It receives its day and the moment of the run."""
    return _registered(lambda work: Job(name, title, work, clock))


def weekly(name: str, *, title: str, weekday: int, clock: time) -> Register:
    return _registered(lambda work: Job(name, title, work, clock, weekday))


def every(interval: timedelta, name: str, *, title: str, lease: timedelta = TURN_LEASE) -> Register:
    """Register work that repeats. It must be harmless when it runs twice."""
    return _registered(lambda work: Job(name, title, work, every=interval, lease=lease))


def _registered(job_of: Callable[[Work], Job]) -> Register:
    def register(work: Work) -> Work:
        job = job_of(work)
        JOBS[job.name] = job
        return work

    return register


def due(*, at: datetime | None = None) -> list[Job]:
    """Return the jobs that are not done for their day or interval, and that nobody runs."""
    at = at or timezone.now()
    once = [job.name for job in JOBS.values() if job.every is None]
    settled = Q(leased_until__gt=at) | Q(finished_at__isnull=False, job__in=once)
    days = {job.day(at) for job in JOBS.values()}
    left_alone = set(JobRun.objects.filter(settled, day__in=days).values_list("job", "day"))
    return [job for job in JOBS.values() if (job.name, job.day(at)) not in left_alone]


def run(job: Job, *, at: datetime | None = None) -> bool:
    """Run the job for its day or interval. Return False if it is done or another process runs it.

    An error is recorded and raised again.
    """
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
            # A failed job waits until its next interval or the end of the lease; a retry at once
            # would fail for the same reason.
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
    """Record that this was done now, and how long it took."""
    began = clocks.monotonic()
    yield
    took = timedelta(seconds=clocks.monotonic() - began)
    Pulse.objects.update_or_create(name=name, defaults={"at": timezone.now(), "took": took})


def opened() -> datetime | None:
    """Return when the first job ran, or None in a library that has not opened yet."""
    first: datetime | None = JobRun.objects.aggregate(first=Min("started_at"))["first"]
    return first


def _begins(job: Job, day: date, at: datetime) -> bool:
    """Take the row of job and day. Return whether this process got it."""
    JobRun.objects.bulk_create(
        [JobRun(job=job.name, day=day, started_at=at)], ignore_conflicts=True
    )
    # A conditional UPDATE: of two workers only one changes the row.
    free = JobRun.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lte=at), job=job.name, day=day
    )
    if job.every is None:
        free = free.filter(finished_at__isnull=True)
    lease = max(at + job.lease, job.next_turn(at) or at)
    return free.update(leased_until=lease, started_at=at, runs=F("runs") + 1) == 1
