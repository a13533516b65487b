"""初期化: a forgotten password goes, and one is registered anew (rule 2.2, safety 3).

On a terminal, or with no confirmed address on file, the four facts do, and for 72 hours what is
most precious stays closed. From elsewhere a confirmed address must answer, too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import refuse
from patrons import attempts, devices, links, mails, password_rules, sessions, throttling
from patrons.identity import Facts
from patrons.models import OneTimeLink, Patron
from patrons.origin import Origin
from patrons.patron_lock import lock
from patrons.refusals import LinkNotUsable, NothingToReset
from patrons.registration import owner_of

RESET = OneTimeLink.Purpose.RESET


@dataclass(frozen=True)
class Asked:
    """What came of asking: the password is gone, or a link is on its way to this address."""

    patron: Patron
    link_goes_to: str = ""


def ask(facts: Facts, *, origin: Origin, at: datetime | None = None) -> Asked:
    """Reset by facts where they suffice, else send the link. Every failure is the same refusal."""
    at = at or timezone.now()
    attempt = throttling.begin(attempts.of_facts(facts, origin), at=at)
    patron = owner_of(facts, at=at)
    if patron is None:
        raise NothingToReset
    attempt.succeeded()
    if origin.terminal is None and patron.mail_address and patron.mail_confirmed_at:
        _send_link(patron, at=at)
        return Asked(patron, link_goes_to=masked(patron.mail_address.address))
    return Asked(_reset_by_facts(patron, at=at))


def masked(address: str) -> str:
    """Enough for its owner to know it again: h•••••@e••••••.jp."""
    local, _, domain = address.rpartition("@")
    name, _, rest = domain.partition(".")
    return f"{local[:1]}{'•' * 5}@{name[:1]}{'•' * 5}.{rest}"


@locked_transaction
def _send_link(patron: Patron, *, at: datetime) -> None:
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


@locked_transaction
def _reset_by_facts(patron: Patron, *, at: datetime) -> Patron:
    patron = lock(patron)
    patron.closed_until = at + policy.CLOSED_AFTER_FACTS
    patron.save(update_fields=["closed_until"])
    take_password_away(patron, at=at)
    return patron


def take_password_away(patron: Patron, *, at: datetime) -> None:
    """The old password, every login and every known device end; the address on file is told."""
    patron.user.set_unusable_password()
    patron.user.save(update_fields=["password"])
    _end_everything(patron, at=at)
    mails.tell(mails.PASSWORD_RESET, patron, at=at)


def find_link(token: str, *, at: datetime | None = None) -> OneTimeLink:
    """The link, while it opens anything. Raises LinkNotUsable."""
    link = links.find(token, RESET, at=at)
    if link is None or not _still_theirs(link):
        raise LinkNotUsable
    return link


def reset_by_link(token: str, password: str, *, at: datetime | None = None) -> Patron:
    """The link and the facts that asked for it: the old password goes, the new one stands."""
    at = at or timezone.now()
    link = find_link(token, at=at)
    refuse(password_rules.refusals_for(password, link.patron))
    return _reset_by_link(link, make_password(password), at=at)


@locked_transaction
def _reset_by_link(link: OneTimeLink, encoded: str, *, at: datetime) -> Patron:
    patron = lock(link.patron)
    link.patron = patron
    if not _still_theirs(link) or not links.use(link, at=at):
        raise LinkNotUsable
    patron.user.password = encoded
    patron.user.save(update_fields=["password"])
    _end_everything(patron, at=at)
    mails.tell(mails.PASSWORD_RESET, patron, at=at)
    return patron


def _still_theirs(link: OneTimeLink) -> bool:
    """Sent to the address that is on file, confirmed, now; and the web is open to them."""
    patron = link.patron
    return (
        patron.mail_address_id == link.address_id
        and patron.mail_confirmed_at is not None
        and patron.web_barred_at is None
        and patron.user.is_active
    )


def _end_everything(patron: Patron, *, at: datetime) -> None:
    sessions.end_all(patron.user)
    devices.forget(patron)
    links.withdraw(patron, RESET, at=at)
