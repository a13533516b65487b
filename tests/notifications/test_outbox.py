"""The outbox itself: what is written, taken back, forgotten, and when the sender is woken (7.6)."""

from datetime import timedelta

import pytest

from notifications import outbox
from notifications.models import Mail, MailAddress, Notice
from patrons.sent_mails import TEST_MAIL
from tests.conftest import tokyo
from tests.factories import MailAddressFactory

pytestmark = pytest.mark.django_db
NOW = tokyo("2026-11-24", "12:00")
LATER = NOW + timedelta(minutes=10)


def notice(key: str, **facts: object) -> Notice:
    facts = {"kind": TEST_MAIL, "subject_ids": {"patron": 7, "thing": 3}, "at": NOW} | facts
    return outbox.notice_of(key=key, address_id=MailAddressFactory().pk, **facts)


def write(*keys: str, **facts: object) -> None:
    outbox.announce_all([notice(key, **facts) for key in keys], at=NOW)


def withdrawn() -> set[str]:
    return set(Notice.objects.exclude(withdrawn_at=None).values_list("key", flat=True))


def carried(key: str, state: Mail.State) -> None:
    """The notice has been put into a mail in this state."""
    address = MailAddress.objects.get(notices__key=key)
    facts = {"sent_at": NOW} if state == Mail.State.SENT else {}
    mail = Mail.objects.create(
        address=address, kind=TEST_MAIL, state=state, message_id=f"<{key}@example.jp>", **facts
    )
    Notice.objects.filter(key=key).update(mail=mail)


def test_a_known_key_changes_nothing_and_all_are_counted():
    assert outbox.announce_all([notice("a"), notice("b")], at=NOW) == 2
    write("a", at=LATER)
    assert Notice.objects.get(key="a").created_at == NOW
    assert Notice.objects.count() == 2


@pytest.mark.parametrize(
    ("begins", "woken"),
    [([NOW], True), ([LATER], False), ([LATER, NOW], True), ([LATER, LATER], False), ([], False)],
)
def test_the_sender_is_woken_when_something_is_due(
    django_capture_on_commit_callbacks, begins, woken
):
    notices = [notice(f"n{n}", not_before=begin) for n, begin in enumerate(begins)]
    with django_capture_on_commit_callbacks() as callbacks:
        outbox.announce_all(notices, at=NOW)
    assert callbacks == ([outbox.wake_sender] if woken else [])


def test_what_is_taken_back_is_taken_back_by_its_key_and_once():
    write("a", "b")
    outbox.withdraw("a", at=NOW)
    assert withdrawn() == {"a"}
    outbox.withdraw("a", at=LATER)
    assert Notice.objects.get(key="a").withdrawn_at == NOW


def test_a_kind_is_taken_back_from_one_recipient_only():
    write("mine")
    write("other kind", kind="news")
    write("not mine", subject_ids={"patron": 8})
    outbox.withdraw_kind(TEST_MAIL, recipient=7, at=NOW)
    assert withdrawn() == {"mine"}
    outbox.withdraw_kind(TEST_MAIL, recipient=7, at=LATER)
    assert Notice.objects.get(key="mine").withdrawn_at == NOW


def test_a_subject_is_taken_back_from_everybody_and_nothing_else():
    write("one")
    write("two", subject_ids={"patron": 8, "thing": 3})
    write("another thing", subject_ids={"patron": 7, "thing": 4})
    outbox.withdraw_subject(TEST_MAIL, subject="thing", pk=3, at=NOW)
    assert withdrawn() == {"one", "two"}
    outbox.withdraw_subject(TEST_MAIL, subject="thing", pk=3, at=LATER)
    assert Notice.objects.get(key="one").withdrawn_at == NOW


def test_what_is_forgotten_is_deleted_and_nothing_else():
    write("a", "b")
    write("c", subject_ids={"patron": 7, "thing": 4})
    outbox.forget_keys(["a"])
    assert set(Notice.objects.values_list("key", flat=True)) == {"b", "c"}
    outbox.forget(TEST_MAIL, subject="thing", ids=[3])
    assert Notice.objects.get().key == "c"


@pytest.mark.parametrize(
    ("state", "true_again"),
    [
        (None, True),
        (Mail.State.WAITING, True),
        (Mail.State.WITHDRAWN, True),
        (Mail.State.SENT, False),
    ],
)
def test_what_was_taken_back_by_mistake_is_told_unless_a_mail_has_carried_it(state, true_again):
    write("a", "b")
    for key in ("a", "b"):
        if state is not None:
            carried(key, state)
        outbox.withdraw(key, at=NOW)
    outbox.reinstate("a")
    assert withdrawn() == ({"b"} if true_again else {"a", "b"})
    if state == Mail.State.WITHDRAWN:
        assert Notice.objects.get(key="a").mail is None  # so that a new mail gathers it
        assert Notice.objects.get(key="b").mail is not None


def test_what_was_sent_is_known_by_its_key():
    write("sent", "waiting", "nowhere")
    carried("sent", Mail.State.SENT)
    carried("waiting", Mail.State.WAITING)
    assert [outbox.was_sent(key) for key in ("sent", "waiting", "nowhere")] == [True, False, False]
