"""A patron's mail address: registered, changed, confirmed (rule 3, safety 8 and 9)."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Refusal, refuse
from notifications import outbox
from notifications.models import MailAddress
from patrons import address_rules, links, mails
from patrons.models import OneTimeLink, Patron
from patrons.patron_lock import lock
from patrons.refusals import (
    ConfirmedAddressStays,
    LinkNotUsable,
    NothingToConfirm,
)

CONFIRM = OneTimeLink.Purpose.CONFIRM


def change_refusals(patron: Patron, *, at: datetime | None = None) -> Iterator[Refusal]:
    """Yield why this address cannot be replaced by another one now (rule 2.2)."""
    if patron.closed_until and patron.is_closed(at) and _is_good(patron):
        yield ConfirmedAddressStays(until=patron.closed_until)


@locked_transaction
def change(patron: Patron, typed: str, *, at: datetime | None = None) -> Patron:
    """Register a new address. Mail goes there at once; a link asks it to confirm."""
    at = at or timezone.now()
    text = address_rules.tidied(typed)
    refuse(address_rules.refusals(text))
    patron = lock(patron)
    old = patron.mail_address
    if old is not None and old.address == text:
        return _send_confirmation(patron, at=at)
    refuse(change_refusals(patron, at=at))
    _replace(patron, MailAddress.objects.get_or_create(address=text)[0], at=at)
    return _send_confirmation(patron, at=at)


def _replace(patron: Patron, address: MailAddress, *, at: datetime) -> None:
    """Replace the address, make earlier links unusable, and tell the old one if it was confirmed.

    Changing to and fro between two unconfirmed addresses would otherwise send strangers a mail each
    time (rule 3.5).
    """
    old = patron.mail_address if patron.mail_confirmed_at else None
    patron.mail_address, patron.mail_confirmed_at = address, None
    patron.save(update_fields=["mail_address", "mail_confirmed_at"])
    links.withdraw(patron, OneTimeLink.Purpose.RESET, at=at)
    links.withdraw(patron, CONFIRM, at=at)
    outbox.follow(patron.pk, address, at=at)
    if old is not None:
        mails.tell(mails.ADDRESS_CHANGED, patron, address=old, at=at)


@locked_transaction
def resend(patron: Patron, *, at: datetime | None = None) -> Patron:
    """Send the confirmation once more. Raises NothingToConfirm or TooManyConfirmations."""
    return _send_confirmation(lock(patron), at=at or timezone.now())


def find_link(token: str, *, at: datetime | None = None) -> OneTimeLink:
    """Return the link while it confirms something. Raises LinkNotUsable."""
    link = links.find(token, CONFIRM, at=at)
    if link is None or link.patron.mail_address_id != link.address_id:
        raise LinkNotUsable
    return link


def find_fulfilled(token: str) -> OneTimeLink | None:
    """Return the link of this token if its address is on file and confirmed (rule 3.5)."""
    link = links.find_whatever_became_of_it(token, CONFIRM)
    if link is None or link.patron.mail_address_id != link.address_id:
        return None
    return link if link.patron.mail_confirmed_at else None


@locked_transaction
def confirm(token: str, *, at: datetime | None = None) -> Patron:
    """Mark the address as confirmed and as deliverable: somebody reads its mail."""
    at = at or timezone.now()
    link = find_link(token, at=at)
    patron = lock(link.patron)
    # Checked again under the lock: the address may have changed since the link was found.
    if patron.mail_address_id != link.address_id or not links.use(link, at=at):
        raise LinkNotUsable
    patron.mail_confirmed_at = at
    patron.save(update_fields=["mail_confirmed_at"])
    MailAddress.objects.filter(pk=link.address_id).update(
        undeliverable_since=None, undeliverable_reason=""
    )
    outbox.follow(patron.pk, link.address, at=at)
    links.withdraw(patron, CONFIRM, at=at)
    return patron


@locked_transaction
def keep_as_given(patron: Patron, text: str, *, at: datetime | None = None) -> MailAddress:
    """Register an address from the counter or an import as it is; mark it if it takes no mail."""
    at = at or timezone.now()
    address, _ = MailAddress.objects.get_or_create(address=address_rules.tidied(text)[:254])
    reasons = list(address_rules.refusals(address.address))
    if reasons and address.undeliverable_since is None:
        address.undeliverable_since = at
        address.undeliverable_reason = str(reasons[0])[:200]
        address.save(update_fields=["undeliverable_since", "undeliverable_reason"])
    patron = lock(patron)
    if patron.mail_address_id == address.pk:
        return address
    _replace(patron, address, at=at)
    if not reasons:
        _send_confirmation(patron, at=at)
    return address


def _send_confirmation(patron: Patron, *, at: datetime) -> Patron:
    address = patron.mail_address
    if address is None or _is_good(patron):
        raise NothingToConfirm
    link = links.make_confirmation(patron, CONFIRM, address, at=at)
    mails.send_link(mails.ADDRESS_CONFIRM, link, at=at)
    return patron


def _is_good(patron: Patron) -> bool:
    """Return whether the address is confirmed and no mail has come back from it since."""
    address = patron.mail_address
    return (
        address is not None
        and patron.mail_confirmed_at is not None
        and address.undeliverable_since is None
    )
