"""Mails are kept as long as somebody may ask about them, and no longer."""

from datetime import timedelta

import pytest

from akiruno_library import policy
from notifications import retention
from notifications.models import Mail, MailAddress, Notice
from tests.conftest import tokyo
from tests.factories import PatronFactory

pytestmark = pytest.mark.django_db
AT = tokyo("2026-11-24", "03:00")


def old_mail(number: int, age: timedelta, state: str = Mail.State.SENT, kind: str = "hold_ready"):
    mail = Mail.objects.create(
        message_id=f"<{number}@x>",
        kind=kind,
        address=MailAddress.objects.get_or_create(address=f"a{number}@example.jp")[0],
        state=state,
        created_at=AT - age,
        sent_at=AT - age if state == Mail.State.SENT else None,
    )
    Notice.objects.create(
        key=f"{kind}:{number}", kind=kind, address=mail.address, mail=mail, created_at=AT - age
    )
    return mail


@pytest.mark.parametrize("kind", ["hold_ready", "a kind nobody writes any more"])
def test_mails_go_after_ninety_days_with_their_notices(kind):
    old_mail(1, policy.MAIL_KEPT + timedelta(seconds=1), kind=kind)
    young = old_mail(2, policy.MAIL_KEPT, kind=kind)
    retention.forget_old_mails(at=AT)
    assert list(Mail.objects.all()) == [young]
    assert Notice.objects.get().mail == young


def test_what_still_waits_is_not_forgotten():
    waiting = old_mail(1, timedelta(days=100), Mail.State.WAITING)
    retention.forget_old_mails(at=AT)
    assert Mail.objects.get() == waiting


def test_an_address_goes_when_nobody_has_it():
    patron = PatronFactory(mail="kept@example.jp")
    written_to = old_mail(1, timedelta(days=1)).address
    MailAddress.objects.create(address="unused@example.jp")
    assert retention.forget_unused_addresses() == 1
    assert set(MailAddress.objects.all()) == {patron.mail_address, written_to}
