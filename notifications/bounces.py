"""Mail that came back: a maildir is read, and what is ours in it is marked (rule 3.3).

A report counts only when it quotes the Message-ID of a mail that we sent to that address: anybody
may write to the mailbox, and nobody may thereby silence another.
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
LARGEST = 1_000_000  # bytes: a report is small; whatever is larger is something else
_MESSAGE_ID = re.compile(r"^message-id:\s*(<[^>\s]{1,118}>)", re.IGNORECASE | re.MULTILINE)


def read_mailbox(*, at: datetime | None = None) -> int:
    """Read what is new in the maildir of the settings; returns how many mails had come back."""
    if settings.BOUNCE_MAILDIR is None:
        return 0
    return read_maildir(settings.BOUNCE_MAILDIR, at=at or timezone.now())


def read_maildir(folder: Path, *, at: datetime) -> int:
    """Each message is read once and deleted: what matters of it stands in our own rows then."""
    box = mailbox.Maildir(folder, create=False)
    came_back = 0
    for key in box.keys():  # noqa: SIM118 a mailbox is no dict
        file = Path(folder) / box._lookup(key)  # type: ignore[attr-defined]  # not opened yet
        if file.stat().st_size <= LARGEST:
            try:
                came_back += note(file.read_bytes(), at=at)
            except Exception:  # one odd message holds no other back
                logger.exception("a message in the bounce mailbox could not be read")
        box.discard(key)
    return came_back


@transaction.atomic
def note(raw: bytes, *, at: datetime) -> bool:
    """Mark the mail this report is about; False when it is no report, or not about a mail of ours.

    A delay, or a mailbox that is full for now, is no reason to mark anything.
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
    """The addresses that take no mail for good. Its detectors stumble over a missing From."""
    found = scan_message(message) if message.get("From") else ()
    return {address.decode("ascii", "replace").lower() for address in found}


def _quoted_ids(message: Message) -> Iterator[str]:
    """Of the mail that came back, not of the report that brings it."""
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
    """What the other server said, from the machine-readable part of the report."""
    for part in message.walk():
        for name in ("Diagnostic-Code", "Status"):
            if part.get(name):
                words = " ".join(str(part[name]).split())
                return words.partition(";")[2].strip() or words
    return "戻ってきました"
