"""What happens at counters and as days pass, as rules of the state machine."""

from datetime import timedelta

from hypothesis import strategies as st

from circulation.returning import take_back
from reservations import hold_shelf, staff_actions
from reservations.cancelling import cancel_by_staff
from tests.reservations.paired_library import COPIES, PATRONS, PairedLibrary, branches, whatever
from tests.reservations.reference_facts import OPEN, WITH_COPY

LONGEST_ON_THE_HOLD_SHELF = 16  # days: ten, and those by which a deadline moves off closed days


class CounterRules(PairedLibrary):
    def scan(self) -> None:
        """A copy that is away from its shelf, if there is one."""
        away = [n for n, copy in enumerate(self.model.copies) if copy.where != "shelf"]
        copy, here = self.draw_one(away, range(len(COPIES))), self.draw(branches)
        self.both(
            "scan",
            lambda: take_back(self.copies[copy], branch=self.branches[here], at=self.now),
            lambda: self.model.scan(copy, here),
        )

    def lend_something(self) -> None:
        """A copy that stands on no hold shelf, to any patron whose card is valid."""
        free = [n for n in self.model.copies_in_hand() if self.model.copies[n].where == "shelf"]
        copy = self.draw_one(free or self.model.copies_in_hand(), range(len(COPIES)))
        valid = [n for n in range(PATRONS) if n not in self.model.expired]
        self.lend("lend_something", copy, self.draw_one(valid, range(PATRONS)), self.draw(branches))

    def lend_what_was_reserved(self) -> None:
        """To the patron who reserved it, the copy given or another one of the same bib."""
        valid = [one for one in self.model.in_state(*OPEN) if one.patron not in self.model.expired]
        one, _ = self.pick([one for one in valid if one.state in WITH_COPY] or valid)
        of_bib = [n for n, (bib, _) in enumerate(COPIES) if bib == one.bib]
        given = one.copy if one.copy in of_bib else of_bib[0]
        copy = of_bib[of_bib.index(given) - self.draw(whatever)]
        self.lend("lend_what_was_reserved", copy, one.patron, self.draw(branches))

    def lose(self) -> None:
        """Not on its shelf, not arrived, gone from the hold shelf; it is found when scanned."""
        copy = self.draw_one(self.model.copies_in_hand(), range(len(COPIES)))
        self.both(
            "lose",
            lambda: staff_actions.mark_missing(self.copies[copy], staff=None, at=self.now),
            lambda: self.model.lose(copy),
        )

    def set_priority(self) -> None:
        one, row = self.pick(self.model.in_state("waiting"))
        priority = self.draw(st.integers(-1, 1))
        self.both(
            "set_priority",
            lambda: staff_actions.set_priority(row, priority, "急ぎ", staff=None, at=self.now),
            lambda: self.model.set_priority(one, priority),
        )

    def end_by_staff(self) -> None:
        one, row = self.pick(self.model.in_state(*OPEN))
        self.both(
            "end_by_staff",
            lambda: cancel_by_staff(row, "お申し出により", staff=None, at=self.now),
            lambda: self.model.end_by_staff(one),
        )

    def days_pass(self) -> None:
        """Few days, in which a hold may stay on its shelf."""
        self._to_a_later_day("days_pass", self.draw(st.sampled_from([1, 3])))

    def deadline_passes(self) -> None:
        """So many days that everything on the hold shelf lapses."""
        self._to_a_later_day("deadline_passes", LONGEST_ON_THE_HOLD_SHELF)

    def _to_a_later_day(self, name: str, days: int) -> None:
        self.model.now += timedelta(days=days)
        self.both(
            name,
            lambda: hold_shelf.lapse_all_overdue(at=self.now),
            self.model.lapse_what_is_overdue,
        )
