"""What staff see of mail and jobs, and how they send again (rule 7.6)."""

from datetime import timedelta

import pytest
import time_machine

from notifications import jobs, sender
from notifications.models import JobRun, Mail, MailAddress, MailServer, Notice, Pulse
from notifications.rendering import KINDS
from notifications.resend import resend
from tests.conftest import tokyo

pytestmark = pytest.mark.django_db
AT = tokyo("2026-11-24", "12:00")


def failed_mail(**facts) -> Mail:
    whole = {
        "message_id": "<1@x>",
        "kind": "test_mail",
        "address": MailAddress.objects.create(address="reader@example.jp"),
        "state": Mail.State.REFUSED,
        "attempts": 3,
        "last_reply": "550 no such user",
        "created_at": AT,
    }
    mail = Mail.objects.create(**whole | facts)
    Notice.objects.create(
        key="k", kind=mail.kind, address=mail.address, mail=mail, created_at=AT, expires_at=AT
    )
    return mail


@pytest.mark.parametrize(
    "facts", [{}, {"state": "bounced", "sent_at": AT}, {"state": "expired"}], ids=lambda f: str(f)
)
def test_a_mail_that_failed_is_sent_again_with_its_own_message_id(mail_server, facts):
    mail = failed_mail(**facts)
    later = AT + timedelta(days=2)
    assert resend(mail, at=later)
    assert not resend(mail, at=later)
    with time_machine.travel(later, tick=False):
        assert sender.send_due_mail() == 1
    assert mail_server.mails[0]["Message-ID"] == "<1@x>"


def test_what_is_no_longer_true_is_not_sent_again(mail_server):
    mail = failed_mail()
    Notice.objects.update(withdrawn_at=AT)
    resend(mail, at=AT)
    with time_machine.travel(AT, tick=False):
        assert sender.send_due_mail() == 0
    mail.refresh_from_db()
    assert mail.state == Mail.State.WITHDRAWN


def test_staff_choose_failed_mails_in_the_list_and_send_them_again(counter_client):
    mail = failed_mail()
    page = counter_client.get("/admin/notifications/mail/?delivery=failed")
    assert "reader@example.jp" in page.content.decode()
    done = counter_client.post(
        "/admin/notifications/mail/",
        {"action": "resend", "_selected_action": [mail.pk]},
        follow=True,
    )
    assert "1通をもう一度送ります" in done.content.decode()
    mail.refresh_from_db()
    assert mail.state == Mail.State.WAITING
    nothing = counter_client.post(
        "/admin/notifications/mail/",
        {"action": "resend", "_selected_action": [mail.pk]},
        follow=True,
    )
    assert "送りなおせません" in nothing.content.decode()


@time_machine.travel(AT, tick=False)
def test_the_page_shows_what_fails_and_when_each_job_ran(counter_client):
    failed_mail()
    MailServer.objects.create(
        pk=1, failing_since=AT, failures=2, paused_until=AT, last_reply="421 closing"
    )
    Pulse.objects.create(name=jobs.CLOCK, at=AT - timedelta(hours=1))
    JobRun.objects.create(
        job="due_soon",
        day=AT.date(),
        started_at=AT,
        finished_at=AT + timedelta(seconds=2),
        result="貸出12点",
    )
    JobRun.objects.create(
        job="send_due_mail",
        day=AT.date(),
        started_at=AT,
        finished_at=AT - timedelta(seconds=15),
        leased_until=AT + timedelta(seconds=15),
        runs=2881,
    )
    page = counter_client.get("/admin/mail/").content.decode()
    for words in ("421 closing", "時計係かワーカーが動いていません", "貸出12点", "2.0秒"):
        assert words in page
    for words in ("毎週土曜日 15:30", "15秒ごと", "5分ごと", "2881", "いま動いています"):
        assert words in page
    for job in jobs.JOBS.values():
        assert job.title in page
    first = counter_client.get("/admin/").content.decode()
    assert "時計係かワーカーが動いていません" in first


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_mail_has_a_preview(counter_client, kind):
    page = counter_client.get(f"/admin/mail/letters/{kind}/")
    assert page.status_code == 200
    part = counter_client.get(f"/admin/mail/letters/{kind}/html/")
    assert "あきる野市図書館" in part.content.decode()
    assert "script-src 'none'" in part["Content-Security-Policy"]
    assert part["X-Frame-Options"] == "SAMEORIGIN"


def test_an_unknown_mail_is_not_found(counter_client):
    assert counter_client.get("/admin/mail/letters/nothing/").status_code == 404
