"""From a reset by facts to the new password: for some minutes nobody is asked the four twice."""

from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from akiruno_library import policy
from patrons.models import Patron

KEY = "may-register"


def remember(session: SessionBase, patron: Patron, *, at: datetime | None = None) -> None:
    until = (at or timezone.now()) + policy.FACTS_CARRIED_ON
    session[KEY] = {"patron": patron.pk, "until": until.timestamp()}


def patron_of(session: SessionBase, *, at: datetime | None = None) -> Patron | None:
    """Whose reset this visitor has just made, while there is no new password yet."""
    carried = session.get(KEY)
    if not carried or (at or timezone.now()).timestamp() > carried["until"]:
        return None
    patron = Patron.objects.select_related("user").filter(pk=carried["patron"]).first()
    if patron is None or patron.user.has_usable_password() or patron.web_barred_at:
        return None
    return patron


def forget(session: SessionBase) -> None:
    session.pop(KEY, None)
