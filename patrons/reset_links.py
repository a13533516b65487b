"""The one-time link to a confirmed address (rules 2.1, 2.2; safety 3).

Outside the library no password is set without it. A first registration and a reset both ask here
and answer with the same page.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from akiruno_library import policy
from akiruno_library.locking import locked_transaction
from patrons import links, mails
from patrons.models import OneTimeLink, Patron
from patrons.origin import Origin
from patrons.patron_lock import lock

RESET = OneTimeLink.Purpose.RESET


@dataclass(frozen=True)
class FactsOutcome:
    """What the four facts led to: done, or a link is on its way to this masked address."""

    patron: Patron
    link_goes_to: str = ""


def is_needed(patron: Patron, origin: Origin) -> bool:
    """Return whether facts do not suffice: outside the library, with a confirmed address."""
    return origin.terminal is None and patron.mail_confirmed_at is not None


def send(patron: Patron, *, at: datetime) -> FactsOutcome:
    """Send the link, within the day's limit. The page shows the masked address in either case."""
    # The answer is the same above the limit. Otherwise it would tell how often others asked.
    _send(patron, at=at)
    address = patron.mail_address
    return FactsOutcome(patron, link_goes_to=masked(address.address) if address else "")


def masked(address: str) -> str:
    """Return enough for the owner to recognise the address: h•••••@e••••••.jp."""
    local, _, domain = address.rpartition("@")
    name, _, rest = domain.partition(".")
    return f"{local[:1]}{'•' * 5}@{name[:1]}{'•' * 5}.{rest}"


@locked_transaction
def _send(patron: Patron, *, at: datetime) -> None:
    """Send the link, a few times a day at most: an attacker must not fill the mailbox."""
    patron = lock(patron)
    if patron.mail_address is None:
        return
    sent = OneTimeLink.objects.filter(
        patron=patron, purpose=RESET, created_at__gt=at - timedelta(days=1)
    )
    if sent.count() <= policy.RESET_LINKS_REPEATED:
        link = links.make(
            patron, RESET, patron.mail_address, valid_for=policy.RESET_LINK_VALID, at=at
        )
        mails.send_link(mails.RESET_LINK, link, at=at)
