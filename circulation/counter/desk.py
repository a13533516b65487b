"""The counter's memory between two scans, in the session of a member of staff: ids, no words.

Whose card lies open is forgotten when it is put away, or by itself when nobody scans for a while.
What was answered names copies and reservations, never the patron of a loan.
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
    """What came of one scan: what kind of answer, and the rows that its words are read from."""

    kind: str
    copy: int | None = None
    loan: int | None = None
    reservation: int | None = None
    branch: int | None = None  # where it was to be sent then, wherever it is by now
    place: int | None = None  # its place on the hold shelf then
    scan: int | None = None  # may be undone for five minutes
    sentences: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


@dataclass
class Desk:
    branch_id: int | None = None
    patron_id: int | None = None
    card_used_at: str = ""
    drop_day: str = ""  # returns count as of this day …
    drop_set_on: str = ""  # … until the end of the day on which that was set
    answers: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, session: SessionBase) -> "Desk":
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
        """Whose card lies open; nobody's when it was forgotten there."""
        if self.patron_id is None or not self.card_used_at:
            return None
        idle = (at or timezone.now()) - datetime.fromisoformat(self.card_used_at)
        if idle > policy.CARD_STAYS_OPEN:
            self.put_card_away()
            return None
        return Patron.objects.filter(pk=self.patron_id).first()

    def empty_drop(self, day: date | None, *, at: datetime | None = None) -> None:
        """From now on returns come from the book drop and count as of that day (rule 4.5)."""
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
