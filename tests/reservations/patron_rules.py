"""What patrons do, as rules of the state machine."""

from datetime import date, timedelta

from hypothesis import strategies as st

from patrons.models.patron import ContactMethod
from reservations import sequences, suspension
from reservations.cancelling import cancel
from reservations.changing import change, change_all_waiting
from tests.reservations.paired_library import (
    BIBS,
    PATRONS,
    PairedLibrary,
    branches,
    patrons,
)
from tests.reservations.reference_facts import PlainReservation

NOT_EXPIRED, EXPIRED = date(2099, 3, 31), date(2020, 3, 31)

bibs = st.lists(st.integers(0, BIBS - 1), min_size=1, max_size=BIBS, unique=True)


class PatronRules(PairedLibrary):
    def place(self) -> None:
        """For a patron who can place at least one of them, if there is any."""
        chosen = self.draw(bibs)
        can = self.model.who_can_place(chosen)
        if not can:
            chosen = list(range(BIBS))
            can = self.model.who_can_place(chosen)
        patron = self.draw_one(can, range(PATRONS))
        in_order = self.draw(st.booleans())
        self.place_all("place", patron, chosen, pickup=self.draw(branches), in_order=in_order)

    def cancel(self) -> None:
        one, row = self.pick(self.model.in_state("waiting", "to_fetch"))
        self.both("cancel", lambda: cancel(row, at=self.now), lambda: self.model.cancel(one))

    def change(self) -> None:
        one, row = self.pick(self.model.in_state("waiting"))
        pickup = self.draw(branches)
        self.both(
            "change",
            lambda: change(
                row,
                pickup_branch=self.branches[pickup],
                contact_method=ContactMethod.NONE,
                at=self.now,
            ),
            lambda: self.model.change(one, pickup),
        )

    def change_all(self) -> None:
        patron, pickup = self.draw(patrons), self.draw(branches)
        self.both(
            "change_all",
            lambda: change_all_waiting(
                self.patrons[patron], pickup_branch=self.branches[pickup], at=self.now
            ),
            lambda: self.model.change_all(patron, pickup),
        )

    def form_sequence(self) -> None:
        """Of the open reservations of a patron who has several, perhaps without one of them."""
        several = [n for n in range(PATRONS) if len(self.model.open_of(n)) > 1]
        patron = self.draw_one(several, range(PATRONS))
        left_out = self.draw(st.sampled_from([None, None, None, 0, 1, 2]))
        mine = self.model.open_of(patron)[:: self.draw(st.sampled_from([1, -1]))]
        chosen = [one for n, one in enumerate(mine) if n != left_out]
        rows = [self.row(one) for one in chosen]
        self.both(
            "form_sequence",
            lambda: sequences.form_sequence(self.patrons[patron], rows, at=self.now),
            lambda: self.model.form_sequence(chosen),
        )

    def move_up(self) -> None:
        one, row = self.pick(self.model.movable(-1))
        self.both(
            "move_up",
            lambda: sequences.move_up(row, at=self.now),
            lambda: self.model.move(one, -1),
        )

    def move_down(self) -> None:
        one, row = self.pick(self.model.movable(1))
        self.both(
            "move_down",
            lambda: sequences.move_down(row, at=self.now),
            lambda: self.model.move(one, 1),
        )

    def leave_sequence(self) -> None:
        one, row = self.pick(self._in_sequences())
        self.both(
            "leave_sequence",
            lambda: sequences.leave_sequence(row, at=self.now),
            lambda: self.model.leave_sequence(one),
        )

    def dissolve(self) -> None:
        one, row = self.pick(self._in_sequences())
        self.both(
            "dissolve",
            lambda: sequences.dissolve(row, at=self.now),
            lambda: self.model.dissolve(one),
        )

    def _in_sequences(self) -> list[PlainReservation]:
        return [one for one in self.model.in_state("waiting") if self.model.sequence_of(one)]

    def suspend(self) -> None:
        patron = self.draw(patrons)
        first = self.model.today + timedelta(days=self.draw(st.integers(0, 2)))
        period = (first, first + timedelta(days=self.draw(st.integers(0, 4))))
        self.both(
            "suspend",
            lambda: suspension.set_suspension(
                self.patrons[patron], first_day=period[0], last_day=period[1], at=self.now
            ),
            lambda: self.model.suspensions.update({patron: period}),
        )

    def end_suspension(self) -> None:
        patron = self.draw_one(sorted(self.model.suspensions), range(PATRONS))
        self.both(
            "end_suspension",
            lambda: suspension.end_suspension(self.patrons[patron]),
            lambda: self.model.suspensions.pop(patron, None),
        )

    def card_expires_or_is_renewed(self) -> None:
        """At most one card is expired at a time: its patron can place and borrow nothing."""
        expired = next(iter(self.model.expired), None)
        whose = self.draw(patrons) if expired is None else expired

        def portal() -> None:
            self.patrons[whose].card_expires_on = EXPIRED if expired is None else NOT_EXPIRED
            self.patrons[whose].save()

        self.both(
            "card_expires_or_is_renewed",
            portal,
            lambda: self.model.expired.symmetric_difference_update({whose}),
        )
