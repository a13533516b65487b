"""The state of a counter between two scans, in the session of a member of staff.

It holds ids only, no names. The open card is closed by staff, or after `policy.CARD_STAYS_OPEN`
without a scan. Answers name copies and reservations, never the patron of a loan.

Two tabs share one desk, and a card closes by itself. Every form therefore carries `as_on_screen()`
of the moment when it was drawn, and is refused if the desk is another by now (rule 9.7).
"""

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from akiruno_library import policy
from catalog.models import Branch, Copy
from circulation.counter.device import branch_of_device
from patrons.models import Patron

SESSION_KEY = "desk"
ANSWERS_KEPT = 10
CAME_IN = {"shelf", "hold", "send", "lender"}  # kinds of answers
TWICE = "twice"  # a fact of an answer


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
    at: str = ""  # when it was said
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
    def of(cls, request: HttpRequest) -> "Desk":
        """Return the desk of this session; a new one has the branch of its device."""
        # Keys that an older version stored in the session are ignored.
        known = {one.name for one in fields(cls)}
        kept = request.session.get(SESSION_KEY) or {"branch_id": branch_of_device(request)}
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
        if self.patron_id is None or not self.card_closes_in(at=at):
            self.put_card_away()
            return None
        return Patron.objects.filter(pk=self.patron_id).first()

    def card_closes_in(self, *, at: datetime | None = None) -> timedelta:
        """Return how long the card stays open without a scan; zero if none is open."""
        if self.patron_id is None or not self.card_used_at:
            return timedelta()
        unused_for = (at or timezone.now()) - datetime.fromisoformat(self.card_used_at)
        return max(policy.CARD_STAYS_OPEN - unused_for, timedelta())

    def as_on_screen(self, *, with_card: bool = True, at: datetime | None = None) -> str:
        """Return all that decides what a scan means: branch, day of the book drop, open card."""
        card = self.patron_id if with_card and self.card_closes_in(at=at) else None
        return f"{self.branch_id or ''}/{self.dropped_on(at=at) or ''}/{card or ''}"

    def empty_drop(self, day: date | None, *, at: datetime | None = None) -> None:
        """Returns count as of this day from now on, until `None` ends it (rule 4.5)."""
        self.drop_day = day.isoformat() if day else ""
        self.drop_set_on = timezone.localdate(at).isoformat() if day else ""

    def dropped_on(self, *, at: datetime | None = None) -> date | None:
        if not self.drop_day or self.drop_set_on != timezone.localdate(at).isoformat():
            return None
        return date.fromisoformat(self.drop_day)

    def say(self, answer: Answer, *, at: datetime | None = None) -> None:
        """Put the answer first. The second answer to one scan takes the place of its first."""
        answer = replace(answer, at=answer.at or (at or timezone.now()).isoformat())
        others = [one for one in self.answers if answer.scan is None or one["scan"] != answer.scan]
        self.answers = [asdict(answer), *others][:ANSWERS_KEPT]

    def said_just_now(self, copy: Copy, *, at: datetime | None = None) -> Answer | None:
        """Return the last answer about the copy, if a second reading can be of the same scan."""
        last = next((one for one in self.said() if one.copy == copy.pk), None)
        if last is None:
            return None
        age = (at or timezone.now()) - datetime.fromisoformat(last.at)
        return last if age < policy.SAME_SCAN else None

    def said(self) -> list[Answer]:
        return [Answer(**one) for one in self.answers]
