"""図書館からのメール: what was sent to whom and what became of it (rules 3.3, 7.6)."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import sender
from notifications.models import Mail, MailAddress, Notice
from patrons.sent_mails import NoAddressForMail, TooManyTestMails, mail_summaries, send_test_mail
from tests.conftest import tokyo

pytestmark = pytest.mark.django_db
AT = tokyo("2026-11-24", "12:00")


def mail_to(patron, number: int = 1, **facts) -> Mail:
    whole = {
        "message_id": f"<{number}@x>",
        "kind": "hold_ready",
        "address": patron.mail_address,
        "recipient": patron.pk,
        "created_at": AT,
    }
    return Mail.objects.create(**whole | facts)


@pytest.fixture
def reader(borrower):
    borrower.mail_address = MailAddress.objects.create(address="hanako@example.jp")
    borrower.save()
    return borrower


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": "sent", "sent_at": AT}, "送りました"),
        ({}, "まもなく送ります"),
        ({"attempts": 2, "last_reply": "450 busy"}, "まだ受け取ってもらえません"),
        ({"state": "refused", "last_reply": "550 5.1.1 nobody"}, "そのメールアドレスはない"),
        ({"state": "refused", "last_reply": "552 5.2.2 full"}, "いっぱい"),
        ({"state": "bounced", "sent_at": AT, "last_reply": "554 5.7.1 no"}, "迷惑メールの設定"),
        ({"state": "expired"}, "期限が過ぎました"),
        ({"state": "withdrawn"}, "用がなくなった"),
    ],
)
def test_each_mail_says_in_words_what_became_of_it(reader, facts, words):
    mail_to(reader, **facts)
    [line] = mail_summaries(reader, at=AT)
    assert words in line.words
    assert (line.name, line.address) == ("予約資料のご用意", "hanako@example.jp")
    assert not any(sign in line.words for sign in ("550", "5.1.1", "554"))


def test_the_page_shows_ones_own_mails_only_and_warns_of_an_address_that_takes_none(
    reader, stranger, at_home
):
    mail_to(reader, state="refused", last_reply="550 no such user")
    stranger.mail_address = MailAddress.objects.create(address="stranger@example.jp")
    stranger.save()
    mail_to(stranger, 2)
    reader.mail_address.undeliverable_since = AT
    reader.mail_address.undeliverable_reason = "550 no such user"
    reader.mail_address.save()
    page = at_home.get("/mypage/notices/").content.decode()
    assert "hanako@example.jp にはメールが届いていません" in page
    assert "stranger@example.jp" not in page
    assert "550" not in page


def test_a_test_mail_goes_to_oneself_three_times_a_day(reader, at_home, mail_server):
    for _ in range(3):
        page = at_home.post("/mypage/notices/test/", follow=True)
        assert "ためしのメールを送ります" in page.content.decode()
    page = at_home.post("/mypage/notices/test/", follow=True)
    assert "1日3通まで" in page.content.decode()
    assert page.content.decode().count("まもなく送ります") == 3
    assert sender.send_due_mail() == 3
    assert {mail["To"] for mail in mail_server.mails} == {"hanako@example.jp"}
    assert at_home.get("/mypage/notices/").content.decode().count("送りました") == 3


def test_the_limit_is_of_a_day_and_of_the_patron(reader, one_who_waits):
    for _ in range(3):
        send_test_mail(reader, at=AT)
    with pytest.raises(TooManyTestMails):
        send_test_mail(reader, at=AT)
    send_test_mail(one_who_waits, at=AT)
    send_test_mail(reader, at=tokyo("2026-11-25", "00:00"))
    assert Notice.objects.count() == 5


def test_without_an_address_there_is_nothing_to_test(borrower, at_home):
    with pytest.raises(NoAddressForMail):
        send_test_mail(borrower, at=AT)
    assert "登録されていません" in at_home.get("/mypage/notices/").content.decode()


def test_the_page_asks_as_much_with_one_mail_as_with_twenty(reader, at_home):
    counts = []
    for first, last in ((0, 1), (1, 20)):
        for number in range(first, last):
            mail_to(reader, number)
        with CaptureQueriesContext(connection) as queries:
            assert at_home.get("/mypage/notices/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@time_machine.travel(AT, tick=False)
def test_several_that_become_one_mail_are_one_line(reader):
    for number in range(2):
        Notice.objects.create(
            key=f"k{number}",
            kind="hold_ready",
            address=reader.mail_address,
            recipient=reader.pk,
            digest="together",
        )
    assert len(mail_summaries(reader)) == 1
