"""The open logins of a person, and their end (safety 3, 11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from japanese.date_format import spoken_moment
from patrons.models import Session, User
from patrons.throttling import secret_word

KEPT_TO_EXPLAIN = timedelta(days=1)  # a visitor who comes back with an ended session reads why


@dataclass(frozen=True)
class OpenLogin:
    """A session as its owner sees it: named by an HMAC, never by its key."""

    name: str
    device: str
    began_at: datetime | None
    last_used_at: datetime
    is_this_one: bool

    @property
    def last_used(self) -> str:
        return spoken_moment(self.last_used_at)

    @property
    def began(self) -> str:
        return spoken_moment(self.began_at or self.last_used_at)


def open_logins(user: User, this: str, *, at: datetime | None = None) -> list[OpenLogin]:
    """Return the person's open logins, this one included."""
    return [
        OpenLogin(
            name=_name(session),
            device=session.device,
            began_at=session.began_at,
            last_used_at=session.last_used_at,
            is_this_one=session.pk == this,
        )
        for session in _open(user, at)
    ]


def end_one(user: User, name: str, *, at: datetime | None = None) -> None:
    """End the login of this name. Does nothing when it has ended already."""
    keys = [session.pk for session in _open(user, at) if _name(session) == name]
    Session.objects.filter(pk__in=keys).delete()


def end_all(user: User, *, but: str | None = None) -> None:
    """End every login of this person; `but` keeps one."""
    user.sessions.exclude(pk=but).delete()


def forget_ended(*, at: datetime | None = None) -> int:
    """Delete sessions that ended long enough ago."""
    ended = (at or timezone.now()) - KEPT_TO_EXPLAIN
    return Session.objects.filter(expire_date__lt=ended).delete()[0]


def _open(user: User, at: datetime | None) -> Sequence[Session]:
    return list(
        user.sessions.filter(expire_date__gt=at or timezone.now()).order_by("-last_used_at", "pk")
    )


def _name(session: Session) -> str:
    # The key itself would open the session for whoever reads the page over a shoulder.
    return secret_word("session", session.pk)[:32]
