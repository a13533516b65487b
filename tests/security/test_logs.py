"""No line of any logger holds a live link, or what a visitor wrote (rule 10.5)."""

import io
import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import get_resolver

from akiruno_library.logs import PrivateJsonFormatter, WithoutPaths
from demo import ports
from demo.environment import ROOT
from tests.progress import until
from tests.url_table import routes

CANARY = "5eed0f" * 10 + "cafe"  # as long as the token of a link
LINK = f"/mypage/reset/{CANARY}/"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What leaves the process by the handler of the settings."""
    [console] = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, PrivateJsonFormatter)
    ]
    written, before = io.StringIO(), console.setStream(io.StringIO())  # type: ignore[attr-defined]
    console.setStream(written)  # type: ignore[attr-defined]
    yield written
    console.setStream(before)  # type: ignore[attr-defined]


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def with_a_token() -> list[str]:
    """Every address of the portal that holds a token, with the canary in its place."""
    return [
        f"/{route.format(token=CANARY)}" for route in routes(get_resolver()) if "token" in route
    ]


@pytest.mark.django_db
def test_every_link_of_a_mail_that_is_posted_without_a_token_stays_out_of_the_log(written):
    addresses = with_a_token()
    assert len(addresses) >= 4
    stranger = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for address in addresses:
        stranger.post(address, {"password": "x"})
        stranger.post(address, {"password": "x"}, HTTP_HOST="evil.example.com")
        stranger.put(address)
        stranger.get(f"{address}?{CANARY}", HTTP_REFERER=f"http://testserver{address}")
    assert "django.security.csrf" in {line["from"] for line in lines(written)}
    assert CANARY not in written.getvalue()


def loggers() -> list[logging.Logger]:
    known = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    return [logging.getLogger(), *known]


def ways_out(logger: logging.Logger) -> Iterator[logging.Handler]:
    current: logging.Logger | None = logger
    while current is not None:
        yield from current.handlers
        current = current.parent if current.propagate else None


def test_every_logger_ends_at_handlers_that_keep_paths():
    for logger in loggers():
        for handler in ways_out(logger):
            if type(handler).__module__.startswith("_pytest") or isinstance(
                handler, logging.NullHandler
            ):
                continue
            assert any(isinstance(each, WithoutPaths) for each in handler.filters), (
                logger.name,
                handler,
            )


def test_no_logger_lets_a_link_out_however_it_says_it(written):
    request = RequestFactory().post(LINK, HTTP_HOST="evil.example.com")
    for logger in loggers():
        logger.critical("Forbidden: %s", LINK, extra={"request": request, "status_code": 403})
        logger.critical("Asked for https://library.example.jp%s, which failed", LINK)
        logger.critical("the token %s", CANARY)
        logger.critical("of a dict", extra={"path": LINK, "data": {"args": [CANARY]}})
        logger.critical("%d of a text", CANARY)
        logger.critical({"message": LINK, "path": LINK})
        fault = ValueError(LINK)
        logger.critical("task raised unexpected: %r", fault, exc_info=fault)
    heard = [each for each in loggers() if each.isEnabledFor(logging.CRITICAL)]
    console = [handler for handler in ways_out(logging.getLogger()) if handler.filters]
    assert len(lines(written)) == 7 * sum(console[0] in ways_out(each) for each in heard)
    assert CANARY not in written.getvalue()
    assert "evil.example.com" not in written.getvalue()


@pytest.mark.django_db
def test_a_wrong_host_rings_no_alarm_and_quotes_nothing(written):
    answer = Client().get("/", HTTP_HOST="<b>wrong.example</b>")
    assert answer.status_code == 400
    assert "もう一度お試しください" in answer.content.decode()
    assert "wrong.example" not in answer.content.decode()
    Client().post("/display/", {str(n): "x" for n in range(2000)})  # more fields than are read
    assert {line["level"] for line in lines(written)} <= {"INFO", "WARNING"}
    assert "wrong.example" not in written.getvalue()


def test_gunicorn_says_nothing_of_what_it_could_not_read(tmp_path: Path):
    """The very command of service, asked for a link in a language that is not HTTP."""
    log, port = tmp_path / "log", ports.free_port()
    environment = os.environ | {"BIND": f"127.0.0.1:{port}", "WEB_WORKERS": "1"}
    environment |= {"SEARCH_INDEX_DIR": str(settings.SEARCH_INDEX_DIR), "STATIC_ROOT": str(ROOT)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "gunicorn", "-c", "python:akiruno_library.serving"]
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "akiruno_library.wsgi"], env=environment, cwd=ROOT, stdout=out, stderr=out
        )
        try:
            until(lambda: _answer(port, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
            for line in (f"GET {LINK} HTTP/9.9", f"{CANARY} / HTTP/1.1", f"GET / {CANARY}"):
                _answer(port, f"{line}\r\nHost: {CANARY}\r\n\r\n".encode())
            _answer(port, f"GET / HTTP/1.1\r\n{CANARY}: (\r\n{LINK}\r\n\r\n".encode())
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    written = [json.loads(line) for line in log.read_text().splitlines()]
    assert "Invalid request" in {line["message"] for line in written}
    assert CANARY not in log.read_text()
    assert "127.0.0.1" not in [line["message"] for line in written if line["level"] == "WARNING"]


def _answer(port: int, words: bytes) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(words)
            return line.recv(1 << 16)
    except OSError:
        return b""
