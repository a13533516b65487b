"""Mail goes to the address registered at the moment of sending: rule 3.5."""

from datetime import datetime, timedelta

import pytest

from akiruno_library import policy
from loans.due_soon import announce_due_soon
from loans.models import Loan
from notifications import address_status, outbox
from notifications.digests import build_mails
from notifications.models import Mail, Notice
from notifications.sender import send_due_mail
from patrons import links, mail_address, unsubscribing
from patrons.models import OneTimeLink, Patron
from patrons.models.patron import ContactMethod
from patrons.notification_preferences import save_preferences
from tests.conftest import tokyo
from tests.factories import CopyFactory, MailAddressFactory
from tests.verbs import NOON, anew, lend, reserve, scan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hold_ready_delay")]
LATER = NOON + policy.HOLD_READY_DELAY + timedelta(seconds=1)
NEW = "anew@library.example.jp"


@pytest.fixture
def hold_ready_delay(settings) -> None:
    settings.HOLD_READY_DELAY = policy.HOLD_READY_DELAY


@pytest.fixture
def patron(one_who_waits: Patron) -> Patron:
    one_who_waits.mail_address = MailAddressFactory(address="old@library.example.jp")
    one_who_waits.save()
    return one_who_waits


@pytest.fixture
def ready(patron: Patron) -> Notice:
    """The notice of a hold, which waits ten minutes for others."""
    copy = CopyFactory()
    reserve(patron, copy.bib, contact=ContactMethod.MAIL)
    scan(copy)
    return Notice.objects.get(kind="hold_ready")


def recipients(mailoutbox: list, subject: str) -> list[str]:
    return [mail.to[0] for mail in mailoutbox if subject in mail.subject]


def test_a_hold_that_waits_its_ten_minutes_goes_to_the_new_address(patron, ready, mailoutbox):
    mail_address.change(patron, NEW, at=NOON)
    send_due_mail(at=LATER)
    assert recipients(mailoutbox, "用意") == [NEW]


def test_a_mail_that_its_server_put_off_goes_to_the_new_address(patron, ready, mailoutbox):
    build_mails(at=LATER)
    Mail.objects.update(next_attempt_at=LATER + timedelta(hours=1))
    mail_address.change(patron, NEW, at=LATER)
    send_due_mail(at=LATER + timedelta(hours=2))
    assert recipients(mailoutbox, "用意") == [NEW]


def fail(state: Mail.State, at: datetime) -> None:
    build_mails(at=at)
    mail = Mail.objects.get(kind="hold_ready")
    Mail.objects.filter(pk=mail.pk).update(
        state=state,
        last_reply="550 no such user",
        sent_at=at if state == Mail.State.BOUNCED else None,
    )
    address_status.mark_undeliverable(mail.address_id, "550 no such user", at=at)


@pytest.mark.parametrize("state", [Mail.State.REFUSED, Mail.State.BOUNCED])
def test_what_came_back_is_announced_to_the_address_that_replaces_it(
    patron, ready, mailoutbox, state
):
    fail(state, LATER)
    mail_address.change(anew(patron), NEW, at=LATER)
    send_due_mail(at=LATER)
    assert recipients(mailoutbox, "用意") == [NEW]


def test_what_came_back_is_announced_again_when_the_address_is_confirmed_anew(
    patron, ready, mailoutbox
):
    fail(Mail.State.BOUNCED, LATER)
    mail_address.resend(anew(patron), at=LATER)
    mail_address.confirm(links.token_of(OneTimeLink.objects.get()), at=LATER)
    send_due_mail(at=LATER)
    assert recipients(mailoutbox, "用意") == ["old@library.example.jp"]


def test_what_is_true_no_more_is_not_announced(patron, ready, mailoutbox):
    fail(Mail.State.BOUNCED, LATER)
    after_the_deadline = tokyo("2026-12-20")
    mail_address.change(anew(patron), NEW, at=after_the_deadline)
    send_due_mail(at=after_the_deadline)
    assert recipients(mailoutbox, "用意") == []


def test_a_link_for_one_address_follows_to_no_other(patron, mailoutbox):
    outbox.announce(
        key="reset:1",
        kind="reset_link",
        address=patron.mail_address,
        subject_ids={"patron": patron.pk, "link": 1},
        at=NOON,
    )
    mail_address.change(patron, NEW, at=NOON)
    assert Notice.objects.get(key="reset:1").address != anew(patron).mail_address


# --- Consent given again ------------------------------------------------------------------------


def by_the_link(patron: Patron, *, wanted: bool) -> None:
    (unsubscribing.resubscribe if wanted else unsubscribing.stop)(patron, "due_soon", at=NOON)


def by_the_page(patron: Patron, *, wanted: bool) -> None:
    save_preferences(
        patron,
        due_soon=wanted,
        newsletter=False,
        news=True,
        titles_in_hold_mail=False,
        genres=[],
        authors=[],
        at=NOON,
    )


@pytest.mark.parametrize("door", [by_the_link, by_the_page])
def test_r7_3_what_was_stopped_and_wanted_again_before_it_was_sent_is_sent(
    patron, mailoutbox, door
):
    by_the_page(patron, wanted=True)
    loan = lend(CopyFactory(), patron, at=tokyo("2026-11-10"))
    Loan.objects.filter(pk=loan.pk).update(due_on=NOON.date() + policy.DUE_SOON)
    assert announce_due_soon(at=NOON) == 1
    door(patron, wanted=False)
    send_due_mail(at=NOON)
    assert recipients(mailoutbox, "返却期限") == []
    door(patron, wanted=True)
    send_due_mail(at=NOON)
    assert recipients(mailoutbox, "返却期限") == ["old@library.example.jp"]
    send_due_mail(at=NOON)
    announce_due_soon(at=NOON)
    send_due_mail(at=NOON)
    assert len(recipients(mailoutbox, "返却期限")) == 1
