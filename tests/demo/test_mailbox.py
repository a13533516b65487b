import email
import email.policy
import smtplib
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from demo import ports
from demo.environment import ROOT
from demo.supervisor import Program, Supervisor
from tests.progress import HANG


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    port, folder = ports.free_port(), tmp_path / "mails"
    command = [sys.executable, "-m", "demo.mailbox", "--port", str(port), "--folder", str(folder)]
    supervisor = Supervisor(tmp_path)
    supervisor.start(Program("mailbox", "メールボックス", command, folder=ROOT))
    try:
        ports.wait_until_it_answers(port, seconds=HANG)
        yield port, folder
    finally:
        supervisor.stop()


def test_every_mail_is_kept_whole_and_the_newest_is_the_last_name(
    mailbox: tuple[int, Path],
) -> None:
    port, folder = mailbox
    for subject in ("予約資料のご用意ができました", "返却期限のお知らせ"):
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = subject, "library@example.jp", "a@example.jp"
        mail.set_content("秋川 花子 様\n\nこころ\n.\n終わり\n")
        with smtplib.SMTP(ports.LOOPBACK, port) as server:
            server.send_message(mail)
    kept = sorted(folder.iterdir())
    assert [path.suffix for path in kept] == [".eml", ".eml"]
    newest = email.message_from_bytes(kept[-1].read_bytes(), policy=email.policy.default)
    assert newest["Subject"] == "返却期限のお知らせ"
    assert newest.get_content().splitlines()[-2:] == [".", "終わり"]
