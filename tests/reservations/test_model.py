"""A hypothesis state machine of the queue against a model of plain lists.

Each run begins with queues that are longer than copies. Who is acted on is picked by state, so
that most steps do something; one pick in eight takes whatever there is, which is often refused.
The test fails when a rule did too little.

A small number of runs with the other tests; 500 runs of 50 steps with HYPOTHESIS_PROFILE=nightly.
"""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import TestCase
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from akiruno_library.refusals import Refusal
from catalog.calendar import opening_hours
from catalog.models import Copy
from circulation.lending import lend
from circulation.returning import take_back
from loans.models import Loan
from operation.invariants import offenders
from patrons.models.patron import ContactMethod
from reservations import hold_shelf, queue, sequences, staff_actions, suspension
from reservations.cancelling import cancel, cancel_by_staff
from reservations.changing import change
from reservations.models import Reservation
from reservations.placing import place
from reservations.summaries import ReservationSummary, reservation_summaries
from tests.conftest import tokyo
from tests.factories import BibFactory, CopyFactory, PatronFactory, branch
from tests.reservations.reference_model import OPEN, No, PlainCopy, PlainLibrary, PlainReservation

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
RUNS, STEPS = (500, 50) if NIGHTLY else (10, 40)
CHECKED_EVERY = 1 if NIGHTLY else 8  # steps between two looks at everything that spans tables
BRANCHES = ["chuo", "el"]
COPIES = [(0, 0), (0, 1), (1, 0), (2, 1)]  # bib and home branch
LENT_AT_FIRST = [0, 1, 2]  # of these copies
BIBS, PATRONS = 3, 5
READER = 4  # the patron who has them at home
NOT_EXPIRED, EXPIRED = date(2099, 3, 31), date(2020, 3, 31)

bibs = st.lists(st.integers(0, BIBS - 1), min_size=1, max_size=BIBS, unique=True)
patrons = st.integers(0, PATRONS - 1)
copies = st.integers(0, len(COPIES) - 1)
branches = st.integers(0, len(BRANCHES) - 1)
which = st.integers(0, 60)  # of those that it is about, round and round
whatever = st.sampled_from([False] * 7 + [True])  # or of all, whatever their state

DONE, REFUSED, IDLE = Counter[str](), Counter[str](), Counter[str]()
FEWEST = dict.fromkeys(  # times that each rule must have changed something in the short run
    [
        *("place", "cancel", "change", "form_sequence", "rearrange", "suspend"),
        *("card_expires_or_is_renewed", "scan", "lend_what_was_reserved", "set_priority"),
        "end_by_staff",
    ],
    1,
)


def seldom(steps: int) -> Callable:
    """A rule whose effect would make most others refuse: possible in one step of so many."""
    return precondition(lambda self: self.steps % steps == 0)


class Queues(RuleBasedStateMachine):
    """Each step is done by the portal and by the model, must be refused by both or neither, and
    leaves both in the same state."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.branches = [branch(code) for code in BRANCHES]
        self.bibs = BibFactory.create_batch(BIBS)
        self.patrons = PatronFactory.create_batch(PATRONS)
        self.copies = [
            CopyFactory(bib=self.bibs[bib], home_branch=self.branches[home]) for bib, home in COPIES
        ]
        self.model = PlainLibrary(
            now=tokyo("2026-11-04"),
            copies=[PlainCopy(bib, home, at=home) for bib, home in COPIES],
            patrons=PATRONS,
            next_open_day=lambda n, day: opening_hours.next_open_day(self.branches[n], day),
        )
        self.steps = 0
        self.rows: dict[int, int] = {}  # the model's reservations and the portal's

    def teardown(self) -> None:
        assert not self.steps or offenders() == {}
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    @property
    def now(self):
        return self.model.now

    @initialize()
    def more_wait_than_there_are_copies(self) -> None:
        for copy in LENT_AT_FIRST:
            self.lend("lend", copy, READER, 0)
        for patron in range(READER):
            self.place_all(patron, range(BIBS), pickup=patron % 2, in_order=patron in (1, 2))

    def both(self, name: str, portal: Callable[[], object], model: Callable[[], object]) -> None:
        """Do it twice, compare, let the jobs run, compare again."""
        self.model.now += timedelta(minutes=1)
        with time_machine.travel(self.now, tick=False):
            self._both(name, portal, model)

    def _both(self, name: str, portal: Callable[[], object], model: Callable[[], object]) -> None:
        before = self.model.picture()
        refused = None
        try:
            with TestCase.captureOnCommitCallbacks(execute=True), transaction.atomic():
                portal()
        except Refusal as refusal:
            refused = refusal
        try:
            model()
        except No:
            assert refused is not None, "the portal allowed what the rules refuse"
            REFUSED[name] += 1
        else:
            assert refused is None, f"the portal refused what the rules allow: {refused}"
            (DONE if self.model.picture() != before else IDLE)[name] += 1
        with TestCase.captureOnCommitCallbacks(execute=True):
            for pk in sequences.predecessors_without_copy():
                sequences.remove_predecessor_without_copy(pk, at=self.now)
        with TestCase.captureOnCommitCallbacks(execute=True):
            for bib_id in queue.bibs_with_missed_copies(at=self.now):
                queue.offer_free_copies(bib_id, at=self.now)
        self.model.settle()
        self.compare()

    def compare(self) -> None:
        known = set(self.rows.values())
        for one in self.model.queue:
            if id(one) not in self.rows:
                new = Reservation.objects.exclude(pk__in=known).get(
                    patron=self.patrons[one.patron], bib=self.bibs[one.bib]
                )
                self.rows[id(one)] = new.pk
                known.add(new.pk)
        stored = (
            Reservation.objects.with_position().select_related("pickup_branch").in_bulk(list(known))
        )
        assert len(stored) == Reservation.objects.filter(bib__in=self.bibs).count()
        for one in self.model.queue:
            self._same(one, stored[self.rows[id(one)]])
        self.compare_what_my_page_shows()
        rows = Copy.objects.select_related("current_branch").in_bulk([c.pk for c in self.copies])
        for mine, copy in zip(self.model.copies, self.copies, strict=True):
            row = rows[copy.pk]
            assert (row.whereabouts, row.current_branch) == (mine.where, self.branches[mine.at])
        lent = Loan.objects.open().filter(copy__in=self.copies).count()
        assert lent == sum(copy.borrower is not None for copy in self.model.copies)
        self.steps += 1
        if self.steps % CHECKED_EVERY == 0:
            assert offenders() == {}

    def compare_what_my_page_shows(self) -> None:
        """Positions, predecessors, suspensions and the closed ones, patron by patron."""
        for number, patron in enumerate(self.patrons):
            summaries = reservation_summaries(patron, at=self.now)
            seen = {one.pk: one for one in summaries.open}
            mine = self.model.open_of(number)
            assert seen.keys() == {self.rows[id(one)] for one in mine}
            for one in mine:
                self._summary_agrees(one, seen[self.rows[id(one)]])
            closed = {self.rows[id(one)] for one in self.model.closed_lately(number)}
            assert {one.pk for one in summaries.closed} == closed

    def _summary_agrees(self, one: PlainReservation, seen: ReservationSummary) -> None:
        waiting = self.model.waiting_for(one.bib) if one.state == "waiting" else []
        assert seen.state == one.state
        assert seen.position == (waiting.index(one) + 1 if waiting else 0)
        assert seen.has_open_predecessor == self.model.has_open_predecessor(one)
        first, last = self.model.suspensions.get(one.patron, (date.max, date.min))
        assert seen.suspended == (first <= self.model.today <= last)

    def _same(self, one: PlainReservation, row: Reservation) -> None:
        assert row.state == one.state
        assert row.pickup_branch == self.branches[one.pickup]
        if one.state in ("to_fetch", "in_transit", "ready"):
            assert one.copy is not None
            assert row.copy_id == self.copies[one.copy].pk
        assert row.is_transfer == one.is_transfer
        if one.state == "ready":
            assert row.deadline == one.deadline
        if one.state == "waiting":
            waiting = self.model.waiting_for(one.bib)
            assert row.position == waiting.index(one) + 1
        order = self.model.sequence_of(one)
        if one.state in ("waiting", "to_fetch", "in_transit", "ready"):
            assert row.order_no == (order.index(one) + 1 if order else None)

    def pick(
        self, number: int, among: Sequence[PlainReservation], whatever: bool = False
    ) -> tuple[PlainReservation, Reservation]:
        some = self.model.queue if whatever or not among else among
        one = some[number % len(some)]
        return one, Reservation.objects.get(pk=self.rows[id(one)])

    # --- Patrons ------------------------------------------------------------------------------

    @rule(number=which, bibs=bibs, pickup=branches, in_order=st.booleans())
    def place(self, number: int, bibs: list[int], pickup: int, in_order: bool) -> None:
        """For somebody who can place one at least, where there is anybody."""
        can = [n for n in range(PATRONS) if self.model.can_place(n, bibs)] or [0]
        self.place_all(can[number % len(can)], bibs, pickup=pickup, in_order=in_order)

    def place_all(self, patron: int, bibs: Sequence[int], *, pickup: int, in_order: bool) -> None:
        chosen = [self.bibs[n] for n in bibs]
        self.both(
            "place",
            lambda: place(
                self.patrons[patron],
                chosen,
                pickup_branch=self.branches[pickup],
                contact_method=ContactMethod.NONE,
                in_sequence=[[bib.pk for bib in chosen]] if in_order else [],
                at=self.now,
            ),
            lambda: self.model.place(patron, bibs, pickup, in_order=in_order),
        )

    @rule(number=which, whatever=whatever)
    def cancel(self, number: int, whatever: bool) -> None:
        one, row = self.pick(number, self.model.in_state("waiting", "to_fetch"), whatever)
        self.both("cancel", lambda: cancel(row, at=self.now), lambda: self.model.cancel(one))

    @rule(number=which, pickup=branches, whatever=whatever)
    def change(self, number: int, pickup: int, whatever: bool) -> None:
        one, row = self.pick(number, self.model.in_state("waiting"), whatever)
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

    @rule(
        number=which,
        upside_down=st.booleans(),
        leave_out=st.sampled_from([None, None, None, 0, 1, 2]),
    )
    def form_sequence(self, number: int, upside_down: bool, leave_out: int | None) -> None:
        """For one of those who have most that waits."""
        several = [n for n in range(PATRONS) if len(self.model.open_of(n)) > 1] or [0]
        patron = several[number % len(several)]
        mine = self.model.open_of(patron)[:: -1 if upside_down else 1]
        chosen = [one for n, one in enumerate(mine) if n != leave_out]
        rows = [Reservation.objects.get(pk=self.rows[id(one)]) for one in chosen]
        self.both(
            "form_sequence",
            lambda: sequences.form_sequence(self.patrons[patron], rows, at=self.now),
            lambda: self.model.form_sequence(chosen),
        )

    @rule(
        number=which,
        action=st.sampled_from(["out", "up", "down", "up", "down"]),
        whatever=whatever,
    )
    def rearrange(self, number: int, action: str, whatever: bool) -> None:
        """One of a sequence, where there is any."""
        among = [one for order in self.model.sequences for one in order if one.state == "waiting"]
        one, row = self.pick(number, among, whatever)
        portal = {
            "out": sequences.leave_sequence,
            "up": sequences.move_up,
            "down": sequences.move_down,
        }
        model = {
            "out": lambda: self.model.leave_sequence(one),
            "up": lambda: self.model.move(one, -1),
            "down": lambda: self.model.move(one, 1),
        }
        self.both("rearrange", lambda: portal[action](row, at=self.now), model[action])

    @seldom(4)
    @rule(patron=patrons, begins_in=st.integers(0, 2), days=st.integers(0, 4))
    def suspend(self, patron: int, begins_in: int, days: int) -> None:
        first = self.model.today + timedelta(days=begins_in)
        period = (first, first + timedelta(days=days))
        self.both(
            "suspend",
            lambda: suspension.set_suspension(
                self.patrons[patron], first_day=period[0], last_day=period[1], at=self.now
            ),
            lambda: self.model.suspensions.update({patron: period}),
        )

    @precondition(lambda self: self.model.suspensions and self.steps % 2)
    @rule(number=which)
    def end_suspension(self, number: int) -> None:
        suspended = sorted(self.model.suspensions)
        patron = suspended[number % len(suspended)]
        self.both(
            "end_suspension",
            lambda: suspension.end_suspension(self.patrons[patron]),
            lambda: self.model.suspensions.pop(patron, None),
        )

    @seldom(4)
    @rule(patron=patrons)
    def card_expires_or_is_renewed(self, patron: int) -> None:
        """One card at a time is expired: with it nothing is placed and nothing lent."""
        expired = next(iter(self.model.expired), None)
        whose = patron if expired is None else expired

        def portal() -> None:
            self.patrons[whose].card_expires_on = EXPIRED if expired is None else NOT_EXPIRED
            self.patrons[whose].save()

        self.both(
            "card_expires_or_is_renewed",
            portal,
            lambda: self.model.expired.symmetric_difference_update({whose}),
        )

    # --- Counters and days ----------------------------------------------------------------------

    @rule(number=which, here=branches, whatever=whatever)
    def scan(self, number: int, here: int, whatever: bool) -> None:
        """A copy that is away from its shelf, where there is one."""
        away = [n for n, copy in enumerate(self.model.copies) if copy.where != "shelf"]
        some = range(len(COPIES)) if whatever or not away else away
        copy = some[number % len(some)]
        self.both(
            "scan",
            lambda: take_back(self.copies[copy], branch=self.branches[here], at=self.now),
            lambda: self.model.scan(copy, here),
        )

    @rule(number=which, patron=patrons, here=branches, whatever=whatever)
    def lend_something(self, number: int, patron: int, here: int, whatever: bool) -> None:
        in_hand = [
            n
            for n, copy in enumerate(self.model.copies)
            if copy.where not in ("on_loan", "missing")
        ]
        some = range(len(COPIES)) if whatever or not in_hand else in_hand
        self.lend("lend_something", some[number % len(some)], patron, here)

    def lend(self, name: str, copy: int, patron: int, here: int) -> None:
        self.both(
            name,
            lambda: lend(
                self.copies[copy], self.patrons[patron], branch=self.branches[here], at=self.now
            ),
            lambda: self.model.lend(copy, patron, here),
        )

    @precondition(lambda self: self.model.in_state("waiting", "to_fetch", "in_transit", "ready"))
    @rule(number=which, other_copy=whatever, here=branches)
    def lend_what_was_reserved(self, number: int, other_copy: bool, here: int) -> None:
        """To the patron who reserved it, the copy given or another one of the same bib."""
        among = self.model.in_state("ready", "to_fetch", "in_transit")
        one, _ = self.pick(number, among or self.model.in_state("waiting"))
        of_bib = [n for n, (bib, _) in enumerate(COPIES) if bib == one.bib]
        given = one.copy if one.copy in of_bib else of_bib[0]
        copy = of_bib[of_bib.index(given) - other_copy]
        self.lend("lend_what_was_reserved", copy, one.patron, here)

    @seldom(3)
    @rule(copy=copies)
    def lose(self, copy: int) -> None:
        """Not on its shelf, not arrived, gone from the hold shelf; it is found when scanned."""
        self.both(
            "lose",
            lambda: staff_actions.mark_missing(self.copies[copy], staff=None, at=self.now),
            lambda: self.model.lose(copy),
        )

    @rule(number=which, priority=st.integers(-1, 1), whatever=whatever)
    def set_priority(self, number: int, priority: int, whatever: bool) -> None:
        one, row = self.pick(number, self.model.in_state("waiting"), whatever)
        self.both(
            "set_priority",
            lambda: staff_actions.set_priority(row, priority, "急ぎ", staff=None, at=self.now),
            lambda: self.model.set_priority(one, priority),
        )

    @seldom(2)
    @rule(number=which, whatever=whatever)
    def end_by_staff(self, number: int, whatever: bool) -> None:
        one, row = self.pick(number, self.model.in_state(*sorted(OPEN)), whatever)
        self.both(
            "end_by_staff",
            lambda: cancel_by_staff(row, "お申し出により", staff=None, at=self.now),
            lambda: self.model.end_by_staff(one),
        )

    @seldom(2)
    @rule(days=st.sampled_from([1, 1, 3, 12]))
    def days_pass(self, days: int) -> None:
        def portal() -> None:
            hold_shelf.lapse_all_overdue(at=self.now)

        self.model.now += timedelta(days=days)
        self.both("days_pass", portal, lambda: self.model.day_passes(0))


@pytest.mark.django_db
def test_the_queue_and_a_model_of_plain_lists_agree(record_property):
    record_property("figure", f"{RUNS} runs of {STEPS} steps")
    run_state_machine_as_test(
        Queues,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not NIGHTLY,
            phases=[Phase.generate, Phase.shrink] if NIGHTLY else [Phase.generate],
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    told = [
        f"{name} {DONE[name]} done, {REFUSED[name]} refused, {IDLE[name]} idle" for name in FEWEST
    ]
    record_property("figure", "; ".join(told))
    assert [one for one in FEWEST if DONE[one] < FEWEST[one]] == [], told
