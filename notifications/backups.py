"""控え: a backup is made outside the portal; whoever makes one says so, for staff to see."""

from datetime import datetime, timedelta

from django.utils import timezone

from notifications.models import JobRun

BACKUP = "backup"
MISSED_AFTER = timedelta(days=2)


def note(*, at: datetime | None = None, remark: str = "") -> None:
    """A backup was made and lies where it is safe."""
    now = at or timezone.now()
    JobRun.objects.update_or_create(
        job=BACKUP,
        day=timezone.localdate(now),
        defaults={"started_at": now, "finished_at": now, "result": remark[:200]},
    )


def last() -> JobRun | None:
    return JobRun.objects.filter(job=BACKUP, finished_at__isnull=False).order_by("-day").first()


def is_missed(at: datetime) -> bool:
    """Where it was once made by a timetable, two days without one are too many."""
    made = last()
    return (
        made is not None and made.finished_at is not None and at - made.finished_at > MISSED_AFTER
    )
