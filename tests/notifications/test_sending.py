"""Mail over a real SMTP conversation: rules 3.3, 7.1, 7.2 and 7.6."""

from datetime import datetime, timedelta

import pytest
import time_machine

from akiruno_library import policy
from notifications import outbox, sender
from notifications.models import Mail, MailAddress, MailServer, Notice
from patrons.models import NotificationPreferences
from patrons.models.patron import ContactMethod
from patrons.sent_mails import TEST_MAIL
from reservations.material_requests import decline, grant, request
from reservations.models import Reservation
from tests.conftest import tokyo
from tests.factories import CopyFactory, MailAddressFactory, PatronFactory, branch
from tests.verbs import lend, reserve, scan

pytestmark = pytest.mark.django_db
READY_AT = tokyo("2026-11-24", "12:00")
GATHERED = READY_AT + policy.HOLD_READY_DELAY
LATE, NOT_HELD_UP = "mails that came after the trouble", "mails of others that went in spite of it"


@pytest.fixture(autouse=True)
def _gathers_as_the_policy_says(settings) -> None:
    settings.HOLD_READY_DELAY = policy.HOLD_READY_DELAY


def ready_for(patron, *, pickup="chuo", at=READY_AT, **facts) -> Reservation:
    """A copy on the hold shelf, to be announced by mail."""
    copy = CopyFactory(**facts)
    reservation = reserve(patron, copy.bib, pickup=pickup, contact=ContactMethod.MAIL, at=at)
    scan(copy, at=at)
    if pickup != "chuo":
        scan(copy, at_branch=pickup, at=at)
    return Reservation.objects.get(pk=reservation.pk)


def reader(address: str):
    return PatronFactory(mail=address)


def send(at: datetime) -> int:
    with time_machine.travel(at, tick=False):
        return sender.send_due_mail()


def recipients(mail_server) -> list[str]:
    return [mail["To"] for mail in mail_server.mails]


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


# --- Servers as they are ----------------------------------------------------------------------


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
