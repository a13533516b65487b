"""The state of a counter between two scans, in the session of a member of staff.

It holds ids only, no names. The open card is closed by staff, or after `policy.CARD_STAYS_OPEN`
without a scan. Answers name copies and reservations, never the patron of a loan.
"""

from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from akiruno_library import policy
from catalog.models import Branch
from patrons.models import Patron

SESSION_KEY = "desk"
ANSWERS_KEPT = 10


@dataclass(frozen=True)
class Answer:
    """The result of one scan: a kind of answer, and the ids of the rows that its sentence needs."""

    kind: str
    copy: int | None = None
    loan: int | None = None
    reservation: int | None = None
    branch: int | None = None  # the destination at the time of the scan
    place: int | None = None  # the place on the hold shelf at the time of the scan
    scan: int | None = None  # can be undone for five minutes
    sentences: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


@dataclass
class Desk:
    branch_id: int | None = None
    patron_id: int | None = None
    card_used_at: str = ""
    drop_day: str = ""  # returns count as of this day
    # The day on which drop_day was set; it is valid until the end of that day.
    drop_set_on: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, session: SessionBase) -> "Desk":
        # Keys that an older version stored in the session are ignored.
        known = {one.name for one in fields(cls)}
        kept = session.get(SESSION_KEY, {})
        return cls(**{name: value for name, value in kept.items() if name in known})

    def keep(self, session: SessionBase) -> None:
        session[SESSION_KEY] = asdict(self)

    def branch(self) -> Branch | None:
        return Branch.objects.filter(pk=self.branch_id).first() if self.branch_id else None

    def open_card(self, patron: Patron, *, at: datetime | None = None) -> None:
        self.patron_id = patron.pk
        self.touch_card(at=at)

    def touch_card(self, *, at: datetime | None = None) -> None:
        self.card_used_at = (at or timezone.now()).isoformat()

    def put_card_away(self) -> None:
        self.patron_id, self.card_used_at = None, ""

    def patron(self, *, at: datetime | None = None) -> Patron | None:
        """Return the patron of the open card; None if no card is open or it was idle too long."""
        if self.patron_id is None or not self.card_used_at:
            return None
        untouched = (at or timezone.now()) - datetime.fromisoformat(self.card_used_at)
        if untouched > policy.CARD_STAYS_OPEN:
            self.put_card_away()
            return None
        return Patron.objects.filter(pk=self.patron_id).first()

    def empty_drop(self, day: date | None, *, at: datetime | None = None) -> None:
        """Returns count as of this day from now on, until `None` ends it (rule 4.5)."""
        self.drop_day = day.isoformat() if day else ""
        self.drop_set_on = timezone.localdate(at).isoformat() if day else ""

    def dropped_on(self, *, at: datetime | None = None) -> date | None:
        if not self.drop_day or self.drop_set_on != timezone.localdate(at).isoformat():
            return None
        return date.fromisoformat(self.drop_day)

    def say(self, answer: Answer) -> None:
        self.answers = [asdict(answer), *self.answers][:ANSWERS_KEPT]

    def said(self) -> list[Answer]:
        return [Answer(**one) for one in self.answers]
