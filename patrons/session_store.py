"""SESSION_ENGINE: sessions that end by themselves on the server (safety 11, 12)."""

from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from akiruno_library import policy
from patrons.models import Session

BEGAN_KEY = "login-began"
DEVICE_KEY = "login-device"
TERMINAL_KEY = "terminal"


class SessionStore(DatabaseStore):
    """A login ends after its idle limit, and after twelve hours in all, by its row's end.

    The limit is set anew by the middleware on each request; the row is written only when a tenth
    of it has passed. A session of nobody lives as long as its cookie, but at a terminal it ends
    like any other there: whoever filled that basket has gone (12.11).
    """

    idle_limit: timedelta = policy.SESSION_IDLE
    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.row = super()._get_session_from_db()  # type: ignore[misc]
        return self.row

    def begin_login(self, *, device: str, at: datetime | None = None) -> None:
        """To be called after Django's login: the twelve hours start, the device has a name."""
        self[BEGAN_KEY] = (at or timezone.now()).timestamp()
        self[DEVICE_KEY] = device

    def save(self, must_create: bool = False) -> None:
        if SESSION_KEY in self and BEGAN_KEY not in self:
            self[BEGAN_KEY] = timezone.now().timestamp()
        try:
            super().save(must_create)
        except UpdateError as error:
            # Django takes every fault of the database for a session that was ended elsewhere.
            if isinstance(error.__context__, OperationalError | InterfaceError):
                raise error.__context__ from None
            raise

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        now = timezone.now()
        row = cast(Session, super().create_model_instance(data))
        row.last_used_at = now
        row.device = data.get(DEVICE_KEY, "")
        if SESSION_KEY in data:
            row.user_id = int(data[SESSION_KEY])
            row.began_at = datetime.fromtimestamp(data[BEGAN_KEY], tz=now.tzinfo)
            row.expire_date = self._end_of(row, now)
        elif TERMINAL_KEY in data:
            row.expire_date = self._end_of(row, now)
        else:
            row.expire_date = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        self.row = row
        return row

    def stay(self, limit: timedelta, *, at: datetime | None = None) -> None:
        """Move the idle end, and write it down if a tenth of the limit has passed since."""
        at = at or timezone.now()
        self.idle_limit = limit
        if self.row is None or (self.row.began_at is None and TERMINAL_KEY not in self):
            return
        end = self._end_of(self.row, at)
        moved = end - self.row.expire_date
        if moved >= limit / policy.SESSION_TOUCH_SHARE or moved < timedelta(0):
            Session.objects.filter(pk=self.row.pk).update(expire_date=end, last_used_at=at)
            self.row.expire_date, self.row.last_used_at = end, at

    @property
    def ends_at(self) -> datetime | None:
        """When this login ends unless the server hears of its owner; None for nobody's."""
        return self.row.expire_date if self.row is not None and self.row.began_at else None

    def _end_of(self, row: Session, at: datetime) -> datetime:
        began = row.began_at or at
        return min(at + self.idle_limit, began + policy.SESSION_LONGEST)
