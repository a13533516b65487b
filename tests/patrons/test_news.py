"""図書館からのお知らせ: written by staff, on the home page, by mail after two questions (7.7)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from catalog.models import News
from notifications import sender
from notifications.models import Mail, Notice
from patrons.models import NewsSending, NotificationPreferences
from patrons.news_sending import CountChanged, NotOpenYet, SentAlready, begin, send_portions, stop
from tests.conftest import tokyo
from tests.factories import PatronFactory

pytestmark = pytest.mark.django_db
AT = tokyo("2026-11-24", "12:00")


@pytest.fixture
def news(db: None) -> News:
    return News.objects.create(
        title="臨時休館",
        text="お休みします。\n\nくわしくは https://example.jp/x へ <script>alert(1)</script>",
        shows_from=date(2026, 11, 20),
        shows_until=date(2026, 11, 30),
    )


@pytest.fixture
def readers(db: None) -> list:
    return [PatronFactory(mail=f"reader{number}@example.jp") for number in range(5)]


def send(at=AT) -> int:
    with time_machine.travel(at, tick=False):
        return sender.send_due_mail()


# --- On the home page -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "is_on_display", "is_open"),
    [
        ("2026-11-19", False, False),
        ("2026-11-20", True, True),
        ("2026-11-30", True, True),
        ("2026-12-01", False, True),
    ],
)
def test_it_stands_on_the_home_page_for_its_days_and_keeps_its_address(
    news, day, is_on_display, is_open
):
    with time_machine.travel(tokyo(day, "00:30"), tick=False):
        assert ("臨時休館" in Client().get("/").content.decode()) == is_on_display
        page = Client().get(f"/news/{news.pk}/")
    assert page.status_code == (200 if is_open else 404)
    assert "<script>alert" not in page.content.decode()


def test_what_is_written_becomes_paragraphs_and_links(news):
    with time_machine.travel(AT, tick=False):
        page = Client().get(f"/news/{news.pk}/").content.decode()
    assert '<a href="https://example.jp/x"' in page
    assert "<p>お休みします。</p>" in page


# --- By mail ----------------------------------------------------------------------------------


def test_those_get_it_who_have_an_address_that_works_and_have_not_declined(
    news, readers, mail_server
):
    NotificationPreferences.objects.create(patron=readers[0], news_declined_at=AT)
    NotificationPreferences.objects.create(patron=readers[1])
    readers[2].mail_address.undeliverable_since = AT
    readers[2].mail_address.save()
    PatronFactory()
    begin(news, counted=3, staff=None, at=AT)
    while send_portions(at=AT):
        pass
    assert send() == 3
    [mail, *_] = mail_server.mails
    assert mail["Subject"].strip() == "臨時休館(あきる野市図書館からのお知らせ)"
    assert mail["List-Unsubscribe-Post"]
    assert "<script>" not in mail.get_body(["html"]).get_content()
    assert f"/news/{news.pk}/" in mail.get_body(["plain"]).get_content()


def test_it_goes_in_portions_and_no_one_gets_two(news, readers, monkeypatch):
    monkeypatch.setattr("akiruno_library.policy.NEWS_PORTION", 2)
    sending = begin(news, counted=5, staff=None, at=AT)
    assert [send_portions(at=AT) for _ in range(5)] == [2, 2, 1, 0, 0]
    sending.refresh_from_db()
    assert (sending.state, sending.queued, sending.ended_at) == ("done", 5, AT)
    assert Notice.objects.count() == 5


def test_it_is_stopped_midway_and_what_has_not_gone_is_taken_back(
    news, readers, mail_server, monkeypatch
):
    monkeypatch.setattr("akiruno_library.policy.NEWS_PORTION", 2)
    sending = begin(news, counted=5, staff=None, at=AT)
    send_portions(at=AT)
    assert send() == 2
    send_portions(at=AT)
    sender.build_mails(at=AT)
    assert stop(sending, at=AT)
    assert not stop(sending, at=AT)
    assert send_portions(at=AT) == 0
    assert send(AT + timedelta(minutes=1)) == 0
    assert len(mail_server.mails) == 2
    assert Mail.objects.filter(state=Mail.State.WITHDRAWN).count() == 2


def test_who_declines_while_it_waits_gets_none(news, readers, mail_server):
    begin(news, counted=5, staff=None, at=AT)
    send_portions(at=AT)
    NotificationPreferences.objects.create(patron=readers[0], news_declined_at=AT)
    assert send() == 4


def test_it_is_sent_once_to_as_many_as_were_shown_and_not_before_its_day(news, readers):
    with pytest.raises(CountChanged):
        begin(news, counted=4, staff=None, at=AT)
    with pytest.raises(NotOpenYet):
        begin(news, counted=5, staff=None, at=tokyo("2026-11-19"))
    begin(news, counted=5, staff=None, at=AT)
    with pytest.raises(SentAlready):
        begin(news, counted=5, staff=None, at=AT)


# --- The two questions ------------------------------------------------------------------------


@time_machine.travel(AT, tick=False)
def test_staff_see_how_many_and_a_sample_and_are_asked_a_second_time(news, readers, counter_client):
    path = f"/admin/news/{news.pk}/send/"
    first = counter_client.get(path).content.decode()
    assert "<strong>5人</strong>" in first
    assert "お休みします。" in first
    second = counter_client.post(path, {"step": "ask"})
    fingerprint, counted = second.context["fingerprint"], second.context["counted"]
    assert "ほんとうに送りますか" in second.content.decode()
    unsure = {"step": "send", "fingerprint": fingerprint, "counted": counted}
    assert counter_client.post(path, unsure).status_code == 200
    assert not NewsSending.objects.exists()
    sent = counter_client.post(path, unsure | {"sure": "1"}, follow=True)
    assert "5人へ送りはじめました" in sent.content.decode()
    again = counter_client.post(path, unsure | {"sure": "1"}, follow=True)
    assert "もう送っています" in again.content.decode()
    sending = NewsSending.objects.get()
    assert sending.begun_by.username == "counter"
    stopped = counter_client.post(f"/admin/news/{sending.pk}/stop/", follow=True)
    assert "止めました" in stopped.content.decode()


@time_machine.travel(AT, tick=False)
@pytest.mark.parametrize("counted", ["", "x", "4", "99999999999"])
def test_a_changed_text_or_number_is_shown_again_before_it_goes(
    news, readers, counter_client, counted
):
    path = f"/admin/news/{news.pk}/send/"
    fingerprint = counter_client.post(path, {"step": "ask"}).context["fingerprint"]
    form = {"step": "send", "fingerprint": fingerprint, "sure": "1"}
    assert (
        "もう一度お確かめください"
        in counter_client.post(path, form | {"counted": counted}).content.decode()
    )
    News.objects.update(text="別の本文")
    page = counter_client.post(path, form | {"counted": "5"})
    assert "もう一度お確かめください" in page.content.decode()
    assert not NewsSending.objects.exists()
