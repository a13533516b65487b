"""What came back is matched by the Message-ID of our own mail, and by nothing else (rule 3.3)."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from notifications import bounces
from notifications.models import Mail, MailAddress
from tests.conftest import tokyo

pytestmark = pytest.mark.django_db
SENT_AT = tokyo("2026-11-24", "12:00")
AT = tokyo("2026-11-24", "12:05")
OURS = "<1.2.3@library.akiruno.tokyo.jp>"


@pytest.fixture
def mail(db: None) -> Mail:
    return Mail.objects.create(
        message_id=OURS,
        kind="hold_ready",
        address=MailAddress.objects.create(address="gone@example.jp"),
        state=Mail.State.SENT,
        sent_at=SENT_AT,
    )


def report(
    *,
    to: str = "gone@example.jp",
    about: str = OURS,
    action: str = "failed",
    status: str = "5.1.1",
) -> bytes:
    """A delivery status notification as Postfix writes it (RFC 3464)."""
    return f"""\
From: MAILER-DAEMON@mail.example.jp
To: info@library.akiruno.tokyo.jp
Subject: Undelivered Mail Returned to Sender
Message-ID: <report@mail.example.jp>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.jp

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: unknown user

--B
Content-Type: message/rfc822

From: info@library.akiruno.tokyo.jp
To: {to}
Subject: =?utf-8?b?5LqI57SE?=
Message-ID: {about}

text
--B--
""".encode()


def test_a_report_about_our_mail_marks_it_and_its_address(mail):
    assert bounces.note(report(), at=AT)
    mail.refresh_from_db()
    assert mail.state == Mail.State.BOUNCED
    assert mail.sent_at == SENT_AT
    assert mail.address.undeliverable_since == AT
    assert mail.address.undeliverable_reason == "550 5.1.1 <gone@example.jp>: unknown user"


@pytest.mark.parametrize(
    "other",
    [
        report(about="<unknown@library.akiruno.tokyo.jp>"),
        report(to="other@example.jp"),
        report(action="delayed", status="4.2.2"),
        b"From: reader@example.jp\nSubject: a question\nMessage-ID: "
        + OURS.encode()
        + b"\n\nhello",
        b"",
        b"\xff\xfe\x00",
    ],
    ids=["unknown mail", "another's address", "a delay", "a letter", "nothing", "rubbish"],
)
def test_what_is_no_report_about_this_mail_marks_nothing(mail, other):
    assert not bounces.note(other, at=AT)
    mail.refresh_from_db()
    assert mail.state == Mail.State.SENT
    assert mail.address.undeliverable_since is None


def test_a_maildir_is_read_once_and_one_odd_message_holds_nothing_back(
    mail, tmp_path: Path, settings
):
    settings.BOUNCE_MAILDIR = tmp_path / "bounces"
    for folder in ("new", "cur", "tmp"):
        (settings.BOUNCE_MAILDIR / folder).mkdir(parents=True)
    huge = EmailMessage()
    huge.set_content("x" * 2_000_000)
    for number, raw in enumerate([b"\x00", huge.as_bytes(), report()]):
        (settings.BOUNCE_MAILDIR / "new" / f"{number}.host").write_bytes(raw)
    assert bounces.read_mailbox(at=AT) == 1
    assert bounces.read_mailbox(at=AT) == 0
    assert list((settings.BOUNCE_MAILDIR / "new").iterdir()) == []


def test_an_empty_folder_becomes_a_maildir(tmp_path: Path, settings):
    settings.BOUNCE_MAILDIR = tmp_path
    assert bounces.read_mailbox(at=AT) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"tmp", "new", "cur"}


def test_without_a_maildir_nothing_is_read(settings):
    settings.BOUNCE_MAILDIR = None
    assert bounces.read_mailbox(at=AT) == 0
