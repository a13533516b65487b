"""返却期限のお知らせ: rules 6.6 and 7.3."""

from datetime import date, timedelta

import pytest
import time_machine

from akiruno_library import policy
from circulation import undo
from circulation.renewal import renew
from loans.due_soon import announce_due_soon
from loans.models import Loan
from notifications import jobs, sender
from notifications.models import Notice
from patrons.models import NotificationPreferences
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory
from tests.verbs import lend, scan

pytestmark = pytest.mark.django_db
NINE = tokyo("2026-11-24", "09:00")
LENT = tokyo("2026-11-05")


@pytest.fixture
def consenting():
    patron = PatronFactory(mail="reader@example.jp")
    NotificationPreferences.objects.create(patron=patron, due_soon_since=NINE)
    return patron


def borrow(patron, due: str, **facts) -> Loan:
    loan = lend(CopyFactory(**facts), patron, at=LENT)
    Loan.objects.filter(pk=loan.pk).update(due_on=date.fromisoformat(due))
    return Loan.objects.select_related("copy").get(pk=loan.pk)


def run_and_send(at=NINE) -> None:
    announce_due_soon(at=at)
    with time_machine.travel(at, tick=False):
        sender.send_due_mail()


def test_what_is_due_within_three_days_is_told_in_one_mail_without_titles(mail_server, consenting):
    borrow(consenting, "2026-11-27", bib__title="人に知られたくない本")
    borrow(consenting, "2026-11-27")
    borrow(consenting, "2026-11-24")
    borrow(consenting, "2026-11-28")
    borrow(consenting, "2026-11-23")
    run_and_send()
    [mail] = mail_server.mails
    text = mail.get_body(["plain"]).get_content()
    assert "11月24日(火)まで(本日まで): 1点" in text
    assert "11月27日(金)まで(あと3日): 2点" in text
    assert "11月28日" not in text
    assert mail["Subject"] == "返却期限が近づいています"
    assert "人に知られたくない本" not in str(mail)
    assert mail["List-Unsubscribe"]


def test_it_is_told_on_consent_only_and_to_addresses_that_take_mail(consenting):
    borrow(PatronFactory(mail="other@example.jp"), "2026-11-27")
    borrow(consenting, "2026-11-27")
    consenting.mail_address.undeliverable_since = NINE
    consenting.mail_address.save()
    announce_due_soon(at=NINE)
    assert not Notice.objects.exists()


def test_a_due_day_is_told_once_and_a_missed_run_is_made_up_for(mail_server, consenting):
    borrow(consenting, "2026-11-27")
    run_and_send(NINE)
    run_and_send(NINE + timedelta(days=1))
    borrow(consenting, "2026-11-29")  # whose run of the 26th is missed
    run_and_send(NINE + timedelta(days=3))
    assert len(mail_server.mails) == 2
    assert (
        "11月29日(日)まで(あと2日): 1点" in mail_server.mails[1].get_body(["plain"]).get_content()
    )
    assert "27日" not in mail_server.mails[1].get_body(["plain"]).get_content()


def test_a_renewal_in_between_is_not_told_of_and_arms_it_anew(mail_server, consenting):
    loan = borrow(consenting, "2026-11-27")
    announce_due_soon(at=NINE)
    renewed = renew(loan, at=NINE)
    run_and_send(NINE + timedelta(minutes=1))
    assert mail_server.mails == []
    three_days_before = tokyo((renewed.due_on - timedelta(days=3)).isoformat(), "09:00")
    run_and_send(three_days_before)
    assert len(mail_server.mails) == 1


def test_what_was_returned_in_between_is_not_sent_and_no_row_names_the_reader(
    mail_server, consenting
):
    loan = borrow(consenting, "2026-11-27")
    announce_due_soon(at=NINE)
    scan(loan.copy, at=NINE)
    undo.forget_recent_scans(at=NINE + policy.UNDO_WITHIN)
    assert not Notice.objects.exists()
    run_and_send(NINE + timedelta(minutes=1))
    assert mail_server.mails == []


def test_a_mail_whose_loan_is_returned_while_it_waits_is_not_sent(mail_server, consenting):
    loan = borrow(consenting, "2026-11-27")
    announce_due_soon(at=NINE)
    sender.build_mails(at=NINE)
    scan(loan.copy, at=NINE)
    with time_machine.travel(NINE, tick=False):
        sender.send_due_mail()
    assert mail_server.mails == []


def test_who_takes_the_consent_back_gets_none(mail_server, consenting):
    borrow(consenting, "2026-11-27")
    announce_due_soon(at=NINE)
    NotificationPreferences.objects.update(due_soon_since=None)
    with time_machine.travel(NINE, tick=False):
        sender.send_due_mail()
    assert mail_server.mails == []


def test_the_run_is_at_nine():
    job = jobs.JOBS["due_soon"]
    assert job.was_due(NINE) == NINE
    assert job.was_due(NINE - timedelta(seconds=1)) == NINE - timedelta(days=1)
