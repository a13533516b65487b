"""Mails of holds over a real SMTP conversation: rules 3.3, 7.1, 7.2 and 7.6."""

from datetime import datetime, timedelta

import pytest

from akiruno_library import policy
from notifications import outbox, sender
from notifications.models import Mail, Notice
from patrons.models import NotificationPreferences
from patrons.models.patron import ContactMethod
from patrons.sent_mails import TEST_MAIL
from reservations.material_requests import decline, grant, request
from tests.factories import CopyFactory, MailAddressFactory, branch
from tests.notifications.ready_mail import GATHERED, READY_AT, ready_for, send
from tests.verbs import lend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hold_ready_delay")]


# --- What the mail says -----------------------------------------------------------------------


def test_a_hold_is_announced_with_branch_day_and_number_and_no_title(mail_server, one_who_waits):
    ready_for(one_who_waits, bib__title="人に知られたくない本")
    assert send(GATHERED) == 1
    [mail] = mail_server.mails
    assert mail["From"].addresses[0].addr_spec == "info@library.akiruno.tokyo.jp"
    assert mail["From"].addresses[0].display_name == "あきる野市図書館"
    assert mail["To"] == "satoru@example.jp"
    assert mail["Subject"] == "予約した資料をご用意しました"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == Mail.objects.get().message_id
    assert mail["Message-ID"].endswith("@library.akiruno.tokyo.jp>")
    for kind in ("plain", "html"):
        text = " ".join(mail.get_body([kind]).get_content().split())
        assert "中央図書館: 1点" in text
        assert "12月5日(土)まで" in text  # the 4th is a Friday
        assert "人に知られたくない本" not in text
    assert mail.get_body(["html"]).get_content_type() == "text/html"


def test_titles_stand_in_the_mail_of_those_who_asked_for_them_and_never_in_the_subject(
    mail_server, one_who_waits
):
    NotificationPreferences.objects.create(patron=one_who_waits, titles_in_hold_mail=True)
    ready_for(one_who_waits, bib__title="題名 <b>& \r\nBcc: x", bib__volume="上")
    assert send(GATHERED) == 1
    [mail] = mail_server.mails
    assert mail["Subject"] == "予約した資料をご用意しました"
    assert mail["Bcc"] is None
    assert "・題名 <b>& Bcc: x 上" in mail.get_body(["plain"]).get_content()
    assert "・題名 &lt;b&gt;&amp; Bcc: x 上" in mail.get_body(["html"]).get_content()


def test_two_that_become_ready_together_make_one_mail(mail_server, one_who_waits):
    ready_for(one_who_waits)
    ready_for(one_who_waits, at=READY_AT + timedelta(minutes=5))
    ready_for(one_who_waits, pickup="el", at=READY_AT + timedelta(minutes=5))
    assert send(GATHERED + timedelta(minutes=5)) == 1
    [mail] = mail_server.mails
    text = mail.get_body(["plain"]).get_content()
    assert "中央図書館: 2点" in text
    assert "東部図書館エル: 1点" in text


def test_a_mail_waits_until_what_comes_together_has_come(mail_server, one_who_waits):
    ready_for(one_who_waits)
    assert send(GATHERED - timedelta(seconds=1)) == 0
    assert send(GATHERED) == 1
    assert send(GATHERED) == 0
    assert len(mail_server.mails) == 1


def test_an_unconfirmed_address_gets_the_mail_of_a_hold(mail_server, one_who_waits):
    assert one_who_waits.mail_confirmed_at is None
    ready_for(one_who_waits)
    assert send(GATHERED) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            lambda request: grant(request, CopyFactory().bib, staff=None, at=READY_AT),
            "ご用意することに",
        ),
        (
            lambda request: decline(request, "絶版のため", staff=None, at=READY_AT),
            "わけ: 絶版のため",
        ),
    ],
    ids=["granted", "declined"],
)
def test_what_became_of_a_request_is_told(mail_server, one_who_waits, answer, words):
    requested = request(
        one_who_waits,
        "人に知られたくない本",
        pickup_branch=branch(),
        contact_method=ContactMethod.MAIL,
        staff=None,
        at=READY_AT,
    )
    answer(requested)
    assert send(READY_AT) == 1
    text = mail_server.mails[0].get_body(["plain"]).get_content()
    assert words in text
    assert "人に知られたくない本" not in text


# --- What is no longer true -------------------------------------------------------------------


def test_what_was_collected_before_the_mail_went_is_not_announced(mail_server, one_who_waits):
    reservation = ready_for(one_who_waits)
    lend(reservation.copy, one_who_waits, at=READY_AT + timedelta(minutes=1))
    assert send(GATHERED) == 0
    assert mail_server.mails == []
    assert not Mail.objects.exists()


def test_what_was_collected_while_its_mail_waited_is_not_announced(mail_server, one_who_waits):
    reservation = ready_for(one_who_waits)
    sender.build_mails(at=GATHERED)
    lend(reservation.copy, one_who_waits, at=GATHERED)
    assert send(GATHERED + timedelta(days=1)) == 0
    assert mail_server.mails == []
    assert Mail.objects.get().state == Mail.State.WITHDRAWN


def test_a_mail_of_two_tells_only_of_the_one_still_ready(mail_server, one_who_waits):
    collected = ready_for(one_who_waits)
    ready_for(one_who_waits)
    lend(collected.copy, one_who_waits, at=READY_AT + timedelta(minutes=1))
    assert send(GATHERED) == 1
    assert "中央図書館: 1点" in mail_server.mails[0].get_body(["plain"]).get_content()


def test_a_notice_whose_time_is_over_is_not_sent(mail_server, one_who_waits):
    ready_for(one_who_waits)
    Notice.objects.update(expires_at=GATHERED)
    assert send(GATHERED) == 0
    assert mail_server.mails == []
    assert Mail.objects.get().state == Mail.State.EXPIRED


def test_a_key_announces_once(one_who_waits):
    for _ in range(2):
        outbox.announce(
            key="hold-ready:1:1",
            kind="hold_ready",
            address=one_who_waits.mail_address,
            subject_ids={"reservation": 1},
            at=READY_AT,
            not_before=GATHERED,
        )
    assert Notice.objects.count() == 1


def announced(at: datetime, **facts: object) -> Notice:
    """A notice of the kind that tries the mail server; it says itself until when it is true."""
    facts = {"key": "k", "kind": TEST_MAIL, "subject_ids": {}, "at": at} | facts
    outbox.announce(address=MailAddressFactory(), **facts)
    return Notice.objects.get(key=facts["key"])


def test_a_notice_that_says_no_end_of_its_own_is_given_up_after_its_time():
    notice = announced(READY_AT)
    assert notice.expires_at == READY_AT + policy.MAIL_GIVES_UP


def test_a_notice_keeps_the_begin_and_the_end_that_it_says():
    later, end = READY_AT + timedelta(hours=1), READY_AT + timedelta(hours=2)
    notice = announced(READY_AT, not_before=later, expires_at=end)
    assert (notice.not_before, notice.expires_at) == (later, end)
