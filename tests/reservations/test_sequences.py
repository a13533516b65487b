"""順番予約: rule 5.6."""

from datetime import date

import pytest

from catalog.copies import whereabouts
from catalog.models import Copy
from notifications.models import Notice
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from reservations import basket_sequence, queue, sequences
from reservations.basket import PatronBasket, confirm
from reservations.cancelling import cancel
from reservations.hold_shelf import lapse_all_overdue
from reservations.material_requests import request
from reservations.models import Reservation, State, Suspension
from reservations.refusals import NotInSequence, SequenceNeedsTwo
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory, branch
from tests.verbs import NOON, anew, lend, lent_out, reserve, scan

CHUO = {"contact_method": ContactMethod.NONE}


def numbers(*reservations):
    return [anew(one).order_no for one in reservations]


def copy_of(reservation: Reservation) -> Copy:
    return Copy.objects.get(bib_id=reservation.bib_id)


@pytest.fixture
def three(one_who_waits: Patron) -> list[Reservation]:
    """上中下, all lent to others, in order, with mail wanted."""
    chosen = [
        reserve(one_who_waits, lent_out(bib__volume=volume).bib, contact=ContactMethod.MAIL)
        for volume in "上中下"
    ]
    sequences.form_sequence(one_who_waits, chosen, at=NOON)
    return [anew(one) for one in chosen]


def confirmed(patron: Patron, *copies: Copy) -> dict[str, Reservation]:
    """The basket with these, in this order, confirmed; by volume."""
    PatronBasket(patron).add(copy.bib_id for copy in copies)
    basket_sequence.form_sequence(patron, [copy.bib_id for copy in copies])
    confirm(patron, [copy.bib_id for copy in copies], pickup_branch=branch(), at=NOON, **CHUO)
    return {one.bib.volume: one for one in patron.reservations.open()}


def test_an_order_made_in_the_basket_holds_from_the_first_moment(borrower):
    """Both are on the shelf: the first is brought, the second is parked for nobody."""
    upper, lower = (CopyFactory(bib__volume=volume) for volume in "上下")
    placed = confirmed(borrower, upper, lower)
    assert (placed["上"].state, placed["下"].state) == (State.TO_FETCH, State.WAITING)
    assert [placed[volume].order_no for volume in "上下"] == [1, 2]
    assert anew(lower).whereabouts == Copy.Whereabouts.SHELF


def test_the_order_of_the_basket_counts_not_the_order_of_putting_in(borrower):
    lower, upper = (CopyFactory(bib__volume=volume) for volume in "下上")
    PatronBasket(borrower).add([lower.bib_id, upper.bib_id])
    placed = confirmed(borrower, upper, lower)
    assert (placed["上"].order_no, placed["下"].order_no) == (1, 2)


def test_a_volume_on_loan_counts_as_had(borrower):
    """The order is made of the rest of the set, whose first may come at once."""
    upper, middle, lower = (CopyFactory(bib__volume=volume) for volume in "上中下")
    lend(upper, borrower)
    placed = confirmed(borrower, upper, middle, lower)
    assert placed["中"].state == State.TO_FETCH
    assert (placed["中"].order_no, placed["下"].order_no) == (1, 2)


def test_a_volume_reserved_before_stands_before_those_placed_after_it(borrower):
    upper, lower = lent_out(bib__volume="上"), CopyFactory(bib__volume="下")
    first = reserve(borrower, upper.bib)
    placed = confirmed(borrower, upper, lower)
    assert placed["上"] == first
    assert (placed["下"].state, placed["下"].order_no) == (State.WAITING, 2)


def test_what_does_not_fit_leaves_the_order_of_the_rest(borrower):
    for copy in CopyFactory.create_batch(18):
        reserve(borrower, copy.bib)
    placed = confirmed(borrower, *(CopyFactory(bib__volume=volume) for volume in "上中下"))
    assert "下" not in placed
    assert (placed["上"].order_no, placed["中"].order_no) == (1, 2)


def test_neighbours_change_places_up_and_down(three):
    upper, middle, lower = three
    sequences.move_up(lower, at=NOON)
    assert numbers(upper, lower, middle) == [1, 2, 3]
    sequences.move_down(upper, at=NOON)
    assert numbers(lower, upper, middle) == [1, 2, 3]
    sequences.move_up(lower, at=NOON)  # it is the first already
    assert numbers(lower, upper, middle) == [1, 2, 3]


def test_nothing_passes_a_volume_whose_copy_is_on_its_way(three):
    upper, middle, _ = three
    scan(copy_of(upper))
    sequences.move_up(middle, at=NOON)
    sequences.move_down(upper, at=NOON)
    assert numbers(*three) == [1, 2, 3]


def test_what_is_taken_out_comes_by_itself_and_the_rest_keep_their_order(
    three, django_capture_on_commit_callbacks
):
    upper, middle, lower = three
    scan(copy_of(middle))
    with django_capture_on_commit_callbacks(execute=True):
        sequences.leave_sequence(middle, at=NOON)
    assert anew(middle).state == State.TO_FETCH
    assert numbers(upper, middle, lower) == [1, None, 2]
    with pytest.raises(NotInSequence):
        sequences.leave_sequence(middle, at=NOON)


def test_a_lifted_order_lets_each_come_as_it_is_ready(three, django_capture_on_commit_callbacks):
    for copy in map(copy_of, three[1:]):
        scan(copy)
    with django_capture_on_commit_callbacks(execute=True):
        sequences.dissolve(three[1], at=NOON)
    assert [anew(one).state for one in three] == [State.WAITING, State.TO_FETCH, State.TO_FETCH]
    assert numbers(*three) == [None] * 3


def test_a_patron_has_several_orders_and_they_share_no_name(one_who_waits, three):
    upper, middle, lower = three
    other, another = (reserve(one_who_waits, lent_out().bib) for _ in range(2))
    sequences.form_sequence(one_who_waits, [upper, other, another], at=NOON)
    groups = [anew(one).order_group for one in (upper, other, another)]
    assert len(set(groups)) == 1
    assert numbers(upper, other, another, middle, lower) == [1, 2, 3, 1, 2]
    assert anew(middle).order_group == anew(lower).order_group != groups[0]


def test_one_alone_is_no_order(one_who_waits, three):
    with pytest.raises(SequenceNeedsTwo):
        sequences.form_sequence(one_who_waits, three[:1])
    for one in three[1:]:
        sequences.leave_sequence(one, at=NOON)
    assert numbers(*three) == [None] * 3


def test_a_request_and_what_has_a_copy_already_stand_in_no_order(one_who_waits, three):
    requested = request(
        one_who_waits, "絶版の本", pickup_branch=branch(), staff=None, at=NOON, **CHUO
    )
    ready = reserve(one_who_waits, CopyFactory().bib)
    ordered = sequences.form_sequence(
        one_who_waits, [three[0], requested, ready, three[1]], at=NOON
    )
    assert ordered == three[:2]
    assert numbers(requested, ready, three[2]) == [None] * 3


@pytest.mark.parametrize("by_the_patron", [True, False])
def test_when_an_earlier_one_ends_the_next_is_free_and_the_patron_is_told(
    three, by_the_patron, django_capture_on_commit_callbacks
):
    """Whoever cancelled it themselves reads it on the page; who let it lapse gets mail."""
    upper, middle, lower = three
    scan(copy_of(middle))
    scan(copy_of(lower))
    with django_capture_on_commit_callbacks(execute=True):
        if by_the_patron:
            cancel(upper, at=NOON)
        else:
            scan(copy_of(upper), at=NOON)
            lapse_all_overdue(at=tokyo("2026-12-24"))
    assert [anew(one).state for one in (middle, lower)] == [State.TO_FETCH, State.WAITING]
    assert middle.events.filter(why__startswith="前の巻").count() == 1
    assert not lower.events.filter(why__startswith="前の巻").exists()
    notified = Notice.objects.filter(kind="order_freed").values_list("subject_ids", flat=True)
    freed = {"patron": middle.patron_id, "reservation": middle.pk}
    assert list(notified) == ([] if by_the_patron else [freed])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_when_an_earlier_one_has_no_copy_left_the_next_is_freed_and_told_once(three):
    upper, middle, _ = three
    scan(copy_of(middle))
    Copy.objects.filter(bib=upper.bib).update(whereabouts=Copy.Whereabouts.SHELF)
    copy_of(upper).loans.all().delete()
    Copy.objects.filter(bib=upper.bib).update(whereabouts=Copy.Whereabouts.LOST)
    whereabouts.count_copies([upper.bib_id])
    for _ in range(2):
        sequences.remove_predecessors_without_copy()
        queue.offer_missed_copies()
    assert (anew(upper).state, anew(upper).order_no) == (State.WAITING, None)
    assert anew(middle).state == State.TO_FETCH
    assert Notice.objects.filter(kind="order_freed").count() == 1


def test_a_skip_holds_the_first_and_with_it_all_behind(three, one_who_waits):
    Suspension.objects.create(
        patron=one_who_waits, first_day=date(2026, 11, 24), last_day=date(2026, 12, 1)
    )
    for copy in map(copy_of, three):
        scan(copy, at=NOON)
    assert {anew(one).state for one in three} == {State.WAITING}


def test_another_patrons_reservations_are_put_in_no_order(three, stranger):
    with pytest.raises(SequenceNeedsTwo):
        sequences.form_sequence(stranger, three[::-1])
    assert numbers(*three) == [1, 2, 3]


def test_an_order_outlives_the_first_of_it(three, one_who_waits):
    upper, middle, lower = three
    scan(copy_of(upper))
    lend(copy_of(upper), one_who_waits)
    Reservation.objects.filter(pk=upper.pk).update(patron=None)  # cut after seven days
    sequences.move_up(lower, at=NOON)
    assert numbers(lower, middle) == [2, 3]


def test_a_basket_keeps_its_order_while_lines_move(borrower):
    bibs = [CopyFactory().bib_id for _ in range(4)]
    PatronBasket(borrower).add(bibs)
    basket_sequence.form_sequence(borrower, bibs[:3])
    basket_sequence.move(borrower, bibs[2], -1)
    basket_sequence.move(borrower, bibs[0], -1)
    basket_sequence.leave_sequence(borrower, bibs[1])
    lines = dict(borrower.basket.values_list("bib", "order_no"))
    assert [lines[pk] for pk in bibs] == [1, None, 2, None]
    with pytest.raises(SequenceNeedsTwo):
        basket_sequence.form_sequence(borrower, [bibs[0], PatronFactory().pk + 10_000])
