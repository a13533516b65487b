"""A pytest plugin: the tests of one target, once as they are and once for each mutant.

1. Every test runs with the module as it is and must pass; noted is which lines it reaches.
2. For each mutant the process forks. The child puts the code of the mutant into the functions
   that exist already and runs the tests that reach the changed lines, until one fails.
3. The outcome of each mutant is one line of JSON.

Starting Python, Django and pytest takes ten seconds of a processor, a fork a few milliseconds.
Tests that need committed rows are left out: they would empty the tables that all others share.
"""

import builtins
import gc
import importlib
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType, SimpleNamespace

import pytest
from _pytest.runner import runtestprotocol
from django.db import connections

from tests.mutation.operators import Mutant, mutants_of, with_marks
from tests.mutation.targets import TARGETS, Target

KILLED, SURVIVED, UNREACHED, SLOW = "killed", "survived", "unreached", "slow"
SLOWEST = 20.0  # seconds that a mutant gets beside four times what its tests took


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutate", help="the name of a target")
    parser.addoption("--outcomes", help="the file that gets a line for each mutant")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items[:] = [one for one in items if not _needs_committed_rows(one)]


def _needs_committed_rows(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or "transactional_db" in getattr(
        item, "fixturenames", ()
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    target = TARGETS[session.config.getoption("--mutate")]
    runs = Runs(session.items, target)
    runs.find_what_each_reaches()
    connections.close_all()
    if runs.outcome_of(None) != SURVIVED:
        raise pytest.UsageError("not green in a fork")
    with Path(session.config.getoption("--outcomes")).open("a") as outcomes:
        for mutant in target.only(mutants_of(target.path.read_text(), str(target.path))):
            begun = time.monotonic()
            outcome = {
                "target": target.name,
                "place": mutant.place,
                "line": mutant.lines[0],
                "change": mutant.change,
                "outcome": runs.outcome_of(mutant),
                "seconds": round(time.monotonic() - begun, 2),
            }
            outcomes.write(json.dumps(outcome, ensure_ascii=False) + "\n")
            outcomes.flush()
    return True


class Runs:
    """The tests, how long each takes, and what of the module it reaches."""

    def __init__(self, items: Sequence[pytest.Item], target: Target) -> None:
        self.items, self.target = list(items), target
        self.module = importlib.import_module(target.module)
        self.functions = _functions_of(str(target.path))
        self.seconds: dict[str, float] = {}
        self.reached: dict[str, set[int | str]] = {}
        self.killers: Counter[str] = Counter()
        self.last_words = ""

    def find_what_each_reaches(self) -> None:
        path = str(self.target.path)
        before = [(function, function.__code__) for function in self.functions]
        replace_code(self.functions, with_marks(self.target.path.read_text(), path))
        for item in self.items:
            reached = self.reached[item.nodeid] = set()
            builtins.reached_line = reached.add  # type: ignore[attr-defined]
            begun = time.monotonic()
            with _RecordingConstants(self.module, reached):
                passed = self._passes(item)
            if not passed:
                raise pytest.UsageError(f"not green as it is: {item.nodeid}\n{self.last_words}")
            self.seconds[item.nodeid] = time.monotonic() - begun
        for function, code in before:
            function.__code__ = code

    def _passes(self, item: pytest.Item) -> bool:
        """Run it; what belongs to the session stays, for the next one of the session."""
        of_the_session = SimpleNamespace(listchain=lambda: [item.session])
        reports = runtestprotocol(item, nextitem=of_the_session, log=False)
        self.last_words = "\n".join(report.longreprtext for report in reports if report.failed)
        return not self.last_words

    def outcome_of(self, mutant: Mutant | None) -> str:
        tests = self._tests_of(mutant)
        if not tests:
            return UNREACHED
        child = os.fork()
        if not child:
            self._try(mutant, tests)
        patience = SLOWEST + 4 * sum(self.seconds[one.nodeid] for one in tests)
        status = _status_of(child, patience)
        if status is None:
            return SLOW
        if status:
            killer = tests[min(status, len(tests)) - 1] if status < 255 else None
            if killer:
                self.killers[killer.nodeid] += 1
            return KILLED
        return SURVIVED

    def _tests_of(self, mutant: Mutant | None) -> list[pytest.Item]:
        """Those that reach the change; first those that killed most, then the quick ones."""
        reaching = [
            one
            for one in self.items
            if mutant is None or self._reaches(self.reached[one.nodeid], mutant)
        ]
        return sorted(
            reaching, key=lambda one: (-self.killers[one.nodeid], self.seconds[one.nodeid])
        )

    def _reaches(self, reached: set[int | str], mutant: Mutant) -> bool:
        if mutant.is_constant:
            return not self.target.notes_constants or mutant.place in reached
        return not reached.isdisjoint(mutant.lines)

    def _try(self, mutant: Mutant | None, tests: Sequence[pytest.Item]) -> None:
        """In the child: never returns. The status says which test failed, counted from 1."""
        status = 255
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            if mutant is not None:
                install(mutant, self.module, self.functions)
            failed = (n for n, one in enumerate(tests, start=1) if not self._passes(one))
            status = min(next(failed, 0), 254)
        finally:
            os._exit(status)


def _status_of(child: int, patience: float) -> int | None:
    """None when it had to be stopped."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def install(mutant: Mutant, module: ModuleType, functions: Sequence[FunctionType]) -> None:
    if mutant.is_constant:
        _set_constant(mutant, module)
    else:
        replace_code(functions, mutant.code)


def _functions_of(path: str) -> list[FunctionType]:
    """Those of the module, wherever they are held: verbs are wrapped by their decorators."""
    functions = [one for one in gc.get_objects() if type(one) is FunctionType]
    return [one for one in functions if one.__code__.co_filename == path]


def replace_code(functions: Sequence[FunctionType], whole: CodeType) -> None:
    """Let the functions that others hold already do what the changed module does."""
    codes = {code.co_qualname: code for code in _codes_in(whole)}
    for function in functions:
        function.__code__ = codes.get(function.__code__.co_qualname, function.__code__)


def _codes_in(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes_in(one)


def _set_constant(mutant: Mutant, module: ModuleType) -> None:
    """Also where other modules have imported it by name."""
    was, again = getattr(module, mutant.place), dict(vars(module))
    exec(mutant.code, again)  # noqa: S102 the module's own statement, changed by us
    for other in [one for one in sys.modules.values() if isinstance(one, ModuleType)]:
        if vars(other).get(mutant.place) is was:
            setattr(other, mutant.place, again[mutant.place])


class _RecordingConstants:
    """While it lasts, each name that is read from the module is noted."""

    def __init__(self, module: ModuleType, read: set[int | str]) -> None:
        self.module, self.read = module, read

    def __enter__(self) -> None:
        read = self.read

        class Recording(ModuleType):
            def __getattribute__(self, name: str) -> object:
                read.add(name)
                return super().__getattribute__(name)

        self.module.__class__ = Recording

    def __exit__(self, *_: object) -> None:
        self.module.__class__ = ModuleType
