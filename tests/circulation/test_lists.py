"""The lists of a branch and what staff do with them: rules 5.8, 9.2, 12.9."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from akiruno_library import policy
from catalog.models import Copy
from circulation.models import Compensation, RecentScan
from loans.models import Loan
from notifications.models import Mail, Notice
from notifications.sender import send_due_mail
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from patrons.models.staff_actions import StaffAction
from reservations import staff_actions
from reservations.cancelling import cancel_by_staff
from reservations.models import Reservation, State
from reservations.refusals import ChangedMeanwhile, NotHereToBeMissing
from tests.circulation.counter_pages import LISTS_AT, list_page, read, read_on_a_list
from tests.conftest import tokyo
from tests.factories import CopyFactory, MailAddressFactory, PatronFactory, branch
from tests.verbs import NOON, anew, lend, position, reserve, scan

Whereabouts = Copy.Whereabouts
pytestmark = pytest.mark.usefixtures("noon")


def act(desk: Client, slug: str, name: str, row: int, seen: str = "") -> str:
    data = {"row": row, "seen": seen}
    return desk.post(f"{LISTS_AT}{slug}/{name}/", data, follow=True).content.decode()


def call(desk: Client, patron: Patron, result: str) -> str:
    return act(desk, "telephone", result, patron.pk)


# --- Copies -----------------------------------------------------------------------------------


def test_what_is_to_be_fetched_stands_in_shelf_order_and_names_nobody(desk, borrower):
    late = CopyFactory(call_number="913.6/ワ")
    early = CopyFactory(call_number="210/ア")
    elsewhere = CopyFactory(home_branch=branch("el"))
    for copy in (late, early, elsewhere):
        reserve(borrower, copy.bib)
    text = list_page(desk, "fetch")
    assert text.index(early.barcode) < text.index(late.barcode)
    assert elsewhere.barcode not in text
    assert borrower.name not in text


def test_a_list_is_worked_by_scanning_and_never_lends(desk, borrower, one_who_waits, book):
    read(desk, borrower.card_number)
    reserve(one_who_waits, book.bib)
    answer = read_on_a_list(desk, "fetch", book.barcode)
    assert "取置棚 1番" in answer
    assert "いまはありません" in answer
    assert not Loan.objects.exists()


def test_a_card_scanned_on_a_list_opens_nothing_and_is_told(desk, borrower):
    assert "これは利用者カードです" in read_on_a_list(desk, "fetch", borrower.card_number)
    assert borrower.name not in desk.get("/admin/counter/").content.decode()


def test_a_scan_on_a_list_is_undone_there_and_the_list_goes_on(desk, one_who_waits, book):
    reservation = reserve(one_who_waits, book.bib)
    read_on_a_list(desk, "fetch", book.barcode)
    [scan] = RecentScan.objects.all()
    undone = desk.post(f"{LISTS_AT}fetch/undo/", {"scan": scan.pk}, follow=True)
    assert undone.redirect_chain == [(f"{LISTS_AT}fetch/?scanned=1", 302)]
    assert "読み取りを取り消しました" in undone.content.decode()
    assert anew(reservation).state == State.TO_FETCH


def test_a_copy_not_on_its_shelf_is_sought_once_more_before_it_is_missing(desk, borrower, book):
    reservation = reserve(borrower, book.bib)
    for _ in range(2):  # one press sent twice is one search
        assert "もう一度さがして" in act(desk, "fetch", "not-on-shelf", reservation.pk)
    assert anew(reservation).state == State.TO_FETCH
    assert "11月24日(火) 棚になし" in list_page(desk, "fetch")
    assert "所在不明にしました" in act(desk, "fetch", "not-on-shelf", reservation.pk, "sought")
    assert (anew(reservation).state, anew(book).whereabouts) == (
        State.WAITING,
        Whereabouts.MISSING,
    )
    assert anew(reservation).became_hold_at


def test_a_missing_copy_hands_its_claim_to_another_free_one(borrower, book):
    other = CopyFactory(bib=book.bib)
    reservation = reserve(borrower, book.bib)
    claimed = anew(reservation).copy
    staff_actions.not_on_shelf(reservation, sought_before=False, staff=None, at=NOON)
    staff_actions.not_on_shelf(reservation, sought_before=True, staff=None, at=NOON)
    again = anew(reservation)
    assert (again.state, {claimed, again.copy}) == (State.TO_FETCH, {book, other})
    assert again.is_transfer


def test_a_copy_that_was_sought_and_then_found_is_sought_no_more(borrower, book):
    reservation = reserve(borrower, book.bib)
    staff_actions.not_on_shelf(reservation, sought_before=False, staff=None, at=NOON)
    scan(book)
    assert anew(book).sought_on is None
    with pytest.raises(ChangedMeanwhile):
        staff_actions.not_on_shelf(reservation, sought_before=True, staff=None, at=NOON)


def test_r5_8_what_has_not_arrived_for_seven_days_can_be_given_up(desk, borrower, stranger):
    copy = CopyFactory(home_branch=branch("el"))
    first = reserve(borrower, copy.bib)
    second = reserve(stranger, copy.bib)
    scan(copy, at_branch="el", at=NOON - policy.NOT_ARRIVED_AFTER + timedelta(minutes=1))
    assert copy.barcode in list_page(desk, "arriving")
    assert copy.barcode not in list_page(desk, "late")
    Copy.objects.update(sent_at=NOON - policy.NOT_ARRIVED_AFTER)
    assert copy.barcode in list_page(desk, "late")
    act(desk, "late", "missing", copy.pk)
    assert [anew(one).state for one in (first, second)] == [State.WAITING] * 2
    assert [position(one) for one in (first, second)] == [1, 2]
    assert "この行は、もう片づいています" not in list_page(desk, "late")


def test_what_is_lent_is_never_marked_missing(borrower, book):
    lend(book, borrower)
    with pytest.raises(NotHereToBeMissing):
        staff_actions.mark_missing(book, staff=None, at=NOON)


def test_what_is_sent_stands_by_its_destination(desk, borrower, book):
    reserve(borrower, book.bib, pickup="el")
    scan(book)
    text = list_page(desk, "sent")
    assert "東部図書館エル" in text
    assert book.barcode in text


def test_a_lapsed_copy_is_taken_off_by_a_scan(desk, borrower, book):
    reservation = reserve(borrower, book.bib)
    scan(book)
    assert book.barcode in list_page(desk, "shelf")
    cancel_by_staff(reservation, "電話で取り消し", staff=None, at=NOON)
    assert book.barcode not in list_page(desk, "shelf")
    assert "1番" in list_page(desk, "lapsed")
    read_on_a_list(desk, "lapsed", book.barcode)
    assert book.barcode not in list_page(desk, "lapsed")
    assert anew(book).whereabouts == Whereabouts.SHELF


# --- People -----------------------------------------------------------------------------------


def test_who_wants_a_call_is_called_until_told(desk, one_who_waits, book):
    second = CopyFactory()
    for copy in (book, second):
        reserve(one_who_waits, copy.bib, contact=ContactMethod.TELEPHONE)
        scan(copy)
    text = list_page(desk, "telephone")
    assert text.count(one_who_waits.telephone) == 1
    assert "2点" in text
    assert book.bib.title not in text
    assert StaffAction.objects.get(patron=one_who_waits).what == StaffAction.What.LOOKED
    assert "1回 不在" in call(desk, one_who_waits, "nobody")
    assert one_who_waits.telephone not in call(desk, one_who_waits, "recorded")
    assert Reservation.objects.first().calls.count() == 2


def test_r3_3_whose_mail_bounced_is_called(desk, one_who_waits, book):
    reserve(one_who_waits, book.bib, contact=ContactMethod.MAIL)
    scan(book)
    assert one_who_waits.telephone not in list_page(desk, "telephone")
    one_who_waits.mail_address.undeliverable_since = NOON
    one_who_waits.mail_address.save()
    assert "メールが届かない" in list_page(desk, "telephone")


@pytest.mark.parametrize("reply", ["550 5.1.1 unknown", "554 5.7.1 denied", "450 later"])
def test_r3_3_whose_mail_about_this_copy_was_refused_is_called(
    desk, mail_server, settings, one_who_waits, book, reply
):
    """Whether or not that is held against the address: the mail about the copy did not arrive."""
    reserve(one_who_waits, book.bib, contact=ContactMethod.MAIL)
    scan(book)
    mail_server.replies[one_who_waits.mail_address.address] = reply
    gathered = NOON + settings.HOLD_READY_DELAY + timedelta(minutes=1)
    with time_machine.travel(gathered, tick=False):
        send_due_mail()
        refused = not reply.startswith("450")
        assert ("メールが届かない" in list_page(desk, "telephone")) == refused
        Mail.objects.update(created_at=gathered - policy.MAIL_PUT_OFF - timedelta(minutes=1))
        assert "メールが届かない" in list_page(desk, "telephone")


def test_an_overdue_copy_that_stood_on_its_shelf_is_taken_back_by_a_scan_on_the_list(desk):
    copy = CopyFactory()
    lend(copy, PatronFactory(), at=tokyo("2026-10-20"))
    assert copy.bib.title in list_page(desk, "overdue")
    read_on_a_list(desk, "overdue", copy.barcode)
    assert "いまはありません" in list_page(desk, "overdue")
    assert anew(copy).whereabouts == Whereabouts.SHELF


def test_overdue_loans_show_who_to_call_and_who_waits(desk, borrower, stranger, book):
    lend(book, borrower, at=tokyo("2026-11-01"))
    reserve(stranger, book.bib)
    text = list_page(desk, "overdue")
    assert "11月22日(日)(2日過ぎています)" in text
    assert StaffAction.objects.get(patron=borrower).what == StaffAction.What.LOOKED_AT_LOANS
    assert "1人" in text


def test_r12_9_a_reservation_with_no_copy_left_is_listed_and_not_cancelled(desk, borrower, book):
    lend(book, PatronFactory())
    reservation = reserve(borrower, book.bib)
    scan(book)
    staff_actions.mark_missing(book, staff=None, at=NOON)
    assert anew(reservation).state == State.WAITING
    assert book.bib.title in list_page(desk, "no-copy-left")
    assert StaffAction.objects.get(patron=borrower).what == StaffAction.What.LOOKED_AT_LOANS
    assert "メールの届くアドレスがありません" in act(desk, "no-copy-left", "write", reservation.pk)
    borrower.mail_address = MailAddressFactory()
    borrower.save()
    for _ in range(2):
        assert "メールでお知らせします" in act(desk, "no-copy-left", "write", reservation.pk)
    assert Notice.objects.get(kind="no_copy_left").address == borrower.mail_address
    assert "11月24日(火) 不在" in act(desk, "no-copy-left", "nobody", reservation.pk)
    assert anew(reservation).state == State.WAITING


def test_five_waiting_for_each_copy_are_listed_for_buying(desk, book):
    lend(book, PatronFactory())
    for number in range(policy.WANTED_PER_COPY):
        assert book.bib.title not in list_page(desk, "wanted"), number
        reserve(PatronFactory(), book.bib)
    assert "5.0件" in list_page(desk, "wanted")


def test_a_matter_that_is_settled_leaves_no_link(desk, borrower, book):
    Compensation.objects.create(
        patron=borrower, copy=book, kind=Compensation.Kind.LOST, opened_on=NOON.date()
    )
    [row] = Compensation.objects.all()
    assert borrower.name in list_page(desk, "compensations")
    act(desk, "compensations", "settled", row.pk)
    assert not Compensation.objects.exists()
    assert "もう片づいています" in act(desk, "compensations", "settled", row.pk)
