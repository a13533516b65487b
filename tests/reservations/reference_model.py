"""The rules of queues, said once more in plain lists, to check the portal's verbs against.

What a reader of rules 5.1 to 5.12 would write on paper; reference_facts.py answers questions.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from tests.reservations.reference_facts import OPEN, No, PlainFacts, PlainReservation

LIMIT = 20
HOLD_SHELF = timedelta(days=10)


class PlainLibrary(PlainFacts):
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

    def lapse_what_is_overdue(self) -> None:
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

    def change_all(self, patron: int, pickup: int) -> None:
        for one in self.open_of(patron):
            if one.state == "waiting":
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

    def dissolve(self, one: PlainReservation) -> None:
        order = self.sequence_of(one)
        if not order or one.state not in OPEN:
            raise No
        self.sequences.remove(order)

    def move(self, one: PlainReservation, step: int) -> None:
        order = self.sequence_of(one)
        if not order or one.state not in OPEN:
            raise No
        if self.can_move(one, step):
            place = order.index(one)
            order[place], order[place + step] = order[place + step], one

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
            one.deadline = self.next_open_day(branch, self.today + HOLD_SHELF)

    def lend(self, number: int, patron: int, branch: int) -> None:
        copy, claim = self.copies[number], self.claim_on(number)
        others = claim is not None and claim.patron != patron and claim.state != "to_fetch"
        if patron in self.expired or others or copy.where in ("on_loan", "missing"):
            raise No
        if claim is None and copy.where == "hold_shelf" and not self.may_take_off(number, patron):
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
