"""The mail server. While it fails, all sending pauses, for longer each time (rule 7.6)."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from akiruno_library import policy
from notifications.backoff import backoff
from notifications.models import MailServer

logger = logging.getLogger(__name__)


def is_resting(at: datetime) -> bool:
    return MailServer.objects.filter(paused_until__gt=at).exists()


@transaction.atomic
def note_trouble(said: str, *, at: datetime) -> None:
    """Pause the sending. Alarms inform staff (alarms.py), the log informs operators."""
    # get_or_create first: select_for_update cannot lock a row that does not exist.
    MailServer.objects.get_or_create(pk=1)
    server = MailServer.objects.select_for_update().get(pk=1)
    server.failures += 1
    server.failing_since = server.failing_since or at
    server.paused_until = at + _backoff(server.failures)
    server.last_reply = said[:300]
    server.save()
    logger.error("the mail server fails, %d times now; mail rests", server.failures)


def note_success() -> None:
    """Record that the server works. Writes nothing if it worked before."""
    if MailServer.objects.filter(failing_since__isnull=False).update(
        failing_since=None, failures=0, paused_until=None, last_reply=""
    ):
        logger.info("the mail server takes mail again")


def _backoff(failures: int) -> timedelta:
    return backoff(
        failures, first=policy.MAIL_SERVER_BACKOFF_FIRST, longest=policy.MAIL_SERVER_BACKOFF_LONGEST
    )
