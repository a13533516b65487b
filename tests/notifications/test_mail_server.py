"""Mail servers as they are: down, silent, temporary and permanent refusals (rules 3.3, 7.6)."""

from datetime import timedelta

import pytest
import time_machine

from akiruno_library import policy
from notifications import sender
from notifications.models import Mail, MailAddress, MailServer, Notice
from tests.factories import PatronFactory
from tests.notifications.ready_mail import GATHERED, READY_AT, reader, ready_for, recipients, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hold_ready_delay")]
LATE, NOT_HELD_UP = "mails that came after the trouble", "mails of others that went in spite of it"


def test_a_batch_is_one_conversation(mail_server):
    for number in range(5):
        ready_for(reader(f"reader{number}@example.jp"))
    assert send(GATHERED) == 5
    assert mail_server.conversations == 1


def test_a_server_that_is_down_delays_the_mail_and_loses_none(mail_server, record_property):
    for number in range(3):
        ready_for(reader(f"reader{number}@example.jp"))
    mail_server.stop()
    assert send(GATHERED) == 0
    assert set(Mail.objects.values_list("state", flat=True)) == {Mail.State.WAITING}
    mail_server.start()
    assert send(GATHERED + timedelta(minutes=3)) == 3
    record_property(LATE, len(recipients(mail_server)))
    assert len(set(recipients(mail_server))) == 3


def test_a_temporary_refusal_is_tried_again_later_and_marks_nobody(mail_server, record_property):
    ready_for(reader("full@example.jp"))
    ready_for(reader("other@example.jp"))
    mail_server.replies["full@example.jp"] = "450 mailbox busy"
    assert send(GATHERED) == 1
    assert recipients(mail_server) == ["other@example.jp"]
    waiting = Mail.objects.get(state=Mail.State.WAITING)
    assert waiting.last_reply.startswith("450")
    assert waiting.next_attempt_at > GATHERED
    assert send(GATHERED) == 0
    mail_server.replies.clear()
    assert send(GATHERED + timedelta(minutes=2)) == 1
    record_property(LATE, 1)
    record_property(NOT_HELD_UP, 1)
    assert not MailAddress.objects.filter(undeliverable_since__isnull=False).exists()


def test_pauses_grow_and_have_an_end(mail_server):
    ready_for(reader("full@example.jp"))
    mail_server.replies["full@example.jp"] = "450 mailbox busy"
    moment, backoffs = GATHERED, []
    for _ in range(10):
        send(moment)
        following = Mail.objects.get().next_attempt_at
        backoffs.append(following - moment)
        moment = following
    assert backoffs[0] < timedelta(minutes=1.3)
    assert backoffs[3] > backoffs[0]
    assert max(backoffs) <= policy.MAIL_RETRY_LONGEST * 1.2


def test_a_permanent_refusal_marks_the_address_and_blocks_nobody(mail_server, record_property):
    ready_for(reader("gone@example.jp"))
    ready_for(reader("other@example.jp"))
    mail_server.replies["gone@example.jp"] = "550 no such user"
    assert send(GATHERED) == 1
    assert recipients(mail_server) == ["other@example.jp"]
    refused = Mail.objects.get(state=Mail.State.REFUSED)
    assert refused.last_reply.startswith("550")
    marked = MailAddress.objects.get(undeliverable_since__isnull=False)
    assert marked.address == "gone@example.jp"
    assert marked.undeliverable_reason.startswith("550")
    record_property("addresses marked", 1)
    record_property(NOT_HELD_UP, 1)
    assert send(GATHERED + timedelta(days=1)) == 0


def test_a_server_that_closes_for_a_while_gets_the_mail_afterwards(mail_server, record_property):
    ready_for(reader("reader@example.jp"))
    mail_server.replies["reader@example.jp"] = "421 closing for a moment"
    assert send(GATHERED) == 0
    assert Mail.objects.get().state == Mail.State.WAITING
    mail_server.replies.clear()
    assert send(GATHERED + timedelta(minutes=3)) == 1
    record_property(LATE, 1)


def test_a_mail_on_which_the_server_hangs_up_holds_no_other_back(mail_server, record_property):
    for address in ("poison@example.jp", "one@example.jp", "two@example.jp"):
        ready_for(reader(address))
    mail_server.replies["poison@example.jp"] = "hang up"
    assert send(GATHERED) == 2
    assert sorted(recipients(mail_server)) == ["one@example.jp", "two@example.jp"]
    poison = Mail.objects.get(state=Mail.State.WAITING)
    assert poison.next_attempt_at > GATHERED
    assert poison.last_reply == "途中で切れました"
    record_property(NOT_HELD_UP, len(recipients(mail_server)))
    assert not MailServer.objects.exists()


def test_a_server_that_hangs_up_on_everybody_is_in_trouble_and_blames_nobody(mail_server):
    for number in range(5):
        ready_for(reader(f"reader{number}@example.jp"))
        mail_server.replies[f"reader{number}@example.jp"] = "hang up"
    assert send(GATHERED) == 0
    assert MailServer.objects.get().failing_since == GATHERED
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 0, 1, 1, 1]
    assert not MailAddress.objects.filter(undeliverable_since__isnull=False).exists()


def test_a_server_that_fails_is_left_alone_for_a_growing_while(mail_server):
    ready_for(reader("reader@example.jp"))
    mail_server.stop()
    backoffs, moment = [], GATHERED
    for _ in range(8):
        assert send(moment) == 0
        server = MailServer.objects.get()
        backoffs.append(server.paused_until - moment)
        assert send(server.paused_until - timedelta(seconds=1)) == 0
        assert MailServer.objects.get().failures == len(backoffs)  # it was not even asked
        moment = server.paused_until
    assert backoffs[0] <= policy.MAIL_SERVER_BACKOFF_FIRST * 1.2
    assert backoffs[3] > backoffs[0]
    assert max(backoffs) <= policy.MAIL_SERVER_BACKOFF_LONGEST * 1.2
    assert Mail.objects.get().attempts == 0
    mail_server.start()
    assert send(moment) == 1
    assert MailServer.objects.get().failing_since is None


def test_a_server_that_says_nothing_is_in_trouble(mail_server, settings, record_property):
    settings.EMAIL_TIMEOUT = 0.3
    ready_for(reader("silent@example.jp"))
    mail_server.replies["silent@example.jp"] = "say nothing"
    assert send(GATHERED) == 0
    assert MailServer.objects.get().last_reply == "返事がありませんでした"
    mail_server.replies.clear()
    assert send(GATHERED + timedelta(minutes=3)) == 1
    record_property(LATE, 1)


def test_a_server_that_does_not_know_the_sender_is_in_trouble(mail_server):
    ready_for(reader("reader@example.jp"))
    mail_server.replies["MAIL"] = "550 5.7.1 we do not know you"
    assert send(GATHERED) == 0
    assert MailServer.objects.get().last_reply.startswith("550")
    assert not MailAddress.objects.filter(undeliverable_since__isnull=False).exists()
    assert Mail.objects.get().attempts == 0


def test_denied_relaying_looks_permanent_but_is_held_against_nobody(mail_server):
    ready_for(reader("reader@example.jp"))
    mail_server.replies["reader@example.jp"] = "554 5.7.1 relay access denied"
    assert send(GATHERED) == 0
    assert Mail.objects.get().state == Mail.State.WAITING
    assert not MailAddress.objects.filter(undeliverable_since__isnull=False).exists()
    mail_server.replies.clear()
    assert send(GATHERED + timedelta(minutes=3)) == 1


def test_a_refusal_that_never_ends_marks_the_address_when_the_time_is_over(mail_server):
    ready_for(reader("reader@example.jp"))
    mail_server.replies["reader@example.jp"] = "550 5.7.1 the reader wants no such mail"
    send(GATHERED)
    assert send(GATHERED + timedelta(days=30)) == 0
    assert Mail.objects.get().state == Mail.State.EXPIRED
    assert MailAddress.objects.get().undeliverable_reason.startswith("550 5.7.1")


@pytest.mark.parametrize(
    ("answer", "state", "is_marked"),
    [
        ("452 4.3.1 full", "waiting", False),
        ("550 5.1.1 nobody here", "refused", True),
        ("550 no such user", "refused", True),
        ("554 5.6.0 what is this", "refused", False),
        ("552 too large", "refused", False),
        ("drop", "waiting", False),
    ],
)
def test_what_is_said_after_the_text_is_judged_too(mail_server, answer, state, is_marked):
    ready_for(reader("reader@example.jp"))
    mail_server.replies["DATA"] = answer
    assert send(GATHERED) == 0
    assert Mail.objects.get().state == state
    assert (MailAddress.objects.get().undeliverable_since is not None) == is_marked


def test_a_hold_is_announced_to_a_marked_address_too(mail_server):
    """Rule 3.3: a mark never stops hold mails."""
    ready_for(reader("once-full@example.jp"))
    MailAddress.objects.update(undeliverable_since=READY_AT, undeliverable_reason="550")
    assert send(GATHERED) == 1


def test_an_address_no_mail_can_be_sent_to_is_marked_and_blocks_nobody(mail_server):
    """Such ones come from the counter or from an old system (rule 3.1)."""
    ready_for(reader("a..b@例え。jp\nBcc: x@example.jp"))
    ready_for(reader("other@example.jp"))
    assert send(GATHERED) == 1
    assert Mail.objects.get(state=Mail.State.REFUSED).address.undeliverable_since == GATHERED


def test_what_many_get_lets_everything_else_pass(mail_server):
    for number in range(3):
        ready_for(reader(f"reader{number}@example.jp"), at=READY_AT + timedelta(seconds=number))
    Notice.objects.filter(address__address="reader0@example.jp").update(bulk=True)
    assert send(GATHERED + timedelta(seconds=9)) == 3
    assert recipients(mail_server)[-1] == "reader0@example.jp"


def test_a_sender_whose_lease_ended_leaves_the_mail_to_the_next(mail_server):
    ready_for(reader("reader@example.jp"))
    sender.build_mails(at=GATHERED)
    with time_machine.travel(GATHERED, tick=False):
        slow = sender.claim()
    quick = sender.claim(at=GATHERED + policy.MAIL_LEASE)
    assert [mail.pk for mail in quick] == [mail.pk for mail in slow]
    assert sender._send_batch(slow, float("inf"), GATHERED + policy.MAIL_LEASE) == 0
    assert sender._send_batch(quick, float("inf"), GATHERED + policy.MAIL_LEASE) == 1
    assert len(mail_server.mails) == 1


def test_two_who_share_an_address_get_a_mail_each(mail_server):
    mother = reader("family@example.jp")
    child = PatronFactory()
    child.mail_address = mother.mail_address
    child.save()
    ready_for(mother)
    ready_for(child)
    assert send(GATHERED) == 2
    assert set(Mail.objects.values_list("recipient", flat=True)) == {mother.pk, child.pk}


def test_a_sender_that_was_killed_gives_its_mails_back_with_the_same_message_id(mail_server):
    ready_for(reader("reader@example.jp"))
    sender.build_mails(at=GATHERED)
    with time_machine.travel(GATHERED, tick=False):
        [claimed] = sender.claim()  # … and here it is killed
    assert send(GATHERED + policy.MAIL_LEASE - timedelta(seconds=1)) == 0
    assert send(GATHERED + policy.MAIL_LEASE) == 1
    assert mail_server.mails[0]["Message-ID"] == claimed.message_id


def test_a_sender_that_was_killed_after_sending_repeats_the_same_mail(mail_server):
    ready_for(reader("reader@example.jp"))
    assert send(GATHERED) == 1
    Mail.objects.update(  # what a sender leaves that died before it could write this down
        state=Mail.State.WAITING, sent_at=None, leased_until=GATHERED + policy.MAIL_LEASE
    )
    assert send(GATHERED + policy.MAIL_LEASE) == 1
    first, second = mail_server.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_a_mail_that_cannot_be_written_blocks_nobody(mail_server):
    ready_for(reader("reader@example.jp"))
    Mail.objects.create(
        message_id="<unknown@test>",
        kind="a kind that nobody writes",
        address=MailAddress.objects.get(),
        created_at=READY_AT,
        next_attempt_at=READY_AT,
    )
    unwritable = Notice.objects.create(
        key="unknown:1",
        kind="a kind that nobody writes",
        address=MailAddress.objects.get(),
        mail=Mail.objects.get(),
    )
    assert send(GATHERED) == 1
    unwritable.mail.refresh_from_db()
    assert unwritable.mail.state == Mail.State.WAITING
