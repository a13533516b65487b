"""Daily jobs that run once for their day, however many beats there are and whoever was away."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from notifications.models import JobRun

LEASE = timedelta(minutes=15)


def once_a_day(job: str, work: Callable[[], object], *, at: datetime | None = None) -> bool:
    """Run the work unless it was done for today, or somebody is just doing it.

    The row of the day is the right to run; a lease that ended belonged to a process that died.
    """
    at = at or timezone.now()
    day = timezone.localdate(at)
    JobRun.objects.bulk_create([JobRun(job=job, day=day, started_at=at)], ignore_conflicts=True)
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
    ours = (
        JobRun.objects.filter(free, job=job, day=day, finished_at__isnull=True).update(
            leased_until=at + LEASE, started_at=at
        )
        == 1
    )
    if ours:
        result = work()
        JobRun.objects.filter(job=job, day=day).update(
            finished_at=timezone.now(), leased_until=None, result=str(result)[:200]
        )
    return ours
