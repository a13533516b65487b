"""What the lists of a branch cost: rule 9.2."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from akiruno_library import policy
from circulation.counter.lists import LISTS
from circulation.models import Compensation
from patrons.models.patron import ContactMethod
from reservations import material_requests, staff_actions
from reservations.cancelling import cancel_by_staff
from tests.circulation.counter_pages import LISTS_AT, list_page
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory, branch
from tests.verbs import NOON, lend, lent_out, reserve, scan

pytestmark = pytest.mark.usefixtures("noon")


def fill(number: int) -> None:
    """Something for every list."""
    for _ in range(number):
        patron = PatronFactory(card_expires_on=tokyo("2099-01-01").date())
        fetch, here, off, late = CopyFactory.create_batch(4)
        reserve(patron, fetch.bib)
        reserve(patron, here.bib, contact=ContactMethod.TELEPHONE)
        scan(here)
        lapsed = reserve(patron, off.bib)
        scan(off)
        cancel_by_staff(lapsed, "取り消し", staff=None, at=NOON)
        reserve(patron, late.bib, pickup="el")
        scan(late)
        coming = CopyFactory(home_branch=branch("el"))
        reserve(patron, coming.bib)
        scan(coming, at_branch="el", at=NOON - timedelta(days=8))
        lend(CopyFactory(), patron, at=tokyo("2026-10-20"))
        gone = CopyFactory()
        lend(gone, PatronFactory())
        reserve(patron, gone.bib)
        scan(gone)
        staff_actions.mark_missing(gone, staff=None, at=NOON)
        wanted = lent_out()
        for _ in range(policy.WANTED_PER_COPY):
            reserve(PatronFactory(), wanted.bib)
        material_requests.request(
            patron,
            "ない本",
            pickup_branch=branch(),
            contact_method=ContactMethod.NONE,
            staff=None,
            at=NOON,
        )
        CopyFactory(bib__hidden=True, lender="隣の市の図書館", lender_due_on=NOON.date())
        Compensation.objects.create(
            patron=patron, copy=gone, kind=Compensation.Kind.LOST, opened_on=NOON.date()
        )


def test_a_list_costs_as_many_queries_with_many_rows_as_with_one(desk):
    fill(1)
    few = {slug: _queries(desk, slug) for slug in LISTS}
    fill(4)
    many = {slug: _queries(desk, slug) for slug in LISTS}
    assert many == few
    assert all(LISTS[slug].count(branch()) >= 5 for slug in LISTS)
    counts = desk.get(LISTS_AT).content.decode()
    assert "0件" not in counts.replace("10件", "")


def _queries(desk: Client, slug: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert "いまはありません" not in list_page(desk, slug)
    return len(captured)
