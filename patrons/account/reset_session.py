"""Between a reset by facts and the new password: for some minutes the facts are not asked again."""

from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from akiruno_library import policy
from patrons.models import Patron

KEY = "may-register"


def remember(session: SessionBase, patron: Patron, *, at: datetime | None = None) -> None:
    """Remember in the session that this visitor has just reset the patron's password."""
    until = (at or timezone.now()) + policy.FACTS_CARRIED_ON
    session[KEY] = {"patron": patron.pk, "until": until.timestamp()}


def patron_of(session: SessionBase, *, at: datetime | None = None) -> Patron | None:
    """Return the patron whose password this visitor has just reset and not yet set anew."""
    carried = session.get(KEY)
    if not carried or (at or timezone.now()).timestamp() > carried["until"]:
        return None
    patron = Patron.objects.select_related("user").filter(pk=carried["patron"]).first()
    if patron is None or patron.user.has_usable_password() or patron.web_barred_at:
        return None
    return patron


def forget(session: SessionBase) -> None:
    """Forget the reset once the new password is set."""
    session.pop(KEY, None)
