"""Protection of the guardian's address after facts alone opened a child's card (rule 2.2).

An attacker who knows a child's four facts could otherwise wait until the closed hours are over and
redirect the mails about the child's visits. The guardian is told at once. From then on only a link
sent to the address, or staff at a counter, can replace it.
"""

from datetime import datetime

from django.utils import timezone

from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import refuse
from patrons import address_rules, links
from patrons.children import guardians, mails
from patrons.models import GuardianMail, OneTimeLink, Patron
from patrons.patron_lock import lock
from patrons.refusals import LinkNotUsable, NothingToConfirm

REPLACE = OneTimeLink.Purpose.REPLACE


def begin(patron: Patron, *, at: datetime) -> None:
    """Protect the address: facts alone opened the card. The caller holds the patron's lock."""
    guardian_mail = GuardianMail.objects.filter(patron=patron, confirmed_at__isnull=False).first()
    if guardian_mail is not None:
        guardian_mail.guarded_since = at
        guardian_mail.save(update_fields=["guarded_since"])
        mails.tell_change(guardian_mail, mails.OPENED_BY_FACTS, at=at)


def is_guarded(patron: Patron) -> bool:
    """Return whether the guardian's address is protected now."""
    return GuardianMail.objects.filter(patron=patron, guarded_since__isnull=False).exists()


@locked_transaction
def end(patron: Patron) -> None:
    """End the protection at a counter, where the guardian has proved who they are."""
    patron = lock(patron)
    GuardianMail.objects.filter(patron=patron).update(guarded_since=None)
    links.withdraw(patron, REPLACE, at=timezone.now())


@locked_transaction
def send_link(patron: Patron, *, at: datetime | None = None) -> None:
    at = at or timezone.now()
    patron = lock(patron)
    refuse(guardians.refusals(patron, at=at))
    guardian_mail = guardians.guardian_mail_of(patron)
    if guardian_mail is None or guardian_mail.guarded_since is None:
        raise NothingToConfirm
    guardians.send_link(guardian_mail, REPLACE, at=at)


def find_link(token: str, *, at: datetime | None = None) -> OneTimeLink:
    """Return the link while its address is still the guardian's. Raises LinkNotUsable."""
    link = links.find(token, REPLACE, at=at)
    guardian_mail = guardians.guardian_mail_of(link.patron) if link else None
    if link is None or guardian_mail is None or guardian_mail.address_id != link.address_id:
        raise LinkNotUsable
    return link


@locked_transaction
def replace_by_link(token: str, typed: str, *, at: datetime | None = None) -> None:
    """Replace the address by one that the guardian names; it is asked to confirm."""
    at = at or timezone.now()
    text = address_rules.tidied(typed)
    refuse(address_rules.refusals(text))
    guardian_mail = _used(token, at=at)
    guardians.put(guardian_mail.patron, text, call_name=guardian_mail.call_name, at=at)


@locked_transaction
def stop_by_link(token: str, *, at: datetime | None = None) -> None:
    """Stop the mails, as the guardian asked."""
    at = at or timezone.now()
    guardians.end(_used(token, at=at), mails.STOPPED, at=at)


def _used(token: str, *, at: datetime) -> GuardianMail:
    link = find_link(token, at=at)
    patron = lock(link.patron)
    guardian_mail = guardians.guardian_mail_of(patron)
    if (
        guardian_mail is None
        or guardian_mail.address_id != link.address_id
        or not links.use(link, at=at)
    ):
        raise LinkNotUsable
    guardian_mail.guarded_since = None
    guardian_mail.save(update_fields=["guarded_since"])
    return guardian_mail
