"""A child with a card, its guardian's mail, and presses at a terminal."""

import re
from datetime import timedelta

from django.test import Client

from notifications import sender
from patrons.models import GuardianMail, Patron, Visit
from tests.conftest import tokyo
from tests.factories import (
    PASSWORD,
    MailAddressFactory,
)

AFTER_SCHOOL = tokyo("2026-11-24", "14:05")
CAME, LEFT = Visit.Button.CAME, Visit.Button.LEFT
PRESS = "/terminal/children/"


def confirmed_mail_of(
    child: Patron, address: str = "hanako@example.jp", **facts: object
) -> GuardianMail:
    """A guardian's mail whose address has confirmed."""
    return GuardianMail.objects.create(
        patron=child,
        address=MailAddressFactory(address=address),
        confirmed_at=AFTER_SCHOOL - timedelta(days=100),
        **{"call_name": "さくら"} | facts,
    )


def press(
    client: Client, button: Visit.Button = CAME, *, card: str = "10000003", password=PASSWORD
):
    return client.post(PRESS, {"card_number": card, "password": password, "button": button})


def sent(mail_server) -> list[str]:
    sender.send_due_mail()
    return [mail.get_body(("plain",)).get_content() for mail in mail_server.mails]


def link_in(text: str) -> str:
    return re.search(r"/mypage/children/confirm/[0-9a-f]+/", text)[0]
