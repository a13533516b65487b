"""Who is told that something is wrong, also when the clock and the queue are what is wrong."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from akiruno_library import policy
from akiruno_library.sign_of_life import STUCK
from demo.environment import ROOT
from notifications import jobs
from notifications.models import Pulse
from operation import watchman
from tests.conftest import tokyo
from tests.mail_server import MailServer
from tests.progress import HANG

NOON = tokyo("2026-11-24", "12:00")


@pytest.fixture
def silent_clock(db: None) -> None:
    Pulse.objects.create(name=jobs.CLOCK, at=NOON - timedelta(hours=1))


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.ALARM_MAIL = ["it@library.example.jp"]
    yield server
    server.stop()


@pytest.fixture
def chat(settings) -> Iterator[list[dict]]:
    """What a service outside was told."""
    posted: list[dict] = []

    class Chat(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            posted.append(json.loads(self.rfile.read(length)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Chat)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.ALARM_WEBHOOK = f"http://127.0.0.1:{server.server_port}/"
    yield posted
    server.shutdown()
    server.server_close()


def test_an_alarm_reaches_a_person_by_mail_and_by_webhook(silent_clock, mail_server, chat, caplog):
    assert watchman.look(at=NOON) == ["clock"]
    [mail] = mail_server.mails
    assert mail["To"] == "it@library.example.jp"
    assert "時計係かワーカーが動いていません" in mail.get_content()
    assert "/admin/library/operation/" in mail.get_content()
    assert chat == [{"text": "図書館のポータル: clock"}]
    assert "alarm: clock" in caplog.text


def test_the_same_alarm_is_told_once_an_hour(silent_clock, mail_server):
    for minutes in range(0, 60, 5):
        watchman.look(at=NOON + timedelta(minutes=minutes))
    assert len(mail_server.mails) == 1
    assert watchman.look(at=NOON + policy.ALARM_REPEATED) == ["clock"]
    assert len(mail_server.mails) == 2


def test_a_mail_server_that_is_away_does_not_stop_the_watchman(silent_clock, mail_server, caplog):
    mail_server.stop()
    assert watchman.look(at=NOON) == ["clock"]
    assert "could not be mailed" in caplog.text
    mail_server.start()


STAND_STILL = """
import time
from datetime import timedelta
from akiruno_library.sign_of_life import SignOfLife
sign = SignOfLife("a test", within=timedelta(seconds=1))
for _ in range(30):
    sign.give()
    time.sleep(0.1)
print("worked", flush=True)
time.sleep(600)
"""


def test_a_process_whose_loop_stands_still_ends_and_says_so():
    done = subprocess.run(
        [sys.executable, "-c", STAND_STILL],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=HANG,
    )
    assert done.returncode == STUCK
    assert done.stdout == "worked\n"
    assert "alarm: a test is stuck and ends" in done.stderr
