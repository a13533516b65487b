"""控え: records of backups. The program that makes a backup calls `note`, so that staff see it."""

from datetime import datetime, timedelta

from django.utils import timezone

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
    """Whether the last backup is older than MISSED_AFTER. Without any backup there is no alarm."""
    made = last()
    return (
        made is not None and made.finished_at is not None and at - made.finished_at > MISSED_AFTER
    )
