"""Registration of a first password, with four facts that all match (rule 2.1, safety 1 to 4)."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import refuse
from catalog.models import Branch
from catalog.models.statistics import Kind
from catalog.statistics import record
from patrons import attempts, mails, password_rules, reset_links, throttling
from patrons.children import guarding
from patrons.identity import Facts, is_theirs
from patrons.models import Patron, User
from patrons.origin import Origin
from patrons.patron_lock import lock
from patrons.refusals import FactsDoNotMatch
from patrons.reset_links import FactsOutcome

# Compared when the card does not exist, so that both cases take the same time.
_NOBODY = Patron(
    pk=0, name="図書館 花子", name_reading="トショカン ハナコ", telephone="000-000-0000"
)


def register(
    facts: Facts, password: str, *, origin: Origin, at: datetime | None = None
) -> FactsOutcome:
    """Give the card its first password. Nobody is logged in by it.

    1. Count the attempt, or refuse while a wait runs, before anything is read.
    2. Compute one hash, whatever the facts are, so that every answer takes the same time.
    3. Answer every failure with the same refusal. Only the card's owner learns that a password is
       weak.
    4. Outside the library, send a confirmed address the link of a reset: the password is set there.
    5. Under the patron's lock, keep a password that was registered first.
    """
    at = at or timezone.now()
    attempt = throttling.begin(attempts.of_facts(facts, origin), at=at)
    # The hash is computed before the facts are compared, so that every answer takes as long.
    encoded = make_password(password)
    patron = owner_of(facts, at=at)
    if patron is None or patron.user.has_usable_password():
        raise FactsDoNotMatch
    attempt.succeeded()
    refuse(password_rules.refusals_for(password, patron))
    if reset_links.is_needed(patron, origin):
        return reset_links.send(patron, at=at)
    registered = _give(patron, encoded, at=at)
    note(terminal=origin.terminal, at=at)
    return FactsOutcome(registered)


def note(*, terminal: int | None = None, at: datetime) -> None:
    """Count a registration in the statistics, at the terminal's branch or on the web."""
    here = Branch.objects.filter(terminals=terminal).first() if terminal else None
    record.note(Kind.REGISTRATION, branch=here, at=at)


def register_anew(patron: Patron, password: str, *, at: datetime | None = None) -> Patron:
    """Set the password after a reset by facts, without asking for the facts a second time.

    Raises FactsDoNotMatch when somebody else registered first.
    """
    at = at or timezone.now()
    refuse(password_rules.refusals_for(password, patron))
    return _give(patron, make_password(password), at=at)


def owner_of(facts: Facts, *, at: datetime) -> Patron | None:
    """Return the patron whose four facts these are, if the web is open to them."""
    patron = (
        Patron.objects.select_related("user", "mail_address")
        .filter(card_number=facts.card_number)
        .first()
    )
    theirs = is_theirs(facts, patron or _NOBODY, at=at)
    if patron is None or not theirs or not patron.user.is_active:
        return None
    return None if patron.web_barred_at else patron


@locked_transaction
def _give(patron: Patron, encoded: str, *, at: datetime) -> Patron:
    patron = lock(patron)
    given = User.objects.without_password().filter(pk=patron.user_id).update(password=encoded)
    if not given:
        raise FactsDoNotMatch
    patron.closed_until = at + policy.CLOSED_AFTER_FACTS
    patron.save(update_fields=["closed_until"])
    mails.tell(mails.PASSWORD_REGISTERED, patron, at=at)
    guarding.begin(patron, at=at)
    return patron
