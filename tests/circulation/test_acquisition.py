"""受け入れ: the newest issue of a magazine (rule 12.3)."""

from datetime import date

from catalog.copies import whereabouts
from catalog.models import Copy, VolumeSet
from circulation import acquisition
from reservations.models import State
from tests.factories import BibFactory, CopyFactory, branch, material
from tests.verbs import NOON, anew, reserve, scan

Whereabouts, Lending = Copy.Whereabouts, Copy.Lending


def issue(number: int, **facts: object) -> Copy:
    magazine, _ = VolumeSet.objects.get_or_create(key="文藝秋川")
    bib = BibFactory(
        title="文藝秋川",
        volume=f"{number}月号",
        volume_order=number,
        volume_set=magazine,
        material_type=material("magazine"),
    )
    return CopyFactory(bib=bib, lending=Lending.NEWEST_ISSUE, **facts)


def test_the_first_scan_accepts_a_copy(book):
    Copy.objects.filter(pk=book.pk).update(whereabouts=Whereabouts.ON_ORDER)
    assert scan(book).copy.accepted_on == date(2026, 11, 24)


def test_r12_3_the_issue_before_is_assigned_when_the_next_is_accepted(
    borrower, django_capture_on_commit_callbacks
):
    november = issue(11)
    december = issue(12, whereabouts=Whereabouts.PROCESSING)
    reservation = reserve(borrower, november.bib)
    assert reservation.state == State.WAITING
    with django_capture_on_commit_callbacks(execute=True):
        scan(december)
    assert anew(november).lending == Lending.LENT
    assert anew(reservation).state == State.TO_FETCH
    assert anew(december).lending == Lending.NEWEST_ISSUE


def test_an_issue_accepted_at_another_branch_leaves_ours_in_the_library(
    django_capture_on_commit_callbacks,
):
    november = issue(11)
    with django_capture_on_commit_callbacks(execute=True):
        scan(issue(12, whereabouts=Whereabouts.PROCESSING, home_branch=branch("el")))
    assert anew(november).lending == Lending.NEWEST_ISSUE


def test_an_issue_on_order_lets_nothing_go_and_the_job_catches_up():
    november, december = issue(11), issue(12, whereabouts=Whereabouts.ON_ORDER)
    assert acquisition.lend_past_issues(at=NOON) == 0
    Copy.objects.filter(pk=december.pk).update(whereabouts=Whereabouts.SHELF)
    whereabouts.count_copies([december.bib_id])
    assert acquisition.lend_past_issues(at=NOON) == 1
    assert anew(november).lending == Lending.LENT
    assert acquisition.lend_past_issues(at=NOON) == 0
