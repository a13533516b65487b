"""The figures for monitoring: only for whoever knows the token."""

import pytest
from django.test import Client

from catalog.search.rebuild import rebuild
from tests.factories import BibFactory

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-operators"


@pytest.mark.parametrize("told", ["", "Bearer ", "Bearer wrong", f"bearer {TOKEN}", TOKEN])
def test_without_the_token_there_is_no_such_page(client: Client, settings, told: str):
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", headers={"Authorization": told}).status_code == 404


def test_where_no_token_is_set_nobody_has_it(client: Client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_requests_searches_and_the_state_of_the_index_are_told(client: Client, settings):
    settings.METRICS_TOKEN = TOKEN
    BibFactory()
    rebuild()
    client.get("/search/?q=あきる野")
    told = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    assert 'akiruno_requests_total{method="GET",page="catalog:search",status="200"}' in told
    assert "akiruno_search_seconds_count" in told
    assert "akiruno_index_documents 1.0" in told
    assert "あきる野" not in told
