"""相互貸借: what another library lent us (rule 12.10)."""

from datetime import date

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client

from catalog.models import Bib, CalendarException, Copy
from circulation.renewal import renew
from loans import closures
from loans.refusals import DueAtLender, InterlibraryLoan
from operation.invariants import offenders
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from reservations import hold_shelf, material_requests
from reservations.models import Reservation, State
from reservations.placing import place
from reservations.transitions import by_staff
from tests.circulation.counter_pages import COUNTER, list_page, read
from tests.conftest import tokyo
from tests.factories import CopyFactory, branch, material, staff
from tests.verbs import NOON, anew, lend, scan

LENDER = "八王子市中央図書館"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def interlibrary_copy(db: None) -> Copy:
    """From a neighbouring library, which wants it back on 8 December."""
    return CopyFactory(
        bib__title="多摩の水路",
        bib__hidden=True,
        lender=LENDER,
        lender_due_on=date(2026, 12, 8),
    )


@pytest.mark.parametrize(
    ("wanted_back", "due"),
    [
        ("2026-12-08", "2026-12-08"),
        ("2026-11-27", "2026-11-27"),  # a Friday on which 中央図書館 is closed
        ("2027-01-31", "2026-12-16"),
    ],
)
def test_a_loan_is_never_due_after_the_lenders_day(interlibrary_copy, borrower, wanted_back, due):
    Copy.objects.update(lender_due_on=wanted_back)
    assert lend(interlibrary_copy, borrower).due_on == date.fromisoformat(due)


def test_a_closure_moves_no_due_day_past_the_lenders(interlibrary_copy, book, borrower):
    ours, theirs = lend(book, borrower), lend(interlibrary_copy, borrower)
    for day in (theirs.due_on, ours.due_on):
        CalendarException.objects.create(branch=branch(), day=day, reason="整理")
    assert [move.loan_id for move in closures.due_days_to_move(branch(), at=NOON)] == [ours.pk]


def test_it_is_lent_up_to_the_lenders_day_and_not_after(interlibrary_copy, borrower):
    with pytest.raises(DueAtLender, match=LENDER):
        lend(interlibrary_copy, borrower, at=tokyo("2026-12-09"))
    assert lend(interlibrary_copy, borrower, at=tokyo("2026-12-08")).due_on == date(2026, 12, 8)


def test_it_is_not_renewed_and_my_page_says_so_without_a_link(interlibrary_copy, borrower, at_home):
    loan = lend(interlibrary_copy, borrower)
    with pytest.raises(InterlibraryLoan):
        renew(loan)
    page = at_home.get("/mypage/loans/").content.decode()
    assert "多摩の水路" in page
    assert "ほかの図書館から借りてお貸ししている資料のため、延長できません。" in page
    assert f"/bib/{interlibrary_copy.bib_id}/" not in page


def test_a_request_is_granted_with_it_and_the_return_names_the_lender(
    interlibrary_copy, borrower, counter_client, at_home
):
    """Asked for, borrowed elsewhere, lent, and back at the counter."""
    mine = material_requests.request(
        borrower,
        "多摩の水路",
        pickup_branch=branch(),
        contact_method=ContactMethod.NONE,
        staff=None,
    )
    counter_client.post(f"{COUNTER}branch/", {"branch": "chuo"})
    counter_client.post(
        f"{COUNTER}reservations/{mine.pk}/grant/", {"code": interlibrary_copy.barcode}
    )
    mine.refresh_from_db()
    assert (mine.state, mine.copy_id) == (State.TO_FETCH, interlibrary_copy.pk)
    page = at_home.get("/mypage/").content.decode()
    assert "多摩の水路" in page
    assert f"/bib/{interlibrary_copy.bib_id}/" not in page

    assert "予約あり" in read(counter_client, interlibrary_copy.barcode)
    lend(interlibrary_copy, borrower)
    said = read(counter_client, interlibrary_copy.barcode)
    assert "借受先へ返します" in said
    assert LENDER in said
    assert "12月8日(火)までに返す資料です" in said

    listed = counter_client.get("/admin/catalog/copy/?interlibrary=here").content.decode()
    assert interlibrary_copy.barcode in listed
    ours = CopyFactory()
    counter_client.post(
        "/admin/catalog/copy/",
        {"action": "give_back", "_selected_action": [interlibrary_copy.pk, ours.pk]},
    )
    assert [entry.object_repr for entry in LogEntry.objects.all()] == [interlibrary_copy.barcode]
    interlibrary_copy.refresh_from_db()
    assert interlibrary_copy.whereabouts == Copy.Whereabouts.WITHDRAWN
    assert interlibrary_copy.bib.status.circulating == 0


def test_whom_staff_promised_it_gets_it_next_but_not_after_the_lenders_day(
    interlibrary_copy, borrower, stranger
):
    lend(interlibrary_copy, borrower)
    [placing] = place(
        stranger,
        [interlibrary_copy.bib],
        pickup_branch=branch(),
        contact_method=ContactMethod.NONE,
        by=by_staff(staff()),
    )
    late = scan(interlibrary_copy, at=tokyo("2026-12-09"))
    assert (late.reservation, late.goes_to_lender) == (None, True)
    assert Reservation.objects.get().state == State.WAITING
    assert scan(interlibrary_copy, at=tokyo("2026-12-08")).reservation == placing.reservation


def test_staff_enter_a_borrowed_bib_with_its_copy_in_one_form(counter_client):
    form = {
        "source": "手入力", "source_key": "1", "title": "多摩の水路", "language": "jpn",
        "material_type": material().pk, "audience": "adult",
        "contributions-TOTAL_FORMS": 0, "contributions-INITIAL_FORMS": 0,
        "copies-TOTAL_FORMS": 1, "copies-INITIAL_FORMS": 0, "copies-0-barcode": "9900000001",
        "copies-0-home_branch": branch().pk, "copies-0-lending": "lent",
        "copies-0-lender": LENDER, "copies-0-lender_due_on": "2026-12-08",
    }  # fmt: skip
    add = "/admin/catalog/bib/add/"
    text = counter_client.post(add, form).content.decode()
    assert "「利用者に見せない」印のある資料に付けてください" in text
    assert counter_client.post(add, form | {"hidden": "on"}).status_code == 302
    copy = Copy.objects.get()
    assert (copy.bib.hidden, copy.lender, copy.bib.status.circulating) == (True, LENDER, 1)

    change = f"/admin/catalog/bib/{copy.bib_id}/change/"
    form |= {"copies-TOTAL_FORMS": 0}
    assert "利用者に見せられません" in counter_client.post(change, form).content.decode()
    assert Bib.objects.get().hidden


# --- Nothing promises it beyond the lender's day: every door --------------------------------------


@pytest.fixture
def due_on_tuesday(interlibrary_copy: Copy) -> Copy:
    Copy.objects.update(lender_due_on=date(2026, 12, 1))
    return anew(interlibrary_copy)


def grant_to(patron: Patron, copy: Copy) -> Reservation:
    mine = material_requests.request(
        patron,
        "多摩の水路",
        pickup_branch=branch(),
        contact_method=ContactMethod.NONE,
        staff=None,
    )
    return material_requests.grant(mine, copy.bib, staff=None)


def test_r12_10_the_deadline_is_the_lenders_day_on_every_page(
    due_on_tuesday, one_who_waits, counter_client
):
    held = grant_to(one_who_waits, due_on_tuesday)
    scan(due_on_tuesday)
    assert anew(held).deadline == date(2026, 12, 1)
    assert offenders() == {}
    counter_client.post(f"{COUNTER}branch/", {"branch": "chuo"})
    assert "12月1日" in list_page(counter_client, "shelf")
    patron_at_home = Client()
    patron_at_home.force_login(one_who_waits.user, backend="patrons.backends.PatronBackend")
    page = patron_at_home.get("/mypage/").content.decode().replace("\N{WORD JOINER}", "")
    assert "12月1日(火)まで" in page
    assert "12月5日" not in page
    calendar = patron_at_home.get("/mypage/reservations/deadlines.ics").content.decode()
    assert "20261201" in calendar


def test_r12_10_a_lenders_day_on_a_closed_day_ends_on_the_open_day_before(
    interlibrary_copy, one_who_waits
):
    Copy.objects.update(lender_due_on=date(2026, 11, 27))  # a Friday: closed
    held = grant_to(one_who_waits, anew(interlibrary_copy))
    scan(interlibrary_copy)
    assert anew(held).deadline == date(2026, 11, 26)


def test_r12_10_after_the_day_it_lapses_stands_on_the_list_and_goes_back_at_the_scan(
    due_on_tuesday, one_who_waits
):
    held = grant_to(one_who_waits, due_on_tuesday)
    scan(due_on_tuesday)
    after = tokyo("2026-12-02", "10:00")
    hold_shelf.lapse_all_overdue(at=after)
    assert anew(held).state == State.LAPSED
    with time_machine.travel(after):
        counter_client = Client()
        counter_client.force_login(staff("morning"), backend="patrons.backends.StaffBackend")
        counter_client.post(f"{COUNTER}branch/", {"branch": "chuo"})
        assert due_on_tuesday.barcode in list_page(counter_client, "lapsed")
        assert due_on_tuesday.barcode in list_page(counter_client, "lenders")
        assert "借受先へ返します" in read(counter_client, due_on_tuesday.barcode)


@pytest.mark.parametrize("door", ["scan", "job"])
def test_r12_10_what_was_not_fetched_in_time_is_promised_no_more(
    due_on_tuesday, one_who_waits, door
):
    held = grant_to(one_who_waits, due_on_tuesday)
    assert anew(held).state == State.TO_FETCH
    after = tokyo("2026-12-02", "10:00")
    if door == "scan":
        scan(due_on_tuesday, at=after)
    else:
        assert hold_shelf.release_all_wanted_back(at=after) == 1
    assert anew(held).state == State.WAITING
    assert anew(held).copy is None
    assert offenders() == {}
