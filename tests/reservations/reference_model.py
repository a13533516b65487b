"""The rules of queues, said once more in plain lists, to check the portal's verbs against.

No database, no locks, no imports of the portal: what a reader of rules 5.1 to 5.12 would write on
paper. Numbers stand for branches, bibs, copies and patrons.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

LIMIT = 20
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
class PlainLibrary:
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

    # --- Questions ------------------------------------------------------------------------

    def open_of(self, patron: int) -> list[PlainReservation]:
        return [one for one in self.queue if one.patron == patron and one.state in OPEN]

    def in_state(self, *states: str) -> list[PlainReservation]:
        return [one for one in self.queue if one.state in states]

    def can_place(self, patron: int, bibs: Sequence[int]) -> bool:
        """One of these bibs at least."""
        taken = {one.bib for one in self.open_of(patron)}
        taken |= {copy.bib for copy in self.copies if copy.borrower == patron}
        left = [bib for bib in bibs if bib not in taken and self.owned(bib)]
        return bool(left) and patron not in self.expired

    def picture(self) -> str:
        """Everything but the clock; two are compared to see whether something has happened."""
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

    def owned(self, bib: int) -> bool:
        return any(copy.bib == bib and copy.where != "missing" for copy in self.copies)

    # --- What the library does by itself ----------------------------------------------------

    def assign(self, bib: int) -> None:
        while True:
            free = [
                n for n, copy in enumerate(self.copies) if copy.bib == bib and copy.where == "shelf"
            ]
            served = [one for one in self.waiting_for(bib) if self.may_have_a_copy(one)]
            if not free or not served:
                return
            one = served[0]
            one.copy = min(free, key=lambda n: (self.copies[n].at != one.pickup, n))
            one.state, self.copies[one.copy].where = "to_fetch", "claimed"

    def settle(self) -> None:
        """Orders are freed of what no copy can reach; every free copy is offered."""
        for order in list(self.sequences):
            for one in list(order):
                later = order[order.index(one) + 1 :]
                without_copy = one.state == "waiting" and not self.owned(one.bib)
                if without_copy and any(after.state == "waiting" for after in later):
                    order.remove(one)
            self._tidy(order)
        for bib in {copy.bib for copy in self.copies}:
            self.assign(bib)

    def _tidy(self, order: list[PlainReservation]) -> None:
        if len(order) < 2 or not any(one.state in OPEN for one in order):
            self.sequences = [other for other in self.sequences if other is not order]

    def day_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        for one in self.queue:
            if one.state == "ready" and one.deadline is not None and one.deadline < self.today:
                self._end(one, "lapsed")

    # --- What patrons do ----------------------------------------------------------------------

    def place(self, patron: int, bibs: Sequence[int], pickup: int, *, in_order: bool) -> None:
        if patron in self.expired:
            raise No
        placed = []
        for bib in bibs:
            mine = self.open_of(patron)
            at_home = any(copy.bib == bib and copy.borrower == patron for copy in self.copies)
            if at_home or not self.owned(bib) or len(mine) >= LIMIT:
                continue
            if all(one.bib != bib for one in mine):
                placed.append(PlainReservation(patron, bib, pickup))
                self.queue.append(placed[-1])
        if in_order:
            mine = self.open_of(patron)
            chosen = [one for bib in bibs for one in mine if one.bib == bib]
            with_suppressed_refusal(self.form_sequence, chosen)
        for one in placed:
            self.assign(one.bib)
            one.is_transfer = one.state == "to_fetch"

    def cancel(self, one: PlainReservation) -> None:
        if one.state not in ("waiting", "to_fetch"):
            raise No
        if one.copy is not None:
            self.copies[one.copy].where = "shelf"
        self._end(one, "cancelled")

    def change(self, one: PlainReservation, pickup: int) -> None:
        if one.state != "waiting":
            raise No
        one.pickup = pickup

    def form_sequence(self, chosen: Sequence[PlainReservation]) -> None:
        chosen = [one for one in chosen if one.state in OPEN]
        ordered = [one for n, one in enumerate(chosen) if n == 0 or one.state == "waiting"]
        if len(ordered) < 2:
            raise No
        for order in list(self.sequences):
            if any(one in order for one in ordered):
                order[:] = [one for one in order if one not in ordered]
                self._tidy(order)
        self.sequences.append(ordered)

    def leave_sequence(self, one: PlainReservation) -> None:
        order = self.sequence_of(one)
        if not order or one.state not in OPEN:
            raise No
        order.remove(one)
        self._tidy(order)

    def move(self, one: PlainReservation, step: int) -> None:
        order = self.sequence_of(one)
        if not order or one.state not in OPEN:
            raise No
        place = order.index(one)
        if 0 <= place + step < len(order):
            other = order[place + step]
            if one.state == other.state == "waiting":
                order[place], order[place + step] = other, one

    # --- What happens at counters -----------------------------------------------------------

    def scan(self, number: int, branch: int) -> None:
        copy = self.copies[number]
        copy.borrower = None
        one = self.claim_on(number) or next(
            (one for one in self.waiting_for(copy.bib) if self.may_have_a_copy(one)), None
        )
        if one is None:
            copy.where, copy.at = ("shelf" if copy.home == branch else "in_transit"), copy.home
            return
        one.copy, copy.at = number, one.pickup
        if one.pickup != branch:
            one.state, copy.where, one.deadline = "in_transit", "in_transit", None
        elif one.state != "ready":
            one.state, copy.where = "ready", "hold_shelf"
            one.deadline = self.next_open_day(branch, self.today + timedelta(days=10))

    def lend(self, number: int, patron: int, branch: int) -> None:
        copy, claim = self.copies[number], self.claim_on(number)
        others = claim is not None and claim.patron != patron and claim.state != "to_fetch"
        if patron in self.expired or others or copy.where in ("on_loan", "missing"):
            raise No
        copy.where, copy.at, copy.borrower = "on_loan", branch, patron
        reservation = next((one for one in self.open_of(patron) if one.bib == copy.bib), None)
        if reservation is not None:
            if (
                reservation.copy not in (None, number)
                and self.copies[reservation.copy].where == "claimed"
            ):
                self.copies[reservation.copy].where = "shelf"
            reservation.copy = number
            self._end(reservation, "collected")
        if claim is not None and claim is not reservation:
            self._release(claim)

    def lose(self, number: int) -> None:
        """Not on the shelf where it should be, not arrived, gone from the hold shelf."""
        copy, claim = self.copies[number], self.claim_on(number)
        if copy.where in ("on_loan", "missing"):
            raise No
        copy.where = "missing"
        if claim is not None:
            self._release(claim)

    def set_priority(self, one: PlainReservation, priority: int) -> None:
        if one.state != "waiting":
            raise No
        one.priority = priority

    def end_by_staff(self, one: PlainReservation) -> None:
        """What has moved stays where it is until it is scanned."""
        if one.state not in OPEN:
            raise No
        if one.state == "to_fetch" and one.copy is not None:
            self.copies[one.copy].where = "shelf"
        self._end(one, "cancelled")

    def _end(self, one: PlainReservation, state: str) -> None:
        one.state, one.closed_at = state, self.now

    def _release(self, one: PlainReservation) -> None:
        one.state, one.copy = "waiting", None
        self.assign(one.bib)
        if one.state == "waiting":
            one.is_transfer = False


def with_suppressed_refusal(action: Callable[..., None], *facts: object) -> None:
    try:
        action(*facts)
    except No:
        return
