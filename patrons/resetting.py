"""初期化: a forgotten password is removed, and a new one registered (rule 2.2, safety 3).

On a terminal, or without a confirmed address on file, the four facts suffice; history and
children's mail then stay closed for 72 hours. Elsewhere the confirmed address must answer as well.
"""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import refuse
from patrons import (
    attempts,
    devices,
    links,
    mails,
    password_rules,
    reset_links,
    sessions,
    throttling,
)
from patrons.children import guarding
from patrons.identity import Facts
from patrons.models import OneTimeLink, Patron
from patrons.origin import Origin
from patrons.patron_lock import lock
from patrons.refusals import LinkNotUsable, NothingToReset
from patrons.registration import note, owner_of
from patrons.reset_links import RESET, FactsOutcome


def ask(facts: Facts, *, origin: Origin, at: datetime | None = None) -> FactsOutcome:
    """Reset by facts where they suffice, else send the link. Every failure is the same refusal."""
    at = at or timezone.now()
    attempt = throttling.begin(attempts.of_facts(facts, origin), at=at)
    patron = owner_of(facts, at=at)
    if patron is None:
        raise NothingToReset
    attempt.succeeded()
    if reset_links.is_needed(patron, origin):
        return reset_links.send(patron, at=at)
    return FactsOutcome(_reset_by_facts(patron, at=at))


@locked_transaction
def _reset_by_facts(patron: Patron, *, at: datetime) -> Patron:
    patron = lock(patron)
    patron.closed_until = at + policy.CLOSED_AFTER_FACTS
    patron.save(update_fields=["closed_until"])
    take_password_away(patron, at=at)
    guarding.begin(patron, at=at)
    return patron


def take_password_away(patron: Patron, *, at: datetime) -> None:
    """Remove the password, every login and every known device, and tell the address on file."""
    patron.user.set_unusable_password()
    patron.user.save(update_fields=["password"])
    end_everything(patron, at=at)
    mails.tell(mails.PASSWORD_RESET, patron, at=at)


def find_link(token: str, *, at: datetime | None = None) -> OneTimeLink:
    """Return the link while it opens something. Raises LinkNotUsable."""
    link = links.find(token, RESET, at=at)
    if link is None or not _still_theirs(link):
        raise LinkNotUsable
    return link


def reset_by_link(token: str, password: str, *, at: datetime | None = None) -> Patron:
    """Set the password by the link, after the facts that requested it.

    Nothing is closed, because the owner of the address has answered.
    """
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
    is_the_first = not patron.user.has_usable_password()
    patron.user.password = encoded
    patron.user.save(update_fields=["password"])
    end_everything(patron, at=at)
    mails.tell(mails.PASSWORD_REGISTERED if is_the_first else mails.PASSWORD_RESET, patron, at=at)
    if is_the_first:
        note(at=at)
    return patron


def _still_theirs(link: OneTimeLink) -> bool:
    """Return whether the link's address is still on file and confirmed, and the web is open."""
    patron = link.patron
    return (
        patron.mail_address_id == link.address_id
        and patron.mail_confirmed_at is not None
        and patron.web_barred_at is None
        and patron.user.is_active
    )


def end_everything(patron: Patron, *, at: datetime) -> None:
    """End every login, forget every device, and make every reset link unusable."""
    sessions.end_all(patron.user)
    devices.forget(patron.user)
    links.withdraw(patron, RESET, at=at)
