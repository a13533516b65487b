"""きたよ and かえるよ: a child presses them on a terminal in the library (rule 8.3)."""

from datetime import datetime

from django.contrib.auth import authenticate
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.locking import locked_transaction
from catalog.models import Branch
from catalog.models.statistics import Kind
from catalog.statistics import record
from patrons import attempts, throttling
from patrons.children import mails
from patrons.children.guardians import is_child
from patrons.models import GuardianMail, Patron, Terminal, Visit
from patrons.patron_lock import lock
from patrons.refusals import WrongCardOrPassword


def press(
    card_number: str,
    password: str,
    button: Visit.Button,
    *,
    terminal: Terminal,
    at: datetime | None = None,
) -> None:
    """Check card and password like a login, with short waits, and note the visit. Opens no session.

    Raises TooManyAttempts or WrongCardOrPassword. The answer never says whether a guardian is told.
    """
    counted_by = attempts.of_children if _is_childs(card_number, at) else attempts.of_grown_ups
    attempt = throttling.begin(counted_by(card_number, terminal), at=at)
    user = authenticate(card_number=card_number, password=password)
    if user is None:
        raise WrongCardOrPassword
    attempt.succeeded()
    note(Patron.objects.get(user=user), button, branch=terminal.branch, at=at)


def _is_childs(card_number: str, at: datetime | None) -> bool:
    """The short waits are for children; a card that does not exist waits like a grown-up's."""
    patron = Patron.objects.filter(card_number=card_number).first()
    return patron is not None and is_child(patron, at=at or timezone.now())


@locked_transaction
def note(
    patron: Patron, button: Visit.Button, *, branch: Branch, at: datetime | None = None
) -> None:
    """Write the visit and its mail in one transaction; a repeated press is ignored."""
    at = at or timezone.now()
    patron = lock(patron)
    if patron.visits.since(at - policy.SAME_PRESS).filter(button=button).exists():
        return
    guardian_mail = GuardianMail.objects.select_related("address").filter(patron=patron).first()
    if not is_child(patron, at=at) or guardian_mail is None or guardian_mail.confirmed_at is None:
        return  # without a guardian's mail no visit is recorded
    visit = Visit.objects.create(patron=patron, branch=branch, button=button, pressed_at=at)
    mails.tell(visit, guardian_mail, at=at)
    if button == Visit.Button.CAME:
        record.note(Kind.VISIT, branch=branch, at=at)


@locked_transaction
def forget_old(*, at: datetime | None = None) -> int:
    """Delete visits and their mails after thirty days."""
    old = Visit.objects.older_than(policy.VISITS_KEPT, at=at or timezone.now())
    ids = list(old.values_list("pk", flat=True))
    mails.forget(ids)
    return Visit.objects.filter(pk__in=ids).delete()[0]
