"""The portal and the plain model side by side: each step is done by both, and both are compared.

The rules stand in patron_rules.py and counter_rules.py, one method each: it draws what it needs and
gives both sides to `both`.
"""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import time_machine
from django.db import transaction
from django.test import TestCase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from akiruno_library.refusals import Refusal
from catalog.calendar import opening_hours
from catalog.models import Copy
from circulation.lending import lend
from loans.models import Loan
from operation.invariants import offenders
from patrons.models.patron import ContactMethod
from reservations import queue, sequences
from reservations.models import Reservation
from reservations.placing import place
from reservations.summaries import ReservationSummary, _summaries, reservation_summaries
from tests.conftest import tokyo
from tests.factories import BibFactory, CopyFactory, PatronFactory, branch
from tests.reservations.reference_facts import WITH_COPY, No, PlainCopy, PlainReservation
from tests.reservations.reference_model import PlainLibrary

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
CHECKED_EVERY = 1 if NIGHTLY else 8  # steps between two looks at everything that spans tables
BRANCHES = ["chuo", "el"]
COPIES = [(0, 0), (0, 1), (1, 0), (2, 1)]  # bib and home branch
LENT_AT_FIRST = [0, 1, 2]  # of these copies
BIBS, PATRONS = 3, 5
READER = 4  # the patron who has them on loan at first
AT_FIRST = "at first"  # what a run begins with counts for no rule

patrons = st.integers(0, PATRONS - 1)
branches = st.integers(0, len(BRANCHES) - 1)
which = st.integers(0, 60)  # of the candidates, round and round
whatever = st.sampled_from([False] * 7 + [True])

OF_THE_CARD = ("card_expired", "is_stopped")
DONE, REFUSED, WITHOUT_EFFECT = Counter[str](), Counter[str](), Counter[str]()


def none_drawn(strategy: object) -> Any:
    raise AssertionError(f"{strategy} is drawn outside of a step")


class PairedLibrary(RuleBasedStateMachine):
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
        self.draw: Callable = none_drawn
        self.rows: dict[int, int] = {}  # the model's reservations and the portal's

    @initialize()
    def more_wait_than_there_are_copies(self) -> None:
        for copy in LENT_AT_FIRST:
            self.lend(AT_FIRST, copy, READER, 0)
        for patron in range(READER):
            in_order = patron in (1, 2)
            self.place_all(AT_FIRST, patron, range(BIBS), pickup=patron % 2, in_order=in_order)

    def teardown(self) -> None:
        assert not self.steps or offenders() == {}
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    @property
    def now(self):
        return self.model.now

    # --- Both do it -----------------------------------------------------------------------------

    def both(self, name: str, portal: Callable[[], object], model: Callable[[], object]) -> None:
        """Do it twice, compare, let the jobs run, compare again."""
        self.model.now += timedelta(minutes=1)
        with time_machine.travel(self.now, tick=False):
            self._do(name, portal, model)
            self._run_jobs()
            self.compare()

    def _do(self, name: str, portal: Callable[[], object], model: Callable[[], object]) -> None:
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
            (DONE if self.model.picture() != before else WITHOUT_EFFECT)[name] += 1

    def _run_jobs(self) -> None:
        with TestCase.captureOnCommitCallbacks(execute=True):
            for pk in sequences.predecessors_without_copy():
                sequences.remove_predecessor_without_copy(pk, at=self.now)
        with TestCase.captureOnCommitCallbacks(execute=True):
            for bib_id in queue.bibs_with_missed_copies(at=self.now):
                queue.offer_free_copies(bib_id, at=self.now)
        self.model.settle()

    def place_all(
        self, name: str, patron: int, bibs: Sequence[int], *, pickup: int, in_order: bool
    ) -> None:
        chosen = [self.bibs[n] for n in bibs]
        self.both(
            name,
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

    def lend(self, name: str, copy: int, patron: int, here: int) -> None:
        self.both(
            name,
            lambda: lend(
                self.copies[copy], self.patrons[patron], branch=self.branches[here], at=self.now
            ),
            lambda: self.model.lend(copy, patron, here),
        )

    def pick(self, candidates: Sequence[PlainReservation]) -> tuple[PlainReservation, Reservation]:
        """Draw one of the candidates; one time in eight, one of all reservations."""
        one = self.draw_one(candidates, self.model.queue)
        return one, self.row(one)

    def draw_one(self, candidates: Sequence, everything: Sequence) -> Any:
        """The number is drawn before it is known how many there are, so that steps shrink well."""
        some = everything if self.draw(whatever) or not candidates else candidates
        return some[self.draw(which) % len(some)]

    def row(self, one: PlainReservation) -> Reservation:
        return Reservation.objects.get(pk=self.rows[id(one)])

    # --- Both are compared ----------------------------------------------------------------------

    def compare(self) -> None:
        self._learn_new_rows()
        stored = Reservation.objects.select_related("pickup_branch").in_bulk(
            list(self.rows.values())
        )
        assert len(stored) == Reservation.objects.filter(bib__in=self.bibs).count()
        for one in self.model.queue:
            self._row_agrees(one, stored[self.rows[id(one)]])
        self._pages_agree()
        self._copies_agree()
        self.steps += 1
        if self.steps % CHECKED_EVERY == 0:
            assert offenders() == {}

    def _learn_new_rows(self) -> None:
        known = set(self.rows.values())
        for one in self.model.queue:
            if id(one) not in self.rows:
                new = Reservation.objects.exclude(pk__in=known).get(
                    patron=self.patrons[one.patron], bib=self.bibs[one.bib]
                )
                self.rows[id(one)] = new.pk
                known.add(new.pk)

    def _row_agrees(self, one: PlainReservation, row: Reservation) -> None:
        assert row.state == one.state
        assert row.patron_id == self.patrons[one.patron].pk
        assert row.pickup_branch == self.branches[one.pickup]
        if one.state in WITH_COPY:
            assert one.copy is not None
            assert row.copy_id == self.copies[one.copy].pk

    def _pages_agree(self) -> None:
        """My Page of every patron, read in one statement; in turn one of them by its own door."""
        theirs = Reservation.objects.filter(patron__in=self.patrons)
        # Whose card they are read for changes nothing that is compared here.
        both = theirs.open() | theirs.closed_lately(self.now)
        summaries = _summaries(self.patrons[0], both, at=self.now)
        seen = {one.pk: one for one in summaries.open}
        closed = {one.pk for one in summaries.closed}
        everybody = range(PATRONS)
        assert seen.keys() == self._pks(one for n in everybody for one in self.model.open_of(n))
        assert closed == self._pks(one for n in everybody for one in self.model.closed_lately(n))
        for one in self.model.queue:
            if self.rows[id(one)] in seen:
                self._summary_agrees(one, seen[self.rows[id(one)]])
        turn = self.steps % PATRONS
        own = reservation_summaries(self.patrons[turn], at=self.now)
        mine = [self.rows[id(one)] for one in self.model.open_of(turn)]
        card = {name: getattr(own.open[0], name) for name in OF_THE_CARD} if mine else {}
        assert {one.pk: one for one in own.open} == {pk: replace(seen[pk], **card) for pk in mine}
        assert {one.pk for one in own.closed} == self._pks(self.model.closed_lately(turn))

    def _pks(self, some) -> set[int]:
        return {self.rows[id(one)] for one in some}

    def _summary_agrees(self, one: PlainReservation, seen: ReservationSummary) -> None:
        waiting = self.model.waiting_for(one.bib) if one.state == "waiting" else []
        order = self.model.sequence_of(one)
        first, last = self.model.suspensions.get(one.patron, (date.max, date.min))
        assert seen.state == one.state
        assert seen.position == (waiting.index(one) + 1 if waiting else 0)
        assert seen.order_no == (order.index(one) + 1 if order else None)
        assert seen.has_open_predecessor == self.model.has_open_predecessor(one)
        assert seen.has_lost_predecessor == self.model.has_lost_predecessor(one)
        assert seen.suspended == (first <= self.model.today <= last)
        assert seen.pickup_branch == self.branches[one.pickup].name
        assert seen.is_transfer == one.is_transfer
        assert seen.deadline == (one.deadline if one.state == "ready" else None)

    def _copies_agree(self) -> None:
        rows = Copy.objects.select_related("current_branch").in_bulk([c.pk for c in self.copies])
        for mine, copy in zip(self.model.copies, self.copies, strict=True):
            row = rows[copy.pk]
            assert (row.whereabouts, row.current_branch) == (mine.where, self.branches[mine.at])
        lent = Loan.objects.open().filter(copy__in=self.copies).values_list("copy", "patron")
        on_loan = [
            (self.copies[n].pk, self.patrons[copy.borrower].pk)
            for n, copy in enumerate(self.model.copies)
            if copy.borrower is not None
        ]
        assert sorted(lent) == sorted(on_loan)
