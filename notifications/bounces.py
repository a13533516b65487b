"""Bounces: reads a maildir and marks our mails that came back (rule 3.3).

A report counts only if it quotes the Message-ID of a mail that we sent to that address. Anybody can
write to the mailbox and could otherwise block the mail of another person.
"""

import email
import logging
import mailbox
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from flufl.bounce import scan_message

from notifications import address_status
from notifications.models import Mail

logger = logging.getLogger(__name__)
LARGEST = 1_000_000  # bytes; a bounce report is small
_MESSAGE_ID = re.compile(r"^message-id:\s*(<[^>\s]{1,118}>)", re.IGNORECASE | re.MULTILINE)


def read_mailbox(*, at: datetime | None = None) -> int:
    """Read the maildir of the settings; return how many of our mails came back."""
    if settings.BOUNCE_MAILDIR is None:
        return 0
    return read_maildir(settings.BOUNCE_MAILDIR, at=at or timezone.now())


def read_maildir(folder: Path, *, at: datetime) -> int:
    """Read each message once and delete it. The result is stored in our own rows."""
    for name in ("tmp", "new", "cur"):  # an empty folder becomes a maildir
        (folder / name).mkdir(exist_ok=True)
    box = mailbox.Maildir(folder, create=False)
    came_back = 0
    for key in box.keys():  # noqa: SIM118 a mailbox is no dict
        # `_lookup` gives the path without opening the file, so a huge message is never read.
        file = folder / box._lookup(key)  # type: ignore[attr-defined]  # not opened yet
        if file.stat().st_size <= LARGEST:
            try:
                came_back += note(file.read_bytes(), at=at)
            except Exception:  # one malformed message must not stop the others
                logger.exception("a message in the bounce mailbox could not be read")
        box.discard(key)
    return came_back


@transaction.atomic
def note(raw: bytes, *, at: datetime) -> bool:
    """Mark the mail that this report is about. Return False if it is not about a mail of ours.

    A delay or a full mailbox is temporary and marks nothing.
    """
    message = email.message_from_bytes(raw)
    quoted = Mail.objects.filter(message_id__in=list(_quoted_ids(message)))
    mail = quoted.select_related("address").first()
    if mail is None or mail.address.address.lower() not in _failed(message):
        return False
    said = _reason(message)
    Mail.objects.filter(pk=mail.pk, state=Mail.State.SENT).update(
        state=Mail.State.BOUNCED, last_reply=said[:300]
    )
    address_status.mark_undeliverable(mail.address_id, said, at=at)
    return True


def _failed(message: Message) -> set[str]:
    """Return the addresses that failed permanently. The library fails on a message without From."""
    found = scan_message(message) if message.get("From") else ()
    return {address.decode("ascii", "replace").lower() for address in found}


def _quoted_ids(message: Message) -> Iterator[str]:
    """Yield the Message-IDs of the mail that came back, not that of the report."""
    for part in message.walk():
        if part is message:
            text = part.get_payload() if not part.is_multipart() else ""
            yield from _MESSAGE_ID.findall(str(text))
        elif part.get_content_maintype() == "message" or part.get_content_type() in (
            "text/rfc822-headers",
            "text/plain",
        ):
            yield from _MESSAGE_ID.findall(part.as_string())
        elif part.get("Message-ID"):
            yield str(part["Message-ID"]).strip()


def _reason(message: Message) -> str:
    """Return the answer of the other server, from the machine-readable part of the report."""
    for part in message.walk():
        for name in ("Diagnostic-Code", "Status"):
            if part.get(name):
                words = " ".join(str(part[name]).split())
                return words.partition(";")[2].strip() or words
    return "戻ってきました"
