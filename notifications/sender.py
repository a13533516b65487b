"""Sending mail: gather notices into mails, claim some, speak SMTP, write down what happened.

1. Notices whose time has come are gathered, one mail for each address and kind.
2. A sender claims a batch under SKIP LOCKED with a lease, and commits.
3. Each mail is written from what is true now and sent over one connection.
4. Its row is marked. A sender that dies in between gives its mails back when the lease ends;
   the Message-ID is the same then, so that a mailbox can tell a repeated mail.
"""

import logging
import random
import smtplib
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import make_msgid

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from akiruno_library import policy
from notifications import letters
from notifications.models import Mail, MailAddress, Notice

logger = logging.getLogger(__name__)

SERVER_REFUSED_US = (
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPSenderRefused,
)
SERVICE_CLOSING = 421
PERMANENT = 500


def send_due_mail(*, at: datetime | None = None) -> int:
    """Send all that is due; returns how many mails were sent."""
    sent = 0
    while gather(at=at):
        pass
    while batch := claim(at=at):
        delivered, go_on = _send_batch(batch)
        sent += delivered
        if not go_on:
            break
    return sent


@transaction.atomic
def gather(*, at: datetime | None = None) -> int:
    """Compose mails from loose notices; returns how many notices found their mail."""
    at = at or timezone.now()
    loose = (
        Notice.objects.loose(at)
        .select_for_update(skip_locked=True)
        .order_by("address_id", "kind", "pk")[: policy.IMPORT_BATCH]
    )
    by_mail: dict[tuple[int, str], list[int]] = {}
    for notice in loose:
        by_mail.setdefault((notice.address_id, notice.kind), []).append(notice.pk)
    for (address_id, kind), notices in by_mail.items():
        mail = Mail.objects.create(
            message_id=make_msgid(domain=policy.MAIL_DOMAIN),
            kind=kind,
            address_id=address_id,
            created_at=at,
            next_attempt_at=at,
        )
        Notice.objects.filter(pk__in=notices).update(mail=mail)
    return sum(len(notices) for notices in by_mail.values())


@transaction.atomic
def claim(*, at: datetime | None = None) -> list[Mail]:
    """Take a batch of due mails into our hands until the lease ends."""
    at = at or timezone.now()
    due = Mail.objects.due(at).select_for_update(skip_locked=True).order_by("next_attempt_at")
    mails = list(due.select_related("address")[: policy.MAIL_BATCH])
    for mail in mails:
        mail.attempts += 1
        mail.leased_until = at + policy.MAIL_LEASE
    Mail.objects.bulk_update(mails, ["attempts", "leased_until"])
    return mails


def _send_batch(mails: Sequence[Mail]) -> tuple[int, bool]:
    """Returns how many were sent, and whether the server will take more."""
    connection = get_connection()
    began, sent = time.monotonic(), 0
    try:
        for number, mail in enumerate(mails):
            if time.monotonic() - began > policy.MAIL_LEASE.total_seconds() / 2:
                _give_back(mails[number:])
                return sent, True
            try:
                sent += _send_one(mail, connection)
            except OSError as error:  # refused, reset, timed out; smtplib's own are OSErrors too
                logger.warning("mail server in trouble: %s", type(error).__name__)
                _retry(mail, "サーバーと話せませんでした")
                _give_back(mails[number + 1 :])
                return sent, False
    finally:
        _close(connection)
    return sent, True


def _send_one(mail: Mail, connection: BaseEmailBackend) -> bool:
    try:
        written = letters.write(mail.kind, _true_notices(mail), at=timezone.now())
        if written is None:
            _mark(mail, state=Mail.State.WITHDRAWN)
            return False
        message = written.message(mail.address.address, mail.message_id)
        connection.open()  # once for the batch: what Django opens itself it closes after each mail
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        code, reply = next(iter(error.recipients.values()))
        _refused(mail, code, reply, connection)
        return False
    except smtplib.SMTPResponseException as error:
        if isinstance(error, SERVER_REFUSED_US):
            raise
        _refused(mail, error.smtp_code, error.smtp_error, connection)
        return False
    except OSError:
        raise
    except Exception:
        logger.exception("mail %s could not be written", mail.pk)
        _retry(mail, "本文を作れませんでした")
        return False
    _mark(mail, state=Mail.State.SENT, sent_at=timezone.now(), last_reply="")
    return True


def _true_notices(mail: Mail) -> list[Notice]:
    in_time = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    return list(mail.notices.true_now().filter(in_time).order_by("created_at", "pk"))


def _refused(mail: Mail, code: int, reply: bytes | str, connection: BaseEmailBackend) -> None:
    said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    said = f"{code} {said}"[:300]
    _close(connection)
    if code == SERVICE_CLOSING:
        raise smtplib.SMTPServerDisconnected(said)
    if code < PERMANENT:
        _retry(mail, said)
        return
    _mark(mail, state=Mail.State.REFUSED, last_reply=said)
    MailAddress.objects.filter(pk=mail.address_id, undeliverable_since__isnull=True).update(
        undeliverable_since=timezone.now(), undeliverable_reason=said[:200]
    )


def _retry(mail: Mail, said: str) -> None:
    _mark(mail, next_attempt_at=timezone.now() + _pause(mail.attempts), last_reply=said)


def _pause(attempts: int) -> timedelta:
    """Doubled with each attempt, and a little different for each mail."""
    doubled = policy.MAIL_RETRY_FIRST * 2 ** min(attempts - 1, 10)
    return min(doubled, policy.MAIL_RETRY_LONGEST) * random.uniform(0.8, 1.2)  # noqa: S311


def _give_back(untried: Sequence[Mail]) -> None:
    """Whichever mail comes next is tried first then: one that upsets the server blocks nobody."""
    Mail.objects.filter(pk__in=[mail.pk for mail in untried], state=Mail.State.WAITING).update(
        leased_until=None, attempts=F("attempts") - 1
    )


def _mark(mail: Mail, **facts: object) -> None:
    Mail.objects.filter(pk=mail.pk, state=Mail.State.WAITING).update(leased_until=None, **facts)


def _close(connection: BaseEmailBackend) -> None:
    """A connection in doubt is not used again; the next message opens a new one."""
    try:
        connection.close()
    except OSError:
        logger.info("the mail server closed first")
