"""The watchman: tells a person what is wrong, also when the clock and the queue are what is wrong.

It runs in the indexer, which needs neither. It mails by itself, because the outbox may stand still.
"""

import json
import logging
import threading
import time
import urllib.request
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import DatabaseError, connection
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.absolute_url import absolute
from notifications.alarms import Alarm, alarms
from notifications.models import Pulse

logger = logging.getLogger(__name__)
WEBHOOK_SECONDS = 10
NO_DATABASE = Alarm(
    "database",
    "データベースにつながりません。ページも止まっています。postgres を確かめてください。",
)


def start() -> None:
    threading.Thread(target=_watch_for_ever, name="watchman", daemon=True).start()


def _watch_for_ever() -> None:
    database_alarm_at = -policy.ALARM_REPEATED.total_seconds()
    while True:
        time.sleep(policy.ALARMS_SWEEP.total_seconds())
        try:
            look()
        except DatabaseError:
            if time.monotonic() - database_alarm_at >= policy.ALARM_REPEATED.total_seconds():
                database_alarm_at = time.monotonic()
                tell(NO_DATABASE)
        except Exception:  # a watchman that stops watching is what nobody notices
            logger.exception("the watchman could not look")
        finally:
            connection.close()


def look(*, at: datetime | None = None) -> list[str]:
    """Tell each alarm, once in ALARM_REPEATED on all machines together; return their names."""
    at = at or timezone.now()
    found = [alarm for alarm in alarms(at=at) if _is_due(alarm, at)]
    for alarm in found:
        tell(alarm)
    return [alarm.name for alarm in found]


def _is_due(alarm: Alarm, at: datetime) -> bool:
    name = f"alarm: {alarm.name}"[:60]
    last, is_new = Pulse.objects.get_or_create(name=name, defaults={"at": at})
    before = at - policy.ALARM_REPEATED
    # Two machines may look at once; one of them changes the row.
    return is_new or Pulse.objects.filter(pk=last.pk, at__lte=before).update(at=at) == 1


def tell(alarm: Alarm) -> None:
    """Write to the log (names only, rule 10.5), and to whoever the operator named."""
    logger.error("alarm: %s", alarm.name)
    if settings.ALARM_MAIL:
        _mail(alarm)
    if settings.ALARM_WEBHOOK:
        _post(alarm)


def _mail(alarm: Alarm) -> None:
    text = f"{alarm.sentence}\n\nくわしくは、管理画面の「運用のようす」をご覧ください。\n"
    text += absolute("/admin/library/operation/")
    try:
        send_mail(f"図書館のポータル: {alarm.name}", text, None, settings.ALARM_MAIL)
    except (OSError, SMTPException) as error:
        logger.warning("the alarm could not be mailed: %s", type(error).__name__)


def _post(alarm: Alarm) -> None:
    """Tell a service outside: the name of the alarm, nothing of its words."""
    body = json.dumps({"text": f"図書館のポータル: {alarm.name}"}).encode()
    request = urllib.request.Request(  # noqa: S310 the settings take http and https only
        settings.ALARM_WEBHOOK, body, {"Content-Type": "application/json"}
    )
    try:
        urllib.request.urlopen(request, timeout=WEBHOOK_SECONDS).close()  # noqa: S310  # nosec B310
    except OSError as error:
        logger.warning("the alarm could not be posted: %s", type(error).__name__)
