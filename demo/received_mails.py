"""Reading what the demo's mail server has taken in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

NEWEST = 50
MOMENT = "%Y%m%dT%H%M%S.%f"  # as mailbox.keep() names its files


@dataclass(frozen=True)
class ReceivedMail:
    name: str
    arrived: datetime
    to: str
    subject: str
    text: str


def newest_mails(folder: Path) -> list[ReceivedMail]:
    """The latest mails, newest first; a name sorts by its moment of arrival."""
    files = sorted(folder.glob("*.eml"), reverse=True)[:NEWEST]
    return list(_read(files))


def _read(files: list[Path]) -> Iterator[ReceivedMail]:
    for file in files:
        message = BytesParser(EmailMessage, policy=policy.default).parsebytes(file.read_bytes())
        yield ReceivedMail(
            name=file.stem,
            arrived=datetime.strptime(file.stem.partition("-")[0], MOMENT).replace(tzinfo=UTC),
            to=str(message["To"] or ""),
            subject=str(message["Subject"] or "(件名なし)"),
            text=_text(message),
        )


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    return str(body.get_content()).strip() if body else ""
