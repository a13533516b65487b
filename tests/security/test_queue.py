"""Redis is believed nothing: odd bytes do not stop the worker (a real one, and a real Valkey)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import redis
from django.conf import settings

from akiruno_library import celery_app
from demo.environment import ROOT
from tests.progress import HANG, until
from tests.withstand.composed import COMPOSE, SERVICES

OF_ITS_OWN = settings.REDIS_URL.rpartition("/")[0] + "/9"  # a queue that no other test reads
JUNK = [
    b"\xff\xfe\x00", b"", b"nothing", b"[]", b"{}", b"null", b"17", b'"text"', b"{" * 5000,
    b"[" * 100_000, b'{"body": "x", "properties": {}}',
    b'{"body": "(", "properties": {"body_encoding": "base64", "delivery_tag": "1", "delivery_info":'
    b' {}}, "headers": {}}',
    json.dumps({
        "body": "gASVEAAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOULg==",
        "content-type": "application/x-python-serialize", "content-encoding": "binary",
        "headers": {"task": "celery.backend_cleanup", "id": "1"},
        "properties": {"body_encoding": "base64", "delivery_tag": "2", "delivery_info":
                       {"exchange": "", "routing_key": "celery"}},
    }).encode(),
]  # fmt: skip


def test_odd_bytes_on_the_queue_do_not_stop_the_worker(tmp_path: Path):
    log = tmp_path / "log"
    environment = os.environ | {"REDIS_URL": OF_ITS_OWN, "DJANGO_SETTINGS_MODULE": ""}
    environment["DJANGO_SETTINGS_MODULE"] = "akiruno_library.settings"
    command = [*SERVICES["worker"]["command"][:-1], "1", "--pool", "solo"]
    errand = "from akiruno_library import celery_app as a; a.send_task('celery.backend_cleanup')"
    with log.open("wb") as out, redis.Redis.from_url(OF_ITS_OWN) as queue:
        queue.flushdb()
        worker = subprocess.Popen(
            [sys.executable, "-m", *command], env=environment, cwd=ROOT, stdout=out, stderr=out
        )
        try:
            until(lambda: "ready" in log.read_text())
            for number, junk in enumerate(JUNK):
                queue.lpush("celery", junk)
                if number % 4 == 3:
                    queue.lpush("celery", *JUNK)
            subprocess.run([sys.executable, "-c", errand], env=environment, cwd=ROOT, check=True)
            until(lambda: not queue.llen("celery") or worker.poll() is not None)
            assert worker.poll() is None, log.read_text()[-2000:]
            assert queue.llen("celery") == 0
        finally:
            worker.terminate()
            worker.wait(60)
            queue.flushdb()
    words = log.read_text()
    assert words.count("the queue held an invalid message") >= 3
    assert "gASVEA" not in words


def test_a_connection_lost_with_a_task_open_is_told_as_such():
    """Anything else ends the worker, and no mail goes until somebody starts it again."""
    connection = celery_app.connection_for_write(OF_ITS_OWN)
    queue = connection.SimpleQueue("open-tasks")
    queue.put({"task": "any"})
    queue.get(timeout=HANG)
    connection.transport.client = None  # what kombu does first of all to a connection that is lost
    connection.maybe_close_channel(queue.channel)


def test_the_queue_of_compose_asks_for_a_password_that_stands_in_a_file(tmp_path: Path):
    """The very lines of compose, read by a real server from its standard input."""
    assert SERVICES["redis"]["secrets"] == ["redis_password"]
    assert COMPOSE["secrets"]["redis_password"] == {"file": "./secrets/redis_password"}
    script = SERVICES["redis"]["command"][2]
    assert "requirepass $$(cat /run/secrets/redis_password)" in script
    for name, service in SERVICES.items():
        if "environment" in service and "DATABASE_URL_FILE" in service["environment"]:
            assert service["environment"]["REDIS_URL_FILE"] == "/run/secrets/redis_url", name
    (tmp_path / "redis_password").write_text("word-of-the-file")
    script = script.replace("$$", "$").replace("/run/secrets", str(tmp_path))
    printed = subprocess.run(
        ["sh", "-c", script.replace("exec redis-server -", "exec cat")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "requirepass word-of-the-file\n" in printed.stdout
