"""Every change reaches the index, in an order in which none can be missed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalog.copies import whereabouts
from catalog.models import (
    Bib,
    BibStatus,
    Branch,
    Contribution,
    Contributor,
    Copy,
    MaterialType,
    Series,
)
from catalog.search import feed
from catalog.search.feed import Changes, Cursor
from tests.catalog.search.conftest import another_connection, until_all_before_is_final
from tests.factories import BibFactory, CopyFactory, branch

over_connections = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def recorded() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT bib FROM search_change ORDER BY seq")
        return [bib for (bib,) in cursor.fetchall()]


def forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_change")


def changes_after(cursor: Cursor, limit: int = 1_000) -> Changes | None:
    until_all_before_is_final()
    return feed.changes_after(cursor, limit)


def cursor_of_now() -> Cursor:
    until_all_before_is_final()
    with feed.snapshot() as cursor:
        return cursor


@pytest.fixture
def bib(db: None) -> Bib:
    bib = BibFactory(
        authors=["夏目金之助"],
        series=Series.objects.create(title="秋川叢書"),
    )
    CopyFactory(bib=bib)
    forget()
    return bib


CHANGES: dict[str, Callable[[Bib], object]] = {
    "a bib corrected": lambda bib: Bib.objects.filter(pk=bib.pk).update(title="別の題名"),
    "a bib saved in the admin": lambda bib: bib.save(),
    "a copy added": lambda bib: Copy.objects.create(
        bib=bib, barcode="9", home_branch=branch(), current_branch=branch()
    ),
    "a copy lent": lambda bib: bib.copies.update(whereabouts="on_loan"),
    "a copy deleted": lambda bib: bib.copies.all().delete(),
    "its status": lambda bib: BibStatus.objects.filter(pk=bib.pk).update(free_at=[]),
    "an author added": lambda bib: Contribution.objects.create(
        bib=bib, contributor=Contributor.objects.create(name="津田青楓"), position=9
    ),
    "an author taken away": lambda bib: bib.contributions.all().delete(),
    "an author renamed": lambda bib: Contributor.objects.update(other_names=["漱石"]),
    "a series renamed": lambda bib: Series.objects.update(title="あきる野叢書"),
    "a branch's code": lambda bib: Branch.objects.filter(code="chuo").update(code="honkan"),
    "a material's code": lambda bib: MaterialType.objects.filter(code="book").update(code="tosho"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_changes_on_a_bib_is_recorded(bib, change):
    change(bib)
    assert set(recorded()) == {bib.pk}


def test_a_new_bib_and_a_deleted_one_are_recorded(db):
    forget()
    bib = BibFactory()
    assert set(recorded()) == {bib.pk}
    forget()
    number = bib.pk
    bib.delete()
    assert set(recorded()) == {number}


def test_a_copy_that_moves_to_another_bib_is_recorded_for_both(bib):
    other = BibFactory()
    forget()
    bib.copies.update(bib=other)
    assert set(recorded()) == {bib.pk, other.pk}


def test_a_bulk_change_is_recorded_once_for_each_bib(bib):
    Copy.objects.bulk_create(
        Copy(bib=bib, barcode=f"8{number:09}", home_branch=branch(), current_branch=branch())
        for number in range(500)
    )
    assert recorded() == [bib.pk]
    forget()
    bib.copies.update(times_lent=3)
    assert recorded() == [bib.pk]


def test_an_author_saved_without_a_difference_records_nothing(bib):
    Contributor.objects.get().save()
    assert recorded() == []


def test_counting_copies_that_are_as_they_were_records_nothing(bib):
    whereabouts.count_copies([bib.pk])
    assert recorded() == []


@over_connections
def test_a_change_that_is_taken_back_is_not_recorded():
    bib = BibFactory()
    forget()
    with transaction.atomic():
        bib.save()
        transaction.set_rollback(True)
    assert recorded() == []


@over_connections
def test_a_transaction_that_commits_late_is_not_skipped():
    early, late = BibFactory(), BibFactory()
    start = cursor_of_now()
    with another_connection() as slow:
        slow("BEGIN")
        slow("UPDATE catalog_bib SET title = 'slow' WHERE id = %s", [late.pk])
        early.save()
        assert feed.changes_after(start) is None  # an older transaction still runs
        slow("COMMIT")
    changes = changes_after(start)
    assert changes is not None
    assert changes.bibs == {early.pk, late.pk}
    assert changes_after(changes.cursor) is None


@over_connections
def test_a_snapshot_and_its_cursor_leave_no_gap():
    seen, unseen = BibFactory(title="前"), BibFactory(title="前")
    with another_connection() as slow:
        slow("BEGIN")
        slow("UPDATE catalog_bib SET title = '後' WHERE id = %s", [unseen.pk])
        seen.save()
        with feed.snapshot() as cursor:
            slow("COMMIT")
            assert Bib.objects.get(pk=unseen.pk).title == "前"
    changes = changes_after(cursor)
    assert changes is not None
    assert unseen.pk in changes.bibs


@over_connections
def test_changes_come_in_portions():
    start = cursor_of_now()
    bibs = {BibFactory().pk for _ in range(5)}
    found: set[int] = set()
    cursor = start
    while changes := changes_after(cursor, limit=2):
        assert len(changes.bibs) <= 2
        found |= changes.bibs
        cursor = changes.cursor
    assert found == bibs
    assert feed.lag_after(cursor) == (0, 0.0)
    assert feed.lag_after(start)[0] >= 5


@over_connections
def test_old_changes_are_forgotten_and_whoever_missed_them_starts_over():
    forget()
    start = cursor_of_now()
    BibFactory.create_batch(2)
    reached = changes_after(start).cursor
    until_all_before_is_final()
    feed.prune(at=timezone.now() + feed.KEPT + timedelta(seconds=1))
    young = BibFactory()

    assert feed.EVERYTHING in changes_after(start).bibs
    assert changes_after(reached).bibs == {young.pk}


@over_connections
def test_young_changes_are_kept():
    forget()
    BibFactory.create_batch(2)
    kept = recorded()
    until_all_before_is_final()
    feed.prune(at=timezone.now() + feed.KEPT - timedelta(minutes=1))
    assert recorded() == kept


@over_connections
def test_emptying_the_catalogue_behind_our_back_means_building_anew():
    start = cursor_of_now()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE catalog_bib CASCADE")
    assert feed.EVERYTHING in changes_after(start).bibs


@over_connections
def test_changes_brought_by_a_dump_from_elsewhere_are_not_waited_for():
    forget()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO search_change (xid, bib) VALUES ('999999999999', 5)")
    BibFactory()
    feed.forget_changes_of_another_cluster()
    assert 5 not in recorded()
    assert recorded() != []


@over_connections
def test_a_table_restored_over_this_one_is_another_database():
    before = feed.identity()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE search_change_restored (LIKE search_change INCLUDING ALL)")
        cursor.execute("ALTER TABLE search_change RENAME TO search_change_old")
        cursor.execute("ALTER TABLE search_change_restored RENAME TO search_change")
        assert feed.identity() != before
        transaction.set_rollback(True)
    assert feed.identity() == before
