"""What is mutated, and which tests are to notice it. The one list of modules."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from demo.environment import ROOT
from tests.mutation.operators import Mutant

SEED = re.compile(r"\bseed\b")


@dataclass(frozen=True)
class Target:
    name: str
    file: str
    tests: tuple[str, ...]
    seeds_only: bool = False
    """Mutate the constants that the library has promised; the others are ours to choose, and tests
    read them from the module on purpose."""

    @property
    def path(self) -> Path:
        return ROOT / self.file

    @property
    def module(self) -> str:
        return self.file.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")

    @property
    def notes_constants(self) -> bool:
        return self.seeds_only

    def only(self, mutants: Iterable[Mutant]) -> Iterator[Mutant]:
        lines = self.path.read_text().splitlines()
        for mutant in mutants:
            text = "\n".join(lines[mutant.lines[0] - 1 : mutant.lines[-1]])
            if not self.seeds_only or SEED.search(text):
                yield mutant


_COUNTER = ("tests/circulation/test_returning.py", "tests/circulation/test_lending.py")
_QUEUE = (
    "tests/reservations/test_queue.py",
    "tests/reservations/test_sequences.py",
    "tests/reservations/test_suspension.py",
    "tests/reservations/test_hold_shelf.py",
    "tests/reservations/test_cancelling.py",
    "tests/reservations/test_changing.py",
    "tests/reservations/test_placing.py",
)

TARGETS = {
    target.name: target
    for target in [
        Target(
            "policy",
            "akiruno_library/policy.py",
            ("tests/akiruno_library/test_policy.py",),
            seeds_only=True,
        ),
        Target(
            "eligibility",
            "patrons/privileges.py",
            ("tests/patrons/test_privileges.py", "tests/patrons/test_registration.py"),
        ),
        Target("identity", "patrons/identity.py", ("tests/patrons/test_identity.py",)),
        Target(
            "reservation-eligibility",
            "reservations/eligibility.py",
            ("tests/reservations/test_placing.py", "tests/reservations/test_pages.py"),
        ),
        Target(
            "availability",
            "catalog/copies/availability.py",
            ("tests/reservations/test_placing.py",),
        ),
        Target(
            "due-dates",
            "loans/due_dates.py",
            (
                "tests/circulation/test_lending.py",
                "tests/circulation/test_interlibrary_loans.py",
                "tests/circulation/test_renewal.py",
            ),
        ),
        Target(
            "due-soon",
            "loans/due_soon.py",
            ("tests/loans/test_due_soon.py", "tests/circulation/test_undo.py"),
        ),
        Target(
            "renewal",
            "circulation/renewal.py",
            (
                "tests/circulation/test_renewal.py",
                "tests/circulation/test_interlibrary_loans.py",
                "tests/loans/test_due_soon.py",
            ),
        ),
        Target(
            "hold-shelf",
            "reservations/hold_shelf.py",
            (
                *_COUNTER,
                "tests/reservations/test_hold_shelf.py",
                "tests/reservations/test_sequences.py",
                "tests/circulation/test_undo.py",
                "tests/circulation/test_opening_days.py",
            ),
        ),
        Target("queue", "reservations/queue.py", (*_QUEUE, *_COUNTER)),
        Target(
            "queue-words",
            "reservations/models/reservation.py",
            (*_QUEUE, "tests/reservations/test_pages.py"),
        ),
        Target("transitions", "reservations/transitions.py", (*_QUEUE, *_COUNTER)),
        Target("sequence", "reservations/sequences.py", ("tests/reservations/test_sequences.py",)),
        Target(
            "outbox",
            "notifications/outbox.py",
            (
                "tests/notifications/test_outbox.py",
                "tests/loans/test_due_soon.py",
                "tests/notifications/test_sending.py",
                "tests/notifications/test_mail_server.py",
            ),
        ),
    ]
}
