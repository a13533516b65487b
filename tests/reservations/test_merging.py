"""まとめる: two records of one material become one (rule 5.5)."""

import pytest
from django.db import connection

from catalog.models import Bib, BibStatus, Copy
from catalog.models.headings import VolumeSet
from circulation.renewal import prospects, renew
from loans import history
from loans.models import Loan
from loans.models.history import HistoryEntry
from loans.refusals import SomebodyWaits
from loans.summaries import WITH_LOAN, LoanSummary
from patrons.models import FavouriteEntry, FavouriteList
from patrons.models.newsletter import NewsletterIssue, NewsletterTitle
from reservations import merging, staff_actions
from reservations.merging import merge
from reservations.models import BasketEntry, CloseReason, Reservation, ReservationEvent, State
from reservations.refusals import (
    AnotherMaterialType,
    AnotherVolume,
    ChangedMeanwhile,
    MergedWithItself,
    OneIsHidden,
)
from reservations.sequences import form_sequence
from reservations.transitions import by_staff
from tests.conftest import tokyo
from tests.factories import BibFactory, CopyFactory, PatronFactory, branch, material
from tests.verbs import NOON, anew, lend, lent_out, position, reserve, scan

MORNING = tokyo("2026-11-24", "09:00")
EVENING = tokyo("2026-11-24", "17:00")


@pytest.fixture
def pair(db):
    """The one copy of each record is lent to somebody."""
    return lent_out().bib, lent_out().bib


def merged(duplicate, into):
    return merge(duplicate, into, at=EVENING, by=by_staff(None))


def changed_for_the_search():
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT bib FROM search_change")
        return {bib for (bib,) in cursor.fetchall()}


def test_every_table_that_names_a_bib_is_moved_or_left_for_a_reason():
    fields = Bib._meta.get_fields(include_hidden=True)
    relations = [one for one in fields if one.one_to_many or one.one_to_one]
    treated = [*merging.MOVED, *merging.MOVED_ONCE, *merging.LEFT]
    assert {one.related_model for one in relations} == set(treated)
    assert len(treated) == len(set(treated))
    assert {one.field.name for one in relations} == {"bib"}


def test_queues_are_merged_by_the_moment_of_placing_and_a_priority_stays_ahead(pair):
    duplicate, into = pair
    second = reserve(PatronFactory(), into, at=tokyo("2026-11-24", "10:00"))
    first = reserve(PatronFactory(), duplicate, at=MORNING)
    third = reserve(PatronFactory(), duplicate, at=NOON)
    urgent = reserve(PatronFactory(), duplicate, at=NOON)
    staff_actions.set_priority(urgent, 1, "授業で使うため", staff=None, at=NOON)
    merged(duplicate, into)
    assert [position(one) for one in (urgent, first, second, third)] == [1, 2, 3, 4]
    status = BibStatus.objects.get(pk=into.pk)
    assert (status.waiting, status.circulating) == (4, 2)
    assert not Bib.objects.filter(pk=duplicate.pk).exists()
    assert {duplicate.pk, into.pk} <= changed_for_the_search()
    assert "資料の登録を一つにまとめました" in first.events.latest("pk").why


def test_a_copy_that_stood_free_goes_to_whoever_waited_for_the_other(pair, borrower):
    waits = reserve(borrower, pair[0])
    free = CopyFactory(bib=BibFactory())
    merged(pair[0], free.bib)
    waits = anew(waits)
    assert (waits.state, waits.copy, waits.bib) == (State.TO_FETCH, free, free.bib)
    assert anew(free).whereabouts == Copy.Whereabouts.CLAIMED


def test_who_reserved_both_keeps_the_one_with_a_copy(pair, borrower):
    duplicate, into = pair
    with_copy = reserve(borrower, duplicate, at=NOON)
    earlier = reserve(borrower, into, at=MORNING)
    scan(duplicate.copies.get())
    merged(duplicate, into)
    assert (anew(with_copy).state, anew(with_copy).bib) == (State.READY, into)
    earlier = anew(earlier)
    assert (earlier.state, earlier.close_reason) == (State.CANCELLED, CloseReason.MERGED)
    said = ReservationEvent.objects.filter(reservation=earlier).latest("pk")
    assert (said.from_state, said.to_state) == (State.WAITING, State.CANCELLED)


def test_who_waits_for_both_keeps_the_earlier_one(pair, borrower):
    later = reserve(borrower, pair[0], at=NOON)
    earlier = reserve(borrower, pair[1], at=MORNING)
    merged(*pair)
    assert (anew(later).state, anew(earlier).state) == (State.CANCELLED, State.WAITING)


def test_r5_5_the_earlier_place_is_kept_with_the_copy_of_the_later(pair, borrower):
    """When the copy is lost again, the reservation waits where the patron first stood."""
    duplicate, into = pair
    early = reserve(borrower, duplicate, at=MORNING)
    copy = CopyFactory(bib=into)
    late = reserve(borrower, into, at=NOON)
    assert anew(late).state == State.TO_FETCH
    merged(duplicate, into)
    assert (anew(early).state, anew(late).placed_at) == (State.CANCELLED, MORNING)
    assert anew(late).copy == copy


def test_r5_6_a_later_volume_does_not_come_first_because_the_earlier_was_a_duplicate(
    pair, borrower
):
    duplicate, into = pair
    first = reserve(borrower, duplicate, at=NOON)
    second = reserve(borrower, lent_out().bib, at=NOON)
    form_sequence(borrower, [first, second], at=NOON)
    other = reserve(borrower, into, at=MORNING)
    merged(duplicate, into)
    assert anew(first).state == State.CANCELLED
    assert (anew(other).order_group, anew(other).order_no) == (anew(second).order_group, 1)
    scan(second.bib.copies.get())
    assert anew(second).state == State.WAITING  # the first volume has not been lent yet
    assert not Reservation.objects.eligible(NOON).filter(pk=second.pk).exists()


def test_r4_3_an_own_reservation_after_a_merge_does_not_refuse_the_renewal(pair, borrower):
    copy = CopyFactory()
    loan = lend(copy, borrower, at=MORNING)
    reserve(borrower, pair[0], at=MORNING)
    merged(pair[0], copy.bib)
    [summary] = [LoanSummary.of(Loan.objects.select_related(*WITH_LOAN).get(pk=loan.pk))]
    assert summary.waiting == 1
    assert prospects([summary], borrower, at=NOON)[loan.pk].until
    assert renew(loan, at=NOON).renewals == 1
    second = lend(CopyFactory(bib=copy.bib), PatronFactory(), at=MORNING)
    with pytest.raises(SomebodyWaits):
        renew(second, at=NOON)


def test_of_two_claimed_copies_the_second_goes_to_the_next_in_the_merged_queue(borrower):
    copies = CopyFactory.create_batch(2)
    for copy, at in zip(copies, (MORNING, NOON), strict=True):
        reserve(borrower, copy.bib, at=at)
    next_one = reserve(PatronFactory(), copies[1].bib, at=NOON)
    merged(copies[0].bib, copies[1].bib)
    next_one = anew(next_one)
    assert (next_one.state, next_one.copy) == (State.TO_FETCH, copies[1])


def test_who_borrowed_one_and_waits_for_the_other_goes_on_waiting(pair, borrower):
    copy = CopyFactory()
    lend(copy, borrower)
    waits = reserve(borrower, pair[0])
    assert merging.waited_for_by_borrowers(pair[0], copy.bib).get() == waits
    merged(pair[0], copy.bib)
    assert (anew(waits).state, anew(waits).bib) == (State.WAITING, copy.bib)


def test_what_patrons_keep_of_the_duplicate_is_kept_of_the_other(borrower, stranger):
    duplicate, into = BibFactory.create_batch(2)
    lists = [
        FavouriteList.objects.create(patron=borrower, slot=slot, name=f"リスト{slot}")
        for slot in (0, 1)
    ]
    facts = {"list": lists[0], "place": 7, "note": "祖母に", "added_at": MORNING}
    FavouriteEntry.objects.create(bib=duplicate, **facts)
    for bib, note in ((duplicate, "重なり"), (into, "もとから")):
        FavouriteEntry.objects.create(list=lists[1], bib=bib, note=note)
    BasketEntry.objects.create(patron=borrower, bib=duplicate, order_group=1, order_no=2)
    for bib in (duplicate, into):
        BasketEntry.objects.create(patron=stranger, bib=bib)
    history.consent(borrower, at=MORNING)
    read = {"title": "本", "folded": "本", "lent_on": NOON.date(), "written_at": NOON}
    HistoryEntry.objects.create(bib=duplicate, patron=borrower, **read)
    issue = NewsletterIssue.objects.create(number=1, day=NOON.date(), made_at=NOON)
    NewsletterTitle.objects.create(issue=issue, bib=duplicate, genres=[], authors=[])
    merged(duplicate, into)
    assert FavouriteEntry.objects.filter(bib=into, **facts).count() == 1
    assert lists[1].entries.get().note == "もとから"
    assert BasketEntry.objects.filter(bib=into).count() == 2
    assert borrower.basket.get().order_no == 2
    assert HistoryEntry.objects.get().bib == into
    assert NewsletterTitle.objects.get().bib == into


def test_what_is_not_the_same_material_is_not_merged(book):
    refused = lambda other: [type(one) for one in merging.refusals(other, book.bib)]  # noqa: E731
    one, two = (VolumeSet.objects.create(key=key) for key in ("一", "二"))
    Bib.objects.filter(pk=book.bib.pk).update(volume_set=one, volume_order=1)
    book.bib.refresh_from_db()
    assert refused(book.bib) == [MergedWithItself]
    assert refused(BibFactory(volume_set=one, volume_order=1)) == []
    assert refused(BibFactory(volume_order=1)) == []
    assert refused(BibFactory(volume_set=one, volume_order=2)) == [AnotherVolume]
    assert refused(BibFactory(volume_set=two, volume_order=1)) == [AnotherVolume]
    assert refused(BibFactory(hidden=True, volume_order=1)) == [OneIsHidden]
    other = BibFactory(material_type=material("dvd"), volume_order=1)
    with pytest.raises(AnotherMaterialType, match="DVD"):
        merged(other, book.bib)
    assert Bib.objects.filter(pk=other.pk).exists()


def test_a_merged_bib_is_not_merged_again(pair):
    merged(*pair)
    with pytest.raises(ChangedMeanwhile):
        merged(*pair)
    assert Reservation.objects.count() == 0
    assert branch().copies.count() == 2
