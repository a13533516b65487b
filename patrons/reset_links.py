"""The one-time link to a confirmed address, without which no password is set from outside.

Rules 2.1 and 2.2, safety 3: a first registration and a reset ask here, and answer with one page.
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
class Asked:
    """What came of asking: it is done, or a link is on its way to this address."""

    patron: Patron
    link_goes_to: str = ""


def is_needed(patron: Patron, origin: Origin) -> bool:
    """On a terminal, or with no confirmed address on file, the four facts do."""
    return origin.terminal is None and patron.mail_confirmed_at is not None


def send(patron: Patron, *, at: datetime) -> Asked:
    """The page shows the address masked, whether it is one link too many for today or not."""
    _send(patron, at=at)
    address = patron.mail_address
    return Asked(patron, link_goes_to=masked(address.address) if address else "")


def masked(address: str) -> str:
    """Enough for its owner to know it again: h•••••@e••••••.jp."""
    local, _, domain = address.rpartition("@")
    name, _, rest = domain.partition(".")
    return f"{local[:1]}{'•' * 5}@{name[:1]}{'•' * 5}.{rest}"


@locked_transaction
def _send(patron: Patron, *, at: datetime) -> None:
    """At most a few a day: whoever knows the facts must not fill a stranger's mailbox."""
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
