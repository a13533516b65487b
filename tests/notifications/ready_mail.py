"""Copies on the hold shelf whose patrons wait for a mail, and a sender that is run at a moment."""

from datetime import datetime

import time_machine

from akiruno_library import policy
from notifications import sender
from patrons.models.patron import ContactMethod
from reservations.models import Reservation
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory
from tests.verbs import reserve, scan

READY_AT = tokyo("2026-11-24", "12:00")
GATHERED = READY_AT + policy.HOLD_READY_DELAY


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
