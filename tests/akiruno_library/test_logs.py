"""What the log says of a request and of a fault: ids and places, never a person (rule 10.5)."""

import json
import logging
import sys

import pytest
from django.db import IntegrityError
from django.test import Client

from akiruno_library.logs import PrivateJsonFormatter
from tests.factories import PatronFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO)
    formatter = PrivateJsonFormatter()
    return lambda: [json.loads(formatter.format(record)) for record in caplog.records]


def test_a_request_is_one_line_without_what_was_searched(client: Client, lines):
    answer = client.get("/search/?q=深い河", HTTP_X_REAL_IP="203.0.113.9")
    line = next(line for line in lines() if line["from"] == "akiruno_library.request_log")
    assert line["message"].startswith("GET catalog:search ")
    assert line["ms"] > 0
    text = json.dumps(line, ensure_ascii=False)
    assert "深い河" not in text
    assert "203.0.113.9" not in text
    assert len(answer.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize(
    ("given", "believed"),
    [("a" * 32, True), ("深い河", False), ("a" * 31, False), ("A" * 32, False)],
)
def test_only_an_id_in_our_proxys_form_is_taken_over(client: Client, given: str, believed: bool):
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is believed


def test_the_row_that_broke_a_constraint_is_not_quoted(lines):
    PatronFactory(card_number="87654321")
    try:
        PatronFactory(card_number="87654321")
    except IntegrityError:
        logging.getLogger("test").exception("could not be stored")
        info = sys.exc_info()
    assert "87654321" in str(info[1])  # PostgreSQL does quote it
    [line] = [line for line in lines() if line["from"] == "test"]
    assert "87654321" not in json.dumps(line)
    assert "UniqueViolation patrons_patron_card_number" in line["exc_info"]
    assert "factories.py" in line["exc_info"] or "django" in line["exc_info"]
