"""The meaning of a mail server's answer: who is to blame, and whether a retry may help.

An enhanced code (RFC 3463) after the reply code is more exact: 5.1 and 5.2 concern the mailbox, 5.7
the sender. Only the first two are held against an address.
"""

import re
import smtplib
from dataclasses import dataclass
from enum import Enum

SERVICE_CLOSING = 421
PERMANENT = 500
BROKEN_OFF = "途中で切れました"
MAILBOX_CODES = {550, 551, 553}
_ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.\d{1,3}\b")
_SERVER_REFUSED_US = (
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPSenderRefused,
)


class Meaning(Enum):
    LATER = "try this mail again later"
    NO_SUCH_MAILBOX = "the address takes no mail"
    NOT_THIS_MAIL = "the mail is not taken, whoever it is for"
    BROKEN_OFF = "the conversation ended in the middle; try the mail again later"
    SILENT = "no answer came in time; that may be the mail's fault or the server's"
    SERVER = "the server takes no mail from us at all"


@dataclass(frozen=True)
class Reply:
    meaning: Meaning
    said: str


def reply_in(error: smtplib.SMTPException) -> Reply:
    """Classify an error that smtplib raised during a conversation."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return _reply_to_an_address(code, text)
    if isinstance(error, _SERVER_REFUSED_US):
        return Reply(Meaning.SERVER, _said(error.smtp_code, error.smtp_error))
    if isinstance(error, smtplib.SMTPResponseException):
        judge = _reply_to_an_address if error.smtp_code in MAILBOX_CODES else _reply_to_a_mail
        return judge(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Reply(Meaning.NOT_THIS_MAIL, "このあて先の文字を、サーバーが扱えません")
    # smtplib turns a timeout into SMTPServerDisconnected; only the context names the cause.
    if isinstance(error.__context__, TimeoutError):
        return Reply(Meaning.SILENT, "返事がありませんでした")
    return Reply(Meaning.BROKEN_OFF, BROKEN_OFF)


def _reply_to_an_address(code: int, text: bytes | str) -> Reply:
    """A reply to RCPT, or with a code that RFC 5321 gives to mailboxes."""
    reply = _reply_to_a_mail(code, text)
    subject = _subject_of(reply.said)
    if reply.meaning is Meaning.NOT_THIS_MAIL and subject == "7":
        # "Relaying denied" is answered for every address, and may be a mistake in our own settings.
        return Reply(Meaning.LATER, reply.said)
    if reply.meaning is Meaning.NOT_THIS_MAIL and not subject:
        return Reply(Meaning.NO_SUCH_MAILBOX, reply.said)
    return reply


def _reply_to_a_mail(code: int, text: bytes | str) -> Reply:
    said = _said(code, text)
    if code == SERVICE_CLOSING:
        return Reply(Meaning.SERVER, said)
    if code < PERMANENT:
        return Reply(Meaning.LATER, said)
    is_no_mailbox = _subject_of(said) in ("1", "2")
    return Reply(Meaning.NO_SUCH_MAILBOX if is_no_mailbox else Meaning.NOT_THIS_MAIL, said)


def _subject_of(said: str) -> str:
    """Return the second number of an enhanced status code (RFC 3463): 5.7.1 is about policy."""
    enhanced = _ENHANCED.match(said.partition(" ")[2])
    return enhanced.group(2) if enhanced else ""


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return " ".join(f"{code} {words}".split())[:300]
