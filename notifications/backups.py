"""控え: records of backups. The program that makes a backup calls `note`, so that staff see it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from notifications import jobs
from notifications.models import JobRun

BACKUP = "backup"
MISSED_AFTER = timedelta(days=2)


def note(*, at: datetime | None = None, remark: str = "") -> None:
    """Record that a backup was completed."""
    now = at or timezone.now()
    JobRun.objects.update_or_create(
        job=BACKUP,
        day=timezone.localdate(now),
        defaults={"started_at": now, "finished_at": now, "result": remark[:200]},
    )


def last() -> JobRun | None:
    return JobRun.objects.filter(job=BACKUP, finished_at__isnull=False).order_by("-day").first()


def is_missed(at: datetime) -> bool:
    """Whether the last backup, or the opening if there was none, is longer ago than MISSED_AFTER.

    The library of the demo is made anew at will, and has none.
    """
    made = last()
    since = made.finished_at if made else jobs.opened()
    return not settings.DEMO and since is not None and at - since > MISSED_AFTER
