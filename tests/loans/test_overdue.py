"""返却期限を過ぎたお知らせ: rule 4.6."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from akiruno_library import policy
from circulation import undo
from loans.models import Loan
from loans.overdue import announce_overdue
from notifications import jobs, sender
from patrons import unsubscribing
from patrons.models import NotificationPreferences, Patron
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory
from tests.verbs import lend, scan

pytestmark = pytest.mark.django_db
DUE = date(2026, 11, 23)
NEXT_DAY = tokyo("2026-11-24", "09:00")


@pytest.fixture
def consenting() -> Patron:
    patron = PatronFactory(mail="reader@example.jp")
    NotificationPreferences.objects.create(patron=patron, due_soon_since=tokyo("2026-11-01"))
    return patron


def borrow(patron: Patron, due: date = DUE, **facts: object) -> Loan:
    loan = lend(CopyFactory(**facts), patron, at=tokyo("2026-11-02"))
    Loan.objects.filter(pk=loan.pk).update(due_on=due)
    return Loan.objects.select_related("copy").get(pk=loan.pk)


def run_and_send(at: datetime = NEXT_DAY) -> None:
    announce_overdue(at=at)
    with time_machine.travel(at, tick=False):
        sender.send_due_mail()


def test_r4_6_the_day_after_and_a_week_later_one_mail_without_titles(mail_server, consenting):
    borrow(consenting, bib__title="人に知られたくない本")
    borrow(consenting)
    borrow(consenting, DUE + timedelta(days=1))
    for day in range(30):
        run_and_send(NEXT_DAY + timedelta(days=day))
    days = [text.count("返却期限 11月") for text in map(plain, mail_server.mails)]
    assert days == [1, 1, 1, 1]  # each due day twice
    assert "返却期限 11月23日(月): 2点" in plain(mail_server.mails[0])
    assert mail_server.mails[0]["Subject"] == "返却期限を過ぎています"
    assert mail_server.mails[0]["List-Unsubscribe"]
    assert "人に知られたくない本" not in "".join(map(str, mail_server.mails))


def plain(mail) -> str:
    return mail.get_body(["plain"]).get_content()


def test_r4_6_what_falls_on_one_day_is_one_mail(mail_server, consenting):
    borrow(consenting)
    borrow(consenting, DUE - policy.OVERDUE_AGAIN)
    run_and_send()
    [mail] = mail_server.mails
    assert plain(mail).count("返却期限 11月") == 2


def test_r4_6_on_the_due_day_nothing_is_said(mail_server, consenting):
    borrow(consenting, NEXT_DAY.date())
    run_and_send()
    assert mail_server.mails == []


def test_r4_6_only_who_wants_the_mail_before_gets_the_one_after(mail_server):
    borrow(PatronFactory(mail="reader@example.jp"))
    run_and_send()
    assert mail_server.mails == []


def test_r4_6_a_missed_day_is_made_up_for_and_the_long_overdue_are_left_alone(
    mail_server, consenting
):
    borrow(consenting)
    borrow(consenting, DUE - timedelta(days=60))
    run_and_send(NEXT_DAY + timedelta(days=2))
    [mail] = mail_server.mails
    assert plain(mail).count("返却期限 11月") == 1


def test_r4_6_a_return_withdraws_it_and_an_undone_return_does_not(mail_server, consenting):
    loan = borrow(consenting)
    announce_overdue(at=NEXT_DAY)
    scan(loan.copy, at=NEXT_DAY)
    with time_machine.travel(NEXT_DAY, tick=False):
        sender.send_due_mail()
    assert mail_server.mails == []
    undo.undo(undo.RecentScan.objects.latest("pk"), at=NEXT_DAY)
    run_and_send()
    assert len(mail_server.mails) == 1


def test_r4_6_the_link_in_it_stops_it(mail_server, consenting):
    loan = borrow(consenting)
    announce_overdue(at=NEXT_DAY)
    unsubscribing.stop(consenting, "due_soon", at=NEXT_DAY)
    run_and_send()
    assert mail_server.mails == []
    unsubscribing.resubscribe(consenting, "due_soon", at=NEXT_DAY)
    run_and_send()
    assert len(mail_server.mails) == 1
    assert loan.is_overdue(NEXT_DAY)


def test_r4_6_the_switch(mail_server, consenting, monkeypatch):
    borrow(consenting)
    monkeypatch.setattr(policy, "OVERDUE_MAIL", False)
    run_and_send()
    assert mail_server.mails == []


def test_r4_6_it_is_a_job_of_the_morning():
    assert jobs.JOBS["overdue"].clock == policy.MORNING_MAILS_AT
