"""Every pair of verbs on the same bibs: the first is stopped at each of its locks, the second runs
as far as it comes, then the first goes on. Whatever meets whatever, the house stays in order.

With HYPOTHESIS_PROFILE=nightly all of them meet, also before each lock, and every meeting must end
as if one had come after the other; otherwise one in five meets, another one for every pair.
"""

import os
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection

from akiruno_library.refusals import Busy, Refusal
from operation.invariants import offenders
from tests.progress import HANG
from tests.reservations.busy_reservations import World, what_became
from tests.verb_table import met

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
SAMPLED = 5
TAKES_LOCKS = re.compile("FOR (NO KEY )?UPDATE")
WAITS_FOR_A_LOCK = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"

VERBS = met()
REFUSED_ALONE = {"renew"}  # while somebody waits
LOCK_NOTHING = {"decline"}  # a request stands in no queue: one conditional update decides


class Stop:
    """Stops a connection before or after one of the statements that take locks."""

    def __init__(self, number: int, when: str) -> None:
        self.number, self.when, self.seen = number, when, 0
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __call__(self, execute, sql, params, many, context) -> object:
        if not TAKES_LOCKS.search(sql):
            return execute(sql, params, many, context)
        self.seen += 1
        if self.seen == self.number and self.when == "before":
            self._wait()
        result = execute(sql, params, many, context)
        if self.seen == self.number and self.when == "after":
            self._wait()
        return result

    def _wait(self) -> None:
        self.reached.set()
        assert self.go_on.wait(HANG)


@pytest.fixture
def two_connections() -> Iterator[tuple[ThreadPoolExecutor, ThreadPoolExecutor]]:
    pools = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
    yield pools
    for pool in pools:
        pool.submit(lambda: connection.close()).result(HANG)
        pool.shutdown()


def stopped_at(stop: Stop, verb: Callable[[], object]) -> object:
    with connection.execute_wrapper(stop):
        return done(verb)


def done(verb: Callable[[], object]) -> object:
    try:
        return verb()
    except Refusal as refusal:
        return refusal


def own_process() -> int:
    connection.ensure_connection()
    return connection.connection.info.backend_pid


def until_it_stands(second: Future, process: int) -> None:
    """Until the second is done or waits for a lock of the first."""
    with connection.cursor() as cursor:
        while not second.done():
            cursor.execute(WAITS_FOR_A_LOCK, [process])
            if cursor.fetchone()[0]:
                return
            threading.Event().wait(0.001)


def locks_of(pools, world: World, verb: str) -> int:
    """How many statements that take locks it has when nobody disturbs it."""
    world.begin()
    counting = Stop(0, "never")
    pools[0].submit(stopped_at, counting, world.verbs()[verb]).result(HANG)
    return counting.seen


def meeting(pools, world: World, first: str, second: str, stop: Stop) -> None:
    """Let the two meet at that point, to which the first comes by itself."""
    world.begin()
    process = pools[1].submit(own_process).result(HANG)
    one = pools[0].submit(stopped_at, stop, world.verbs()[first])
    assert stop.reached.wait(HANG)
    other = pools[1].submit(done, world.verbs()[second])
    until_it_stands(other, process)
    stop.go_on.set()
    answers = [one.result(HANG), other.result(HANG)]
    assert not any(isinstance(answer, Busy) for answer in answers)


def orders(first: str, second: str) -> list[tuple[str, str]]:
    return [(first, second), (second, first)]


def one_after_the_other(world: World, first: str, second: str) -> dict[str, list[tuple]]:
    """What becomes of the house when nobody meets; both had read it before."""
    world.begin()
    for verb in (world.verbs()[first], world.verbs()[second]):
        done(verb)
    return what_became()


@pytest.mark.parametrize("first", [verb for verb in VERBS if verb not in LOCK_NOTHING])
def test_two_verbs_that_meet_at_a_lock_leave_everything_true(
    first, two_connections, caplog, record_property
):
    world = World()
    locks, met = locks_of(two_connections, world, first), 0
    assert locks
    for turn, second in enumerate(VERBS, start=VERBS.index(first)):
        world.rebuild_when_old()
        ends = [one_after_the_other(world, *pair) for pair in orders(first, second) if NIGHTLY]
        for when in ["before", "after"] if NIGHTLY else ["after"]:
            for number in range(1, locks + 1):
                if not NIGHTLY and (turn + 2 * number) % SAMPLED:
                    continue
                meeting(two_connections, world, first, second, Stop(number, when))
                met += 1
                assert offenders() == {}, (first, second, when, number)
                assert not NIGHTLY or what_became() in ends, (first, second, when, number)
    record_property("meetings of two verbs at a lock", met)
    assert "40P01" not in caplog.text  # nobody met a deadlock


def test_every_verb_of_the_world_meets_every_other_and_can_do_something_there():
    world = World()
    assert sorted(world.verbs()) == sorted(VERBS)
    for name in VERBS:
        world.begin()
        answer = done(world.verbs()[name])
        assert answer is not False, name
        assert isinstance(answer, Refusal) == (name in REFUSED_ALONE), (name, answer)
        assert offenders() == {}, name
