"""What can be asked of the plain model: copies, reservations, queues and sequences in plain lists.

No database, no locks, no imports of the portal. Numbers stand for branches, bibs, copies, patrons.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

OPEN = {"waiting", "to_fetch", "in_transit", "ready"}
WITH_COPY = {"to_fetch", "in_transit", "ready"}


class No(Exception):
    """The library refuses."""


@dataclass
class PlainCopy:
    bib: int
    home: int
    where: str = "shelf"
    at: int = 0
    borrower: int | None = None


@dataclass(eq=False)
class PlainReservation:
    patron: int
    bib: int
    pickup: int
    state: str = "waiting"
    copy: int | None = None
    is_transfer: bool = False
    deadline: date | None = None
    priority: int = 0
    closed_at: datetime | None = None


@dataclass
class PlainFacts:
    now: datetime
    copies: list[PlainCopy]
    patrons: int
    next_open_day: Callable[[int, date], date]
    queue: list[PlainReservation] = field(default_factory=list)  # in the order of placing
    sequences: list[list[PlainReservation]] = field(default_factory=list)
    suspensions: dict[int, tuple[date, date]] = field(default_factory=dict)
    expired: set[int] = field(default_factory=set)

    @property
    def today(self) -> date:
        return self.now.date()

    def open_of(self, patron: int) -> list[PlainReservation]:
        return [one for one in self.queue if one.patron == patron and one.state in OPEN]

    def in_state(self, *states: str) -> list[PlainReservation]:
        return [one for one in self.queue if one.state in states]

    def who_can_place(self, bibs: Sequence[int]) -> list[int]:
        """Patrons who can place at least one of these bibs."""
        owned = {bib for bib in bibs if self.owned(bib)}
        taken = {(one.patron, one.bib) for one in self.queue if one.state in OPEN}
        taken |= {(copy.borrower, copy.bib) for copy in self.copies if copy.borrower is not None}
        valid = [patron for patron in range(self.patrons) if patron not in self.expired]
        return [one for one in valid if any((one, bib) not in taken for bib in owned)]

    def copies_in_hand(self) -> list[int]:
        """Copies that can be brought to a counter."""
        out = ("on_loan", "missing")
        return [n for n, copy in enumerate(self.copies) if copy.where not in out]

    def picture(self) -> str:
        """Everything but the clock: two pictures differ if something changed between them."""
        named = {id(one): number for number, one in enumerate(self.queue)}
        order = [[named[id(one)] for one in each] for each in self.sequences]
        return repr((self.copies, self.queue, order, self.suspensions, sorted(self.expired)))

    def waiting_for(self, bib: int) -> list[PlainReservation]:
        waiting = [one for one in self.queue if one.bib == bib and one.state == "waiting"]
        return sorted(waiting, key=lambda one: -one.priority)

    def sequence_of(self, one: PlainReservation) -> list[PlainReservation]:
        return next((order for order in self.sequences if one in order), [])

    def closed_lately(self, patron: int) -> list[PlainReservation]:
        """What the patron reads under キャンセル履歴(1週間)."""
        return [
            one
            for one in self.queue
            if one.patron == patron
            and one.state in ("cancelled", "lapsed")
            and one.closed_at is not None
            and one.closed_at > self.now - timedelta(days=7)
        ]

    def claim_on(self, copy: int) -> PlainReservation | None:
        return next(
            (one for one in self.queue if one.copy == copy and one.state in WITH_COPY), None
        )

    def may_take_off(self, copy: int, patron: int) -> bool:
        """Whoever lapsed with this copy, or is next; anybody when nobody may have it."""
        waiting = self.waiting_for(self.copies[copy].bib)
        following = [one for one in waiting if self.may_have_a_copy(one)]
        late = [one.patron for one in self.in_state("lapsed") if one.copy == copy]
        return not following or patron in (following[0].patron, *late)

    def may_have_a_copy(self, one: PlainReservation) -> bool:
        first, last = self.suspensions.get(one.patron, (date.max, date.min))
        return (
            not first <= self.today <= last
            and one.patron not in self.expired
            and not self.has_open_predecessor(one)
        )

    def has_open_predecessor(self, one: PlainReservation) -> bool:
        order = self.sequence_of(one)
        before = order[: order.index(one)] if order else []
        return any(earlier.state in OPEN for earlier in before)

    def has_lost_predecessor(self, one: PlainReservation) -> bool:
        order = self.sequence_of(one)
        before = order[: order.index(one)] if order else []
        return any(earlier.state in ("cancelled", "lapsed") for earlier in before)

    def owned(self, bib: int) -> bool:
        return any(copy.bib == bib and copy.where != "missing" for copy in self.copies)

    def can_move(self, one: PlainReservation, step: int) -> bool:
        order = self.sequence_of(one)
        place = order.index(one) + step
        return 0 <= place < len(order) and one.state == order[place].state == "waiting"

    def movable(self, step: int) -> list[PlainReservation]:
        return [one for order in self.sequences for one in order if self.can_move(one, step)]
