"""運用のようす: what those who run the portal see, and what they read to do."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from akiruno_library import metrics
from catalog.search import rebuild
from notifications import backups, jobs
from notifications.models import JobRun, Mail, MailAddress, Pulse
from tests.conftest import tokyo
from tests.factories import BibFactory

pytestmark = pytest.mark.django_db
NOW = tokyo("2026-11-24", "12:00")


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    """Pages counted by this process are those of all tests before."""
    metrics.requests.clear()


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


def operation_page(client: Client) -> str:
    answer = client.get("/admin/library/operation/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_when_all_is_well_nothing_is_to_be_done(counter_client, settings):
    BibFactory()
    rebuild()
    Pulse.objects.create(name=jobs.CLOCK, at=NOW - timedelta(seconds=9))
    call_command("note_backup", "12GB", verbosity=0)
    page = operation_page(counter_client)
    assert "気がかりなことはありません" in page
    assert "▲" not in page
    for words in (
        "1件。まだ映っていない変更 ",  # how many: another test's transaction may hold it back
        "9秒前に動きました",
        "12GB",
        "PostgreSQL",
        "django",
        f"このポータル</th><td>{settings.VERSION}",
    ):
        assert words in page


def test_what_is_wrong_is_told_with_what_to_do(counter_client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1"
    Pulse.objects.create(name=jobs.CLOCK, at=NOW - timedelta(hours=1))
    JobRun.objects.create(job="due_soon", day=NOW.date(), started_at=NOW, runs=3, failures=2)
    address = MailAddress.objects.create(address="a@example.jp")
    Mail.objects.create(
        message_id="<1@x>", kind="x", address=address, next_attempt_at=NOW - timedelta(hours=3)
    )
    page = operation_page(counter_client)
    for words in (
        "この台に索引がありません",
        "docker compose up -d redis",
        "docker compose restart beat worker",
        "いちばん古いものは3時間前から",
        "失敗したことのあるもの: 返却期限を知らせる",
        "取った記録がありません",
    ):
        assert words in page
    assert page.count("▲") == 6


def test_a_backup_that_stopped_coming_raises_an_alarm(counter_client):
    backups.note(at=NOW - backups.MISSED_AFTER)
    assert "より長く取られていません" not in operation_page(counter_client)
    JobRun.objects.filter(job=backups.BACKUP).update(finished_at=NOW - timedelta(days=3))
    page = operation_page(counter_client)
    assert "控え(バックアップ)が2日より長く取られていません" in page


def test_a_library_that_never_made_a_backup_is_told_two_days_after_its_opening(counter_client):
    JobRun.objects.create(job="due_soon", day=NOW.date(), started_at=NOW - timedelta(days=2))
    assert "より長く取られていません" not in operation_page(counter_client)
    JobRun.objects.update(started_at=NOW - timedelta(days=2, minutes=1))
    page = operation_page(counter_client)
    assert "控え(バックアップ)が2日より長く取られていません" in page
    JobRun.objects.create(
        job=backups.BACKUP,
        day=NOW.date(),
        started_at=NOW - timedelta(days=3),
        finished_at=NOW - timedelta(days=3),
    )
    page = operation_page(counter_client)
    assert "置き場所がいっぱいでないか" in page
