"""The figures for monitoring: only for whoever knows the token."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from akiruno_library import policy
from catalog.search import rebuild
from notifications import jobs
from notifications.models import Mail, MailAddress
from tests.factories import BibFactory

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-operators"


@pytest.mark.parametrize("credentials", ["", "Bearer ", "Bearer wrong", f"bearer {TOKEN}", TOKEN])
def test_without_the_token_there_is_no_such_page(client: Client, settings, credentials: str):
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", headers={"Authorization": credentials}).status_code == 404


def test_where_no_token_is_set_nobody_has_it(client: Client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_prometheus_asks_the_machine_itself_without_tls(client: Client, settings):
    settings.METRICS_TOKEN, settings.SECURE_SSL_REDIRECT = TOKEN, True
    request = {"Host": "web:8000", "Authorization": f"Bearer {TOKEN}"}
    page = client.get("/metrics", headers=request)
    assert page.status_code == 200
    assert "akiruno_requests_total" in page.content.decode()
    assert client.get("/metrics", headers=request | {"Authorization": ""}).status_code in (301, 400)
    assert client.get("/healthz", headers=request).status_code == 400


def test_requests_searches_and_the_state_of_the_index_are_told(client: Client, settings):
    settings.METRICS_TOKEN = TOKEN
    BibFactory()
    rebuild()
    client.get("/search/?q=あきる野")
    page = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    assert 'akiruno_requests_total{method="GET",page="catalog:search",status="200"}' in page
    assert "akiruno_search_seconds_count" in page
    assert "akiruno_index_documents 1.0" in page
    assert f'akiruno_portal_info{{version="{settings.VERSION}"}} 1.0' in page
    assert "あきる野" not in page


def test_mails_queue_jobs_and_throttles_are_told(client: Client, settings):
    settings.METRICS_TOKEN = TOKEN
    address = MailAddress.objects.create(address="a@example.jp")
    Mail.objects.create(
        message_id="<1@x>",
        kind="x",
        address=address,
        next_attempt_at=timezone.now() - timedelta(hours=1),
    )
    jobs.run(jobs.JOBS["add_up_figures"])
    for _ in range(policy.LOGIN_WAITS["card"].free + 1):
        client.post("/mypage/login/", {"card_number": "10000001", "password": "not the one"})
    page = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    figures = dict(line.rsplit(" ", 1) for line in page.splitlines() if line[0] != "#")
    assert figures["akiruno_mails_waiting"] == "1.0"
    assert figures['akiruno_mails_of_a_day{state="waiting"}'] == "1.0"
    assert 3600 <= float(figures["akiruno_outbox_oldest_seconds"]) < 3700
    assert float(figures["akiruno_queue_length"]) >= 0
    assert figures['akiruno_job_runs{job="add_up_figures"}'] == "1.0"
    assert float(figures['akiruno_job_ended_seconds{job="add_up_figures"}']) < 60
    assert float(figures['akiruno_throttled_total{what="attempts"}']) >= 1
    assert float(figures["akiruno_throttles_waiting"]) >= 1
    assert "10000001" not in page
