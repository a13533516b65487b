"""The outbox: a notice is written in the transaction of the event it tells of (rule 7.6).

PostgreSQL keeps it; waking the worker is a courtesy that may fail, because a sweep every few
seconds finds whatever no wake-up reached.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from notifications import tasks
from notifications.models import Mail, MailAddress, Notice

logger = logging.getLogger(__name__)


def announce(
    *,
    key: str,
    kind: str,
    address: MailAddress,
    subject_ids: Mapping[str, int],
    at: datetime,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Write a notice; a second one of the same key changes nothing."""
    notice = Notice(
        key=key,
        kind=kind,
        address=address,
        subject_ids=dict(subject_ids),
        created_at=at,
        not_before=not_before or at,
        expires_at=expires_at,
    )
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    if notice.not_before <= at:
        transaction.on_commit(wake_sender)


def withdraw(key: str, *, at: datetime) -> None:
    """Take back a notice that is not true any more; what was sent stays sent."""
    Notice.objects.true_now().filter(key=key).update(withdrawn_at=at)


def reinstate(key: str) -> None:
    """What was withdrawn by mistake is to be told after all, unless a mail has carried it."""
    Notice.objects.filter(key=key, mail__isnull=True).update(withdrawn_at=None)


def was_sent(key: str) -> bool:
    return Notice.objects.filter(key=key, mail__state=Mail.State.SENT).exists()


def forget(kind: str, *, subject: str, ids: Sequence[int]) -> None:
    """Delete what was told of these subjects; the mail row stays, which names none of them."""
    Notice.objects.filter(**{"kind": kind, f"subject_ids__{subject}__in": list(ids)}).delete()


def wake_sender() -> None:
    try:
        tasks.send_due_mail.delay()
    except Exception as error:  # whatever Redis suffers from, the sweep comes
        logger.warning("the sender could not be woken: %s", type(error).__name__)
