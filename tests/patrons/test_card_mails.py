"""A card that expires within a month is told of (rule 2.6)."""

from datetime import date, timedelta

import pytest
import time_machine

from notifications import sender
from patrons.card_mails import tell_cards_that_expire
from tests.conftest import tokyo
from tests.factories import PatronFactory

pytestmark = pytest.mark.django_db
NINE = tokyo("2026-11-24", "09:00")


def run_and_send(at=NINE) -> None:
    tell_cards_that_expire(at=at)
    with time_machine.travel(at, tick=False):
        sender.send_due_mail()


def test_a_month_before_it_is_told_once_and_a_renewed_card_is_told_of_again(mail_server):
    patron = PatronFactory(mail="a@example.jp", card_expires_on=date(2026, 12, 24))
    PatronFactory(mail="b@example.jp", card_expires_on=date(2026, 12, 25))
    PatronFactory(mail="c@example.jp", card_expires_on=date(2026, 11, 23))
    PatronFactory(card_expires_on=date(2026, 12, 1))
    run_and_send()
    assert [mail["To"] for mail in mail_server.mails] == ["a@example.jp"]
    assert "12月24日(木)" in mail_server.mails[0].get_body(["plain"]).get_content()
    run_and_send(NINE + timedelta(hours=1))
    assert len(mail_server.mails) == 1
    patron.card_expires_on = date(2029, 12, 24)
    patron.save()
    run_and_send(tokyo("2029-12-01", "09:00"))
    assert [mail["To"] for mail in mail_server.mails].count("a@example.jp") == 2


def test_a_card_renewed_while_the_mail_waits_is_not_told_of(mail_server):
    patron = PatronFactory(mail="a@example.jp", card_expires_on=date(2026, 12, 24))
    tell_cards_that_expire(at=NINE)
    patron.card_expires_on = date(2029, 12, 24)
    patron.save()
    run_and_send(NINE)
    assert mail_server.mails == []
