"""Every pair of verbs on the same bibs: the first is stopped at each of its locks, the second runs
as far as it comes, then the first goes on. Whatever meets whatever, the house stays in order.

With HYPOTHESIS_PROFILE=nightly all of them meet, also before each lock; otherwise one in five,
another one for every pair.
"""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from akiruno_library.refusals import Busy, Refusal
from circulation.invariants import offenders
from circulation.lending import lend
from circulation.models import RecentScan
from circulation.renewal import renew
from circulation.returning import take_back
from circulation.undoing import undo
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from reservations import hold_shelf, ordering, queue, requesting, shelf_work, skipping
from reservations.basket import PatronBasket, confirm
from reservations.cancelling import cancel
from reservations.changing import change, change_all_waiting
from reservations.merging import merge
from reservations.models import Reservation
from reservations.placing import place
from reservations.transitions import LIBRARY
from tests.factories import CopyFactory, PatronFactory, branch

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
SAMPLED = 5
PATIENCE = 30  # seconds after which a meeting counts as hung
WAITS_FOR_A_LOCK = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"


class World:
    """Two bibs with everything going on: lent, claimed, ready, waiting, in order."""

    def __init__(self) -> None:
        chuo, el = branch("chuo"), branch("el")
        reader, first, second, visitor = self.people = PatronFactory.create_batch(4)
        lent = CopyFactory()
        lend(lent, reader, branch=chuo)
        mine = self._reserve(first, lent.bib)
        claimed = CopyFactory(bib=lent.bib, home_branch=el)
        later = self._reserve(second, lent.bib)  # the claimed copy goes to the first
        ready = CopyFactory()
        kept = self._reserve(first, ready.bib)
        take_back(ready, branch=chuo)
        behind = self._reserve(second, ready.bib)
        today = timezone.localdate()
        loan = lent.loans.get()
        wished = self._request(visitor)
        PatronBasket(visitor).add([lent.bib_id, ready.bib_id])
        last_scan = RecentScan.objects.latest("pk")
        self.verbs: dict[str, Callable[[], object]] = {
            "place": lambda: self._reserve(visitor, lent.bib, ready.bib),
            "cancel what waits": lambda: cancel(later),
            "cancel what is fetched": lambda: cancel(mine),
            "change": lambda: change(
                later, pickup_branch=el, contact_method=ContactMethod.TELEPHONE
            ),
            "put in order": lambda: ordering.put_in_order(second, [behind, later]),
            "skip": lambda: skipping.keep_skip(second, first_day=today, last_day=today),
            "return": lambda: take_back(lent, branch=chuo),
            "fetch": lambda: take_back(claimed, branch=el),
            "lend to a visitor": lambda: lend(claimed, visitor, branch=el),
            "collect": lambda: lend(ready, first, branch=chuo),
            "lapse": lambda: hold_shelf.lapse(kept, at=timezone.now() + timedelta(days=30)),
            "offer": lambda: queue.offer_free_copies(lent.bib_id),
            "renew": lambda: renew(loan),
            "confirm": lambda: confirm(
                visitor,
                [lent.bib_id, ready.bib_id],
                pickup_branch=el,
                contact_method=ContactMethod.NONE,
            ),
            "change all": lambda: change_all_waiting(second, pickup_branch=el),
            "grant": lambda: requesting.grant(wished, lent.bib, staff=None),
            "undo": lambda: undo(last_scan),
            "prefer": lambda: shelf_work.set_priority(later, 1, "急ぎ", staff=None),
            "not on its shelf": lambda: self._not_on_its_shelf(mine),
            "missing": lambda: shelf_work.mark_missing(ready, staff=None),
            "end by staff": lambda: shelf_work.end_by_staff(kept, "お申し出により", staff=None),
            "merge": lambda: merge(lent.bib, ready.bib, by=LIBRARY),
        }

    @staticmethod
    def _reserve(patron: Patron, *bibs: object) -> Reservation | None:
        placings = place(
            patron, bibs, pickup_branch=branch("chuo"), contact_method=ContactMethod.NONE
        )
        return placings[0].reservation

    @staticmethod
    def _request(patron: Patron) -> Reservation:
        return requesting.request(
            patron,
            "所蔵していない本",
            pickup_branch=branch("chuo"),
            contact_method=ContactMethod.NONE,
            staff=None,
        )

    @staticmethod
    def _not_on_its_shelf(reservation: Reservation) -> None:
        """Looked for twice: then the copy is missing."""
        for sought_before in (False, True):
            shelf_work.not_on_shelf(reservation, sought_before=sought_before, staff=None)


VERBS = [
    "place", "cancel what waits", "cancel what is fetched", "change", "put in order", "skip",
    "return", "fetch", "lend to a visitor", "collect", "lapse", "offer", "renew", "confirm",
    "change all", "grant", "undo", "prefer", "not on its shelf", "missing", "end by staff", "merge",
]  # fmt: skip


class Stop:
    """Stops a connection before or after one of the statements that take locks."""

    def __init__(self, number: int, when: str) -> None:
        self.number, self.when, self.seen = number, when, 0
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __call__(self, execute, sql, params, many, context) -> object:
        if "FOR NO KEY UPDATE" not in sql:
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
        assert self.go_on.wait(PATIENCE)


@pytest.fixture
def two_connections() -> Iterator[tuple[ThreadPoolExecutor, ThreadPoolExecutor]]:
    pools = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
    yield pools
    for pool in pools:
        pool.submit(lambda: connection.close()).result(PATIENCE)
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


def locks_of(pools, verb: str) -> int:
    """How many statements that take locks it has when nobody disturbs it."""
    counting = Stop(0, "never")
    pools[0].submit(stopped_at, counting, World().verbs[verb]).result(PATIENCE)
    return counting.seen


def meeting(pools, first: str, second: str, stop: Stop) -> None:
    """Let the two meet at that point, to which the first comes by itself."""
    world = World()
    process = pools[1].submit(own_process).result(PATIENCE)
    one = pools[0].submit(stopped_at, stop, world.verbs[first])
    assert stop.reached.wait(PATIENCE)
    other = pools[1].submit(done, world.verbs[second])
    until_it_stands(other, process)
    stop.go_on.set()
    answers = [one.result(PATIENCE), other.result(PATIENCE)]
    assert not any(isinstance(answer, Busy) for answer in answers)


@pytest.mark.parametrize("first", VERBS)
def test_two_verbs_that_meet_at_a_lock_leave_everything_true(
    first, two_connections, caplog, record_property
):
    locks, met = locks_of(two_connections, first), 0
    assert locks
    for turn, second in enumerate(VERBS, start=VERBS.index(first)):
        for when in ["before", "after"] if NIGHTLY else ["after"]:
            for number in range(1, locks + 1):
                if not NIGHTLY and (turn + 2 * number) % SAMPLED:
                    continue
                meeting(two_connections, first, second, Stop(number, when))
                met += 1
                assert offenders() == {}, (first, second, when, number)
    record_property("meetings of two verbs at a lock", met)
    assert "40P01" not in caplog.text  # nobody met a deadlock


def test_every_verb_of_the_world_meets_every_other():
    assert list(World().verbs) == VERBS
