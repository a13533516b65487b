"""SESSION_ENGINE: sessions that expire on the server (safety 11, 12)."""

from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from akiruno_library import policy
from catalog.outage import database_is_away
from patrons.models import Session

BEGAN_KEY = "login-began"
DEVICE_KEY = "login-device"
TERMINAL_KEY = "terminal"
TYPED_KEY = "typed-too-late"


class SessionStore(DatabaseStore):
    """A login expires after its idle limit and after twelve hours in all, by the row's end.

    The middleware sets the limit anew on each request. The row is written only when a tenth of the
    limit has passed. An anonymous session lives as long as its cookie. At a terminal it expires
    like a login, because its visitor has gone (12.11).
    """

    expires_after: timedelta = policy.SESSION_EXPIRY
    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.row = super()._get_session_from_db()  # type: ignore[misc]
        return self.row

    def get_expire_at_browser_close(self) -> bool:
        """At a terminal the visit ends when the browser is closed (rule 8.2)."""
        return TERMINAL_KEY in self

    def begin_login(self, *, device: str, at: datetime | None = None) -> None:
        """Start the twelve hours and name the device. Call it after Django's login."""
        self[BEGAN_KEY] = (at or timezone.now()).timestamp()
        self[DEVICE_KEY] = device

    def save(self, must_create: bool = False) -> None:
        if SESSION_KEY in self and BEGAN_KEY not in self:
            self[BEGAN_KEY] = timezone.now().timestamp()
        try:
            super().save(must_create)
        except UpdateError as error:
            # Django raises UpdateError for every database error, as if the session had been ended
            # elsewhere. A database that is away would then log everybody out.
            if database_is_away(error.__context__):
                raise cast(BaseException, error.__context__) from None
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
        elif set(data) == {TYPED_KEY}:
            row.expire_date = now + policy.UNFINISHED_KEPT
        else:
            row.expire_date = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        self.row = row
        return row

    def stay(self, limit: timedelta, *, at: datetime | None = None) -> None:
        """Move the idle end, and write it if a tenth of the limit has passed since."""
        at = at or timezone.now()
        self.expires_after = limit
        if self.row is None or (self.row.began_at is None and TERMINAL_KEY not in self):
            return
        end = self._end_of(self.row, at)
        moved = end - self.row.expire_date
        if moved >= limit / policy.SESSION_TOUCH_SHARE or moved < timedelta(0):
            Session.objects.filter(pk=self.row.pk).update(expire_date=end, last_used_at=at)
            self.row.expire_date, self.row.last_used_at = end, at

    @property
    def ends_at(self) -> datetime | None:
        """Return when this login expires without another request; None for an anonymous session."""
        return self.row.expire_date if self.row is not None and self.row.began_at else None

    def _end_of(self, row: Session, at: datetime) -> datetime:
        began = row.began_at or at
        return min(at + self.expires_after, began + policy.SESSION_LONGEST)
