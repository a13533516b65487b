"""What happens at once: real connections, one a thread (safety: "Trying it")."""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.refusals import Busy, Refusal
from catalog.copies import whereabouts
from catalog.models import BibStatus, Copy
from catalog.refusals import NoLongerInTheCatalogue
from circulation.lending import lend
from circulation.models import RecentScan
from circulation.refusals import MovedOn, NothingToUndo
from circulation.renewal import renew
from circulation.returning import take_back
from circulation.undo import undo
from loans.models import Loan
from loans.refusals import AlreadyLent, RenewedAlready, SomebodyWaits
from operation.invariants import offenders
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from reservations.basket import PatronBasket, confirm
from reservations.cancelling import cancel
from reservations.changing import change
from reservations.hold_shelf import lapse, lapse_all_overdue
from reservations.merging import merge
from reservations.models import Reservation, State, Suspension
from reservations.placing import place
from reservations.queue import offer_missed_copies
from reservations.refusals import (
    AlreadyReserved,
    NotCancellable,
    TooManyAudiovisual,
    TooManyReservations,
)
from reservations.sequences import form_sequence
from reservations.staff_actions import mark_missing
from reservations.suspension import end_suspension, set_suspension
from reservations.transitions import LIBRARY
from tests.factories import CopyFactory, PatronFactory, branch, material
from tests.progress import HANG
from tests.verb_table import raced
from tests.verbs import position

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
VERBS = raced()
SELDOM = {"renew", "form_sequence"}  # somebody nearly always waits; an order needs two that wait
FEWEST = 6  # actions of each other verb, on a machine however busy


def at_once(actions: Sequence[Callable[[], object]], *, patience: float = HANG) -> list[object]:
    """Do all of them at the same moment; each answer is what came back or the refusal raised."""
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            start.wait(HANG)
            return action()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions, timeout=patience))


def reserve(patron: Patron, *bibs: object, pickup: str = "chuo") -> list:
    return place(patron, bibs, pickup_branch=branch(pickup), contact_method=ContactMethod.NONE)


def kinds(answers: Sequence[object]) -> Counter[str]:
    return Counter(type(answer).__name__ for answer in answers)


def confirms_at_once(patron: Patron, copies: Sequence[Copy]) -> Counter[str]:
    """Every copy's bib confirmed in a request of its own; what became of each."""
    PatronBasket(patron).add(copy.bib_id for copy in copies)
    chuo = branch()

    def action(bib_id: int) -> object:
        [placing] = confirm(patron, [bib_id], pickup_branch=chuo, contact_method=ContactMethod.NONE)
        return placing.reservation or placing.reasons[0]

    return kinds(at_once([lambda pk=copy.bib_id: action(pk) for copy in copies]))


def test_of_forty_confirms_at_nineteen_of_twenty_one_is_placed(borrower):
    reserve(borrower, *(copy.bib for copy in CopyFactory.create_batch(19)))
    answers = confirms_at_once(borrower, CopyFactory.create_batch(40))
    assert answers == {"Reservation": 1, TooManyReservations.__name__: 39}
    assert borrower.reservations.open().count() == 20
    assert borrower.basket.count() == 39
    assert offenders() == {}


def test_of_forty_confirms_at_three_of_four_audiovisual_one_is_placed(borrower):
    cds = CopyFactory.create_batch(43, bib__material_type=material("cd"))
    reserve(borrower, *(copy.bib for copy in cds[:3]))
    answers = confirms_at_once(borrower, cds[3:])
    assert answers == {"Reservation": 1, TooManyAudiovisual.__name__: 39}
    assert offenders() == {}


def test_the_same_form_ten_times_at_once_places_one_reservation(borrower, book):
    PatronBasket(borrower).add([book.bib_id])
    chuo = branch()
    answers = at_once(
        [
            lambda: confirm(
                borrower,
                [book.bib_id],
                pickup_branch=chuo,
                contact_method=ContactMethod.NONE,
            )
        ]
        * 10
    )
    assert sorted(len(answer) for answer in answers) == [0] * 9 + [1]
    assert Reservation.objects.count() == 1
    assert offenders() == {}


def test_of_twenty_patrons_one_gets_the_free_copy_and_the_rest_queue_as_they_came(book):
    patrons = PatronFactory.create_batch(20)
    at_once([lambda patron=patron: reserve(patron, book.bib) for patron in patrons])
    by_moment = list(Reservation.objects.order_by("placed_at", "pk"))
    assert [one.pk for one in by_moment] == sorted(one.pk for one in by_moment)
    assert len({one.placed_at for one in by_moment}) == 20
    assert [one.state for one in by_moment] == [State.TO_FETCH] + [State.WAITING] * 19
    assert [position(one) for one in by_moment[1:]] == list(range(1, 20))
    assert offenders() == {}


def test_two_counters_lend_a_copy_once(book):
    patrons = PatronFactory.create_batch(6)
    chuo = branch()
    answers = at_once([lambda p=patron: lend(book, p, branch=chuo) for patron in patrons])
    assert kinds(answers) == {"Loan": 1, AlreadyLent.__name__: 5}
    assert Copy.objects.get().times_lent == 1
    assert offenders() == {}


def test_two_counters_take_a_copy_back_once(book, borrower, one_who_waits):
    lend(book, borrower, branch=branch())
    reserve(one_who_waits, book.bib)
    chuo = branch()
    answers = at_once([lambda: take_back(book, branch=chuo)] * 6)
    assert sum(answer.ended_loan for answer in answers) == 1
    assert all(answer.goes_to_hold_shelf for answer in answers)
    assert Reservation.objects.get().events.filter(to_state=State.READY).count() == 1
    assert offenders() == {}


def test_the_same_renewal_six_times_at_once_renews_once(book, borrower):
    loan = lend(book, borrower, branch=branch())
    answers = at_once([lambda: renew(loan)] * 6)
    assert kinds(answers) == {"Loan": 1, RenewedAlready.__name__: 5}
    assert Loan.objects.get().due_on == next(one.due_on for one in answers if isinstance(one, Loan))


def test_a_renewal_and_a_reservation_at_the_same_moment_have_an_order(stranger):
    """Whoever holds the bib's lock first: renewed and then reserved, or refused."""
    chuo = branch()
    for _ in range(8):
        copy, patron = CopyFactory(), PatronFactory()
        loan = lend(copy, stranger, branch=chuo)
        answer, [placing] = at_once(
            [
                lambda loan=loan: renew(loan),
                lambda copy=copy, patron=patron: reserve(patron, copy.bib),
            ]
        )
        assert placing.reservation.state == State.WAITING
        renewals = Loan.objects.get(pk=loan.pk).renewals
        assert renewals == (0 if isinstance(answer, SomebodyWaits) else 1)
    assert offenders() == {}


def test_a_renewal_waits_for_a_reservation_that_holds_the_bib(book, borrower, stranger):
    """Placed but not yet committed: the renewal must not decide before it is."""
    loan, placed = lend(book, borrower, branch=branch()), threading.Event()

    def place_slowly() -> None:
        with transaction.atomic():
            reserve(stranger, book.bib)
            placed.set()
            time.sleep(0.5)

    def renew_meanwhile() -> None:
        placed.wait(HANG)
        renew(loan)

    [_, tried] = at_once([place_slowly, renew_meanwhile])
    assert isinstance(tried, SomebodyWaits)
    assert Loan.objects.get().renewals == 0


def test_a_copy_returned_while_it_is_reserved_is_left_to_nobody_by_mistake(stranger):
    chuo = branch()
    for _ in range(5):
        copy, patron = CopyFactory(), PatronFactory()
        lend(copy, stranger, branch=chuo)
        at_once(
            [
                lambda copy=copy: take_back(copy, branch=chuo),
                lambda copy=copy, patron=patron: reserve(patron, copy.bib),
            ]
        )
        assert patron.reservations.get().state in (State.TO_FETCH, State.READY)
    assert offenders() == {}


def test_a_reservation_cancelled_while_it_gets_the_copy_leaves_the_copy_to_the_next(stranger):
    chuo = branch()
    for _ in range(5):
        copy, first, second = CopyFactory(), PatronFactory(), PatronFactory()
        lend(copy, stranger, branch=chuo)
        [mine] = reserve(first, copy.bib)
        [theirs] = reserve(second, copy.bib)
        at_once(
            [
                lambda copy=copy: take_back(copy, branch=chuo),
                lambda mine=mine: cancel(mine.reservation),
            ]
        )
        mine, theirs = (Reservation.objects.get(pk=one.reservation.pk) for one in (mine, theirs))
        assert (mine.state, theirs.state) in [
            (State.CANCELLED, State.READY),  # cancelled first, or …
            (State.READY, State.WAITING),  # … too late to be cancelled on the web
        ]
    assert offenders() == {}


def test_a_hold_collected_in_the_minute_it_lapses_ends_once(borrower):
    chuo = branch()
    for _ in range(5):
        copy = CopyFactory()
        [placing] = reserve(borrower, copy.bib)
        take_back(copy, branch=chuo)
        reservation = placing.reservation
        after = timezone.now() + timedelta(days=30)
        at_once(
            [
                lambda one=reservation, after=after: lapse(one, at=after),
                lambda copy=copy: lend(copy, borrower, branch=chuo),
            ]
        )
        ended = reservation.events.filter(to_state__in=[State.LAPSED, State.COLLECTED])
        assert ended.count() == 1
        assert Loan.objects.open().filter(copy=copy, patron=borrower).exists()
    assert offenders() == {}


def test_a_bib_that_stays_locked_keeps_no_other_from_lapsing_or_being_offered(
    borrower, stranger, monkeypatch
):
    monkeypatch.setattr(policy, "LOCK_TIMEOUT", timedelta(milliseconds=30))
    copies, chuo = CopyFactory.create_batch(2), branch()
    kept = [reserve(borrower, copy.bib)[0].reservation for copy in copies]
    for copy in copies:
        take_back(copy, branch=chuo)
    free = CopyFactory.create_batch(2)
    suspension = Suspension.objects.create(
        patron=stranger, first_day=timezone.localdate(), last_day=timezone.localdate()
    )
    reserve(stranger, *(copy.bib for copy in free))
    suspension.delete()
    locked, unlocked = threading.Event(), threading.Event()

    def somebody_else() -> None:
        with transaction.atomic():
            whereabouts.lock_statuses([copies[0].bib_id, free[0].bib_id])
            locked.set()
            unlocked.wait(HANG)

    def the_jobs() -> None:
        locked.wait(HANG)
        try:
            lapse_all_overdue(at=timezone.now() + timedelta(days=30))
            offer_missed_copies()
        finally:
            unlocked.set()

    at_once([somebody_else, the_jobs])
    states = [Reservation.objects.get(pk=one.pk).state for one in kept]
    assert states == [State.READY, State.LAPSED]
    offered = stranger.reservations.order_by("bib_id").values_list("state", flat=True)
    assert list(offered) == [State.WAITING, State.TO_FETCH]
    assert offenders() == {}


def test_all_verbs_on_the_same_three_bibs_for_a_while_leave_everything_true(record_property):
    """Nobody meets a deadlock: what cannot be done is refused, at worst with Busy."""
    seconds, clerks = 60 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 20, 4
    copies = [*CopyFactory.create_batch(2), CopyFactory(home_branch=branch("el"))]
    copies.append(CopyFactory(bib=copies[0].bib, home_branch=branch("el")))
    patrons, branches = PatronFactory.create_batch(6), [branch("chuo"), branch("el")]
    done: Counter[str] = Counter()
    begun = time.monotonic()

    def enough() -> bool:
        """That time has passed and each verb was done often enough, or never will be."""
        passed = time.monotonic() - begun
        each = all(done[verb] >= FEWEST for verb in set(VERBS) - SELDOM)
        return passed > seconds and (each or passed > seconds + HANG)

    def some_reservation(dice: random.Random) -> Reservation | None:
        return dice.choice([None, *Reservation.objects.open()])

    def one_action(dice: random.Random) -> str:
        copy, patron, here = dice.choice(copies), dice.choice(patrons), dice.choice(branches)
        verb = dice.choice(VERBS)
        reservation = some_reservation(dice)
        if verb == "place":
            bibs = [one.bib for one in dice.sample(copies, 3)]
            reserve(patron, *bibs, pickup=here.code)
        elif verb == "lend":
            lend(copy, patron, branch=here)
        elif verb == "take_back":
            take_back(copy, branch=here)
        elif verb == "renew":
            renew(dice.choice(Loan.objects.open() or [lend(copy, patron, branch=here)]))
        elif verb == "set_suspension":
            today = timezone.localdate()
            if not end_suspension(patron):
                set_suspension(patron, first_day=today, last_day=today)
        elif verb == "form_sequence":
            form_sequence(patron, list(patron.reservations.open().order_by("?")))
        elif reservation is not None and verb == "cancel":
            cancel(reservation)
        elif reservation is not None and verb == "change":
            change(reservation, pickup_branch=here, contact_method=ContactMethod.TELEPHONE)
        elif reservation is not None and verb == "lapse":
            lapse(reservation, at=timezone.now() + timedelta(days=30))
        return verb

    def clerk(number: int) -> None:
        dice = random.Random(number)
        while not enough():
            try:
                done[one_action(dice)] += 1
            except Busy:
                done["busy"] += 1
            except Refusal:
                done["refused"] += 1

    working = [lambda number=number: clerk(number) for number in range(clerks)]
    at_once(working, patience=seconds + 2 * HANG)
    actions = ", ".join(f"{name} {number}" for name, number in done.most_common())
    passed = time.monotonic() - begun
    record_property("figure", f"{sum(done.values()):,} actions in {passed:.0f} s ({actions})")
    assert offenders() == {}
    assert all(done[verb] >= FEWEST for verb in set(VERBS) - SELDOM), done
    assert done["busy"] <= sum(done.values()) / 100, done


def test_a_return_is_undone_or_lent_on_but_never_both(stranger):
    chuo = branch()
    for _ in range(5):
        copy, next_one = CopyFactory(), PatronFactory()
        lend(copy, stranger, branch=chuo)
        scan = take_back(copy, branch=chuo).scan
        undone, lent = at_once(
            [
                lambda scan=scan: undo(scan),
                lambda copy=copy, patron=next_one: lend(copy, patron, branch=chuo),
            ]
        )
        [loan] = Loan.objects.open().filter(copy=copy)
        if isinstance(undone, Refusal):
            assert (type(undone), loan.patron) == (MovedOn, next_one)
        else:
            assert (type(lent), loan.patron) == (AlreadyLent, stranger)
    assert offenders() == {}


def test_one_scan_is_undone_once_by_two_desks(book, borrower):
    lend(book, borrower, branch=branch())
    [scan] = RecentScan.objects.all()
    answers = at_once([lambda: undo(scan)] * 4)
    assert kinds(answers) == {"UndoneScan": 1, NothingToUndo.__name__: 3}
    assert Copy.objects.get().times_lent == 0
    assert offenders() == {}


def test_what_arrives_at_several_counters_at_once_stands_at_places_of_its_own(borrower):
    chuo, copies = branch(), CopyFactory.create_batch(8)
    reserve(borrower, *(copy.bib for copy in copies))
    answers = at_once([lambda copy=copy: take_back(copy, branch=chuo) for copy in copies])
    assert sorted(answer.copy.hold_place for answer in answers) == list(range(1, 9))
    assert offenders() == {}


def test_a_copy_marked_missing_while_it_is_scanned_is_one_or_the_other(borrower):
    chuo = branch()
    for _ in range(5):
        copy = CopyFactory()
        [placing] = reserve(borrower, copy.bib)
        at_once(
            [
                lambda copy=copy: take_back(copy, branch=chuo),
                lambda copy=copy: mark_missing(copy, staff=None),
            ]
        )
        now = Reservation.objects.get(pk=placing.reservation.pk)
        assert (now.state, Copy.objects.get(pk=copy.pk).whereabouts) in [
            (State.WAITING, Copy.Whereabouts.MISSING),
            (State.READY, Copy.Whereabouts.HOLD_SHELF),
        ]
    assert offenders() == {}


def test_bibs_merged_while_both_are_reserved_and_returned_leave_one_queue_by_moment():
    chuo = branch()

    def a_round() -> None:
        copies = CopyFactory.create_batch(2)
        for copy in copies:
            lend(copy, PatronFactory(), branch=chuo)
        duplicate, into = bibs = [copy.bib for copy in copies]
        first, second = (reserve(PatronFactory(), bib)[0].reservation for bib in bibs)
        several = PatronFactory.create_batch(4)
        merged, cancelled, *answers = at_once(
            [
                lambda: merge(duplicate, into, by=LIBRARY),
                lambda: cancel(first),
                *(lambda copy=copy: take_back(copy, branch=chuo) for copy in copies),
                *(lambda p=p, bib=bib: reserve(p, bib) for p in several for bib in bibs),
            ]
        )
        assert merged == into
        placings = [answer[0] for answer in answers if isinstance(answer, list)]
        assert len(placings) == 8
        refused = {type(reason) for placing in placings for reason in placing.reasons}
        assert refused <= {NoLongerInTheCatalogue, AlreadyReserved}
        open_now = Reservation.objects.open().filter(bib__in=bibs)
        stay = {second.patron_id, *(patron.pk for patron in several)}
        if isinstance(cancelled, NotCancellable):  # its copy had come back already
            stay.add(first.patron_id)
        assert sorted(open_now.values_list("patron", flat=True)) == sorted(stay)
        assert set(open_now.values_list("bib", flat=True)) == {into.pk}
        assert offenders() == {}

    for _ in range(4):
        a_round()


def test_who_reserves_or_cancels_in_the_moment_of_merging_meets_the_merged_bib(borrower, stranger):
    copies = CopyFactory.create_batch(2)
    duplicate, into = (copy.bib for copy in copies)
    mine = reserve(borrower, duplicate)[0].reservation
    merging = threading.Event()

    def merge_slowly() -> None:
        with transaction.atomic():
            merge(duplicate, into, by=LIBRARY)
            merging.set()
            time.sleep(0.5)

    def meanwhile(verb: Callable[[], object]) -> object:
        assert merging.wait(HANG)
        return verb()

    _, [placing], cancelled = at_once(
        [
            merge_slowly,
            lambda: meanwhile(lambda: reserve(stranger, duplicate)),
            lambda: meanwhile(lambda: cancel(mine)),
        ]
    )
    assert [type(reason) for reason in placing.reasons] == [NoLongerInTheCatalogue]
    assert (cancelled.state, cancelled.bib_id) == (State.CANCELLED, into.pk)
    assert len(BibStatus.objects.get(pk=into.pk).free_at) == 2
    assert offenders() == {}
