"""Sends mail: claims a batch, speaks SMTP, records the results.

1. Due notices are composed into mails (digests.py).
2. A sender claims a batch with SKIP LOCKED and a lease, and commits.
3. Each mail is written from the present facts, and sent over one connection if the lease is
still ours.
4. Its row is marked. If a sender dies, its lease ends and another sends the mail again with
the same Message-ID, so that a mailbox can recognise the repetition.
5. A failure of one mail affects that mail only; a failure of the server pauses all sending.
"""

import logging
import smtplib
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from enum import Enum

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from akiruno_library import policy
from notifications import address_status, mail_server, rendering
from notifications.backoff import backoff
from notifications.digests import build_mails
from notifications.models import Mail, Notice
from notifications.replies import BROKEN_OFF, Meaning, Reply, reply_in

logger = logging.getLogger(__name__)
BROKEN_OFF_TOO_OFTEN = 3  # in a row: then the server fails, not the mails


class ServerTrouble(Exception):
    """The server accepts no mail from us now; no address is to blame."""


class Outcome(Enum):
    SENT = "the server has it"
    NOT_SENT = "the reason is written down with the mail"
    BROKEN_OFF = "the conversation ended in the middle"


def send_due_mail(*, at: datetime | None = None) -> int:
    """Send due mails for at most policy.MAIL_RUN; return how many. The next sweep continues."""
    until, sent = time.monotonic() + policy.MAIL_RUN.total_seconds(), 0
    while time.monotonic() < until:
        gathered = build_mails(at=at)
        batch = [] if mail_server.is_resting(at or timezone.now()) else claim(at=at)
        sent += _send_batch(batch, until, at)
        if not (gathered or batch):
            break
    return sent


@transaction.atomic
def claim(*, at: datetime | None = None) -> list[Mail]:
    """Lease a batch of due mails, urgent ones first."""
    at = at or timezone.now()
    due = Mail.objects.due(at).order_by("bulk", "next_attempt_at", "pk")
    mails = list(
        # Only the mails are locked. A lock on their addresses would stop a patron who changes one.
        due.select_for_update(skip_locked=True, of=("self",)).select_related("address")[
            : policy.MAIL_BATCH
        ]
    )
    for mail in mails:
        mail.attempts += 1
        mail.leased_until = at + settings.MAIL_LEASE
    Mail.objects.bulk_update(mails, ["attempts", "leased_until"])
    return mails


def _send_batch(mails: Sequence[Mail], until: float, at: datetime | None) -> int:
    """Send the batch over one connection; return how many were sent."""
    connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
    outcomes: list[Outcome] = []
    try:
        for mail in mails:
            if time.monotonic() > until:
                break
            outcomes.append(_attempt(mail, connection, at or timezone.now()))
            _check(outcomes)
    except ServerTrouble as trouble:
        mail_server.note_trouble(str(trouble), at=at or timezone.now())
    else:
        if Outcome.SENT in outcomes:
            mail_server.note_success()
    finally:
        _give_back(mails)
        _close(connection)
    return outcomes.count(Outcome.SENT)


def _check(outcomes: Sequence[Outcome]) -> None:
    if outcomes[-BROKEN_OFF_TOO_OFTEN:] == [Outcome.BROKEN_OFF] * BROKEN_OFF_TOO_OFTEN:
        raise ServerTrouble("つづけて途中で切れました")


def _attempt(mail: Mail, connection: BaseEmailBackend, at: datetime) -> Outcome:
    """Write the mail and send it. Raises ServerTrouble."""
    message = _written(mail, at)
    if message is None or not _is_still_ours(mail, at):
        return Outcome.NOT_SENT
    _connect(connection)
    try:
        connection.send_messages([message])
    except smtplib.SMTPException as error:
        return _note_reply(mail, reply_in(error), connection, at)
    except OSError as error:
        logger.warning("a conversation broke off: %s", type(error).__name__)
        return _note_reply(mail, Reply(Meaning.BROKEN_OFF, BROKEN_OFF), connection, at)
    except ValueError:  # an address from an import that no mail can be sent to
        return _note_reply(
            mail, Reply(Meaning.NO_SUCH_MAILBOX, "あて先の形が正しくありません"), connection, at
        )
    _mark(mail, state=Mail.State.SENT, sent_at=at, last_reply="")
    return Outcome.SENT


def _written(mail: Mail, at: datetime) -> EmailMultiAlternatives | None:
    """Return the message with the present facts; None if nothing is left to say or on failure."""
    true_now = mail.notices.true_now().order_by("created_at", "pk")
    notices: list[Notice] = list(true_now.in_time(at))
    if not notices and true_now:
        _mark(mail, state=Mail.State.EXPIRED)
        # The mail was tried until it expired, and the last answer was a permanent refusal.
        if mail.last_reply.startswith("5"):
            address_status.mark_undeliverable(mail.address_id, mail.last_reply, at=at)
        return None
    try:
        text = rendering.write(mail.kind, notices, at=at)
        if text is not None:
            return text.message(mail.address.address, mail.message_id)
    except Exception:  # one mail that cannot be written must not stop the others
        logger.exception("mail %s could not be written", mail.pk)
        _retry(mail, "本文を作れませんでした", at)
        return None
    _mark(mail, state=Mail.State.WITHDRAWN)
    return None


def _is_still_ours(mail: Mail, at: datetime) -> bool:
    """Extend the lease. Return False if it has ended and another sender took the mail.

    Without this check a slow batch could send a mail twice.
    """
    until = at + settings.MAIL_LEASE
    ours = Mail.objects.filter(
        pk=mail.pk, state=Mail.State.WAITING, leased_until=mail.leased_until
    ).update(leased_until=until)
    mail.leased_until = until if ours else None
    return ours == 1


def _connect(connection: BaseEmailBackend) -> None:
    """Open the connection for the whole batch; Django closes one that it opened itself after each
    mail."""
    try:
        connection.open()
    except OSError as error:  # smtplib's errors are OSErrors, too
        logger.warning("no mail server: %s", type(error).__name__)
        raise ServerTrouble("サーバーにつながりませんでした") from error


def _note_reply(mail: Mail, reply: Reply, connection: BaseEmailBackend, at: datetime) -> Outcome:
    if reply.meaning is Meaning.SERVER:
        raise ServerTrouble(reply.said)
    if reply.meaning in (Meaning.LATER, Meaning.BROKEN_OFF, Meaning.SILENT):
        _retry(mail, reply.said, at)
    else:
        _mark(mail, state=Mail.State.REFUSED, last_reply=reply.said)
    if reply.meaning is Meaning.NO_SUCH_MAILBOX:
        address_status.mark_undeliverable(mail.address_id, reply.said, at=at)
    if reply.meaning is Meaning.SILENT:
        raise ServerTrouble(reply.said)
    if reply.meaning is Meaning.BROKEN_OFF:
        _close(connection)
        return Outcome.BROKEN_OFF
    return Outcome.NOT_SENT


def _retry(mail: Mail, said: str, at: datetime) -> None:
    wait = backoff(mail.attempts, first=policy.MAIL_RETRY_FIRST, longest=policy.MAIL_RETRY_LONGEST)
    _mark(mail, next_attempt_at=at + wait, last_reply=said)


def _give_back(mails: Sequence[Mail]) -> None:
    """Release mails that were not tried, or that failed by no fault of their own."""
    for mail in mails:
        if mail.leased_until is not None:
            Mail.objects.filter(
                pk=mail.pk, state=Mail.State.WAITING, leased_until=mail.leased_until
            ).update(leased_until=None, attempts=F("attempts") - 1)


def _mark(mail: Mail, **facts: object) -> None:
    # The state is a condition: a mail that was withdrawn meanwhile must not become sent.
    Mail.objects.filter(pk=mail.pk, state=Mail.State.WAITING).update(leased_until=None, **facts)
    mail.leased_until = None


def _close(connection: BaseEmailBackend) -> None:
    """Close a connection in an unknown state; the next message opens a new one."""
    with suppress(OSError):
        connection.close()
