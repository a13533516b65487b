"""A hypothesis state machine of the queue against a model of plain lists.

Each run begins with queues that are longer than copies. A step draws one of the rules that have
something to do; rules after which most others are refused weigh least. The test fails when a rule
changed something less often than its floor.

A small number of runs with the other tests; 500 runs of 50 steps with HYPOTHESIS_PROFILE=nightly.
"""

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from tests.reservations.counter_rules import CounterRules
from tests.reservations.paired_library import BIBS, DONE, NIGHTLY, REFUSED, WITHOUT_EFFECT
from tests.reservations.patron_rules import PatronRules
from tests.reservations.reference_facts import OPEN
from tests.reservations.reference_model import PlainLibrary

RUNS, STEPS = (500, 50) if NIGHTLY else (14, 40)


@dataclass(frozen=True)
class Rule:
    weight: int  # in the drawing of one step
    floor: int  # times that it must have changed something: at most half of the least of ten seeds


RULES = {
    "place": Rule(4, 17),
    "cancel": Rule(2, 15),
    "change": Rule(4, 4),
    "change_all": Rule(4, 3),
    "form_sequence": Rule(3, 6),
    "move_up": Rule(4, 8),
    "move_down": Rule(4, 7),
    "leave_sequence": Rule(3, 3),
    "dissolve": Rule(3, 5),
    "suspend": Rule(2, 3),
    "end_suspension": Rule(6, 2),
    "card_expires_or_is_renewed": Rule(2, 3),
    "scan": Rule(8, 20),
    "lend_something": Rule(5, 2),
    "lend_what_was_reserved": Rule(5, 5),
    "lose": Rule(3, 3),
    "set_priority": Rule(4, 6),
    "end_by_staff": Rule(2, 4),
    "days_pass": Rule(1, 0),
    "deadline_passes": Rule(4, 1),
}

NO_VERBS = {"card_expires_or_is_renewed", "days_pass"}  # what happens without one


def has_something_to_do(model: PlainLibrary) -> dict[str, bool]:
    """The rules that need a certain state. The others can always be tried."""
    waiting, in_sequences = bool(model.in_state("waiting")), bool(model.sequences)
    return {
        "place": bool(model.who_can_place(range(BIBS))),
        "cancel": bool(model.in_state("waiting", "to_fetch")),
        "change": waiting,
        "set_priority": waiting,
        "move_up": bool(model.movable(-1)),
        "move_down": bool(model.movable(1)),
        "leave_sequence": in_sequences,
        "dissolve": in_sequences,
        "end_suspension": bool(model.suspensions),
        "lend_what_was_reserved": bool(model.in_state(*OPEN)),
        "lose": bool(model.copies_in_hand()),
        "end_by_staff": bool(model.in_state(*OPEN)),
        "deadline_passes": bool(model.in_state("ready")),
    }


class Queues(PatronRules, CounterRules):
    """The rules of both, on the same few bibs."""

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        self.draw = data.draw
        possible = has_something_to_do(self.model)
        bag = [
            name
            for name, rule in RULES.items()
            for _ in range(rule.weight)
            if possible.get(name, True)
        ]
        getattr(self, self.draw(st.sampled_from(bag)))()


@pytest.mark.django_db
def test_the_queue_and_a_model_of_plain_lists_agree(record_property):
    for counter in (DONE, REFUSED, WITHOUT_EFFECT):
        counter.clear()
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
    done = ", ".join(f"{name} {DONE[name]}" for name in RULES)
    record_property("figure", f"{RUNS} runs of {STEPS} steps; changed something: {done}")
    # Only what changed something counts: a refusal, or a change to what was there before, does not.
    assert {name: DONE[name] for name, rule in RULES.items() if DONE[name] < rule.floor} == {}
