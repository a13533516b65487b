"""The lists of a branch and what staff do with them: rules 5.5, 5.8, 9.2, 12.9."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from akiruno_library import policy
from catalog.models import Copy
from circulation.counter.lists import LISTS
from circulation.models import Compensation, RecentScan
from loans.models import Loan
from notifications.models import Mail, Notice
from notifications.sender import send_due_mail
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from patrons.models.staff_actions import StaffAction
from reservations import material_requests, staff_actions
from reservations.cancelling import cancel, cancel_by_staff
from reservations.models import Reservation, State
from reservations.refusals import ChangedMeanwhile, NotHereToBeMissing
from tests.conftest import tokyo
from tests.factories import CopyFactory, MailAddressFactory, PatronFactory, branch, material
from tests.verbs import NOON, lend, lent_out, position, reserve, scan

LISTS_AT = "/admin/counter/lists/"
Whereabouts = Copy.Whereabouts


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def desk(counter_client) -> Client:
    counter_client.post("/admin/counter/branch/", {"branch": "chuo"})
    return counter_client


def anew(row):
    return type(row).objects.get(pk=row.pk)


def list_page(desk: Client, slug: str) -> str:
    return desk.get(f"{LISTS_AT}{slug}/").content.decode()


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
    desk.post("/admin/counter/scan/", {"code": borrower.card_number})
    reserve(one_who_waits, book.bib)
    answer = desk.post(f"{LISTS_AT}fetch/scan/", {"code": book.barcode}, follow=True)
    assert "取置棚 1番" in answer.content.decode()
    assert "いまはありません" in answer.content.decode()
    assert not Loan.objects.exists()


def test_a_card_scanned_on_a_list_opens_nothing_and_is_told(desk, borrower):
    answer = desk.post(f"{LISTS_AT}fetch/scan/", {"code": borrower.card_number}, follow=True)
    assert "これは利用者カードです" in answer.content.decode()
    assert borrower.name not in desk.get("/admin/counter/").content.decode()


def test_a_scan_on_a_list_is_undone_there_and_the_list_goes_on(desk, one_who_waits, book):
    reservation = reserve(one_who_waits, book.bib)
    desk.post(f"{LISTS_AT}fetch/scan/", {"code": book.barcode})
    [scan] = RecentScan.objects.all()
    undone = desk.post("/admin/counter/undo/", {"scan": scan.pk, "list": "fetch"}, follow=True)
    assert undone.redirect_chain == [(f"{LISTS_AT}fetch/?scanned=1", 302)]
    assert "読み取りを取り消しました" in undone.content.decode()
    assert anew(reservation).state == State.TO_FETCH
    elsewhere = desk.post("/admin/counter/undo/", {"scan": scan.pk, "list": "//evil.example"})
    assert elsewhere["Location"] == "/admin/counter/"


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
    desk.post(f"{LISTS_AT}lapsed/scan/", {"code": book.barcode})
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
    desk.post(f"{LISTS_AT}overdue/scan/", {"code": copy.barcode})
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


# --- One reservation --------------------------------------------------------------------------


def page_of(desk: Client, reservation: Reservation, verb: str = "", **data: object) -> str:
    address = f"/admin/counter/reservations/{reservation.pk}/"
    if not verb:
        return desk.get(address).content.decode()
    return desk.post(f"{address}{verb}/", data, follow=True).content.decode()


def test_r5_5_a_priority_needs_a_reason_and_stands_in_the_log(desk, borrower, stranger):
    copy = lent_out()
    reserve(borrower, copy.bib)
    second = reserve(stranger, copy.bib)
    assert "わけを入れてください" in page_of(desk, second, "priority", priority=1, why="")
    assert position(second) == 2
    assert "優先を1にしました: 授業で使うため" in page_of(
        desk, second, "priority", priority=1, why="授業で使うため"
    )
    assert position(second) == 1
    queue = desk.get(f"/admin/counter/bibs/{copy.bib_id}/").content.decode()
    assert queue.index("ヒキダ・セ") < queue.index("アキカワ・ハ")
    assert "秋川 花子" not in queue  # a name in full is a look that is logged


def test_r5_14_the_queue_of_a_bib_tells_its_log_and_names_only_who_still_waits(
    desk, borrower, stranger
):
    copy = lent_out()
    reserve(borrower, copy.bib)
    waiting = reserve(stranger, copy.bib)
    page_of(desk, waiting, "priority", priority=1, why="授業で使うため")
    few = _log_of(desk, copy)
    assert "優先を1にしました: 授業で使うため" in few
    assert ("アキカワ・ハ" in few, "ヒキダ・セ" in few) == (True, True)
    cancel(anew(borrower.reservations.get()))
    log = _log_of(desk, copy)
    assert log.index("取り消しました") < log.index("優先を1にしました")  # the newest first
    assert ("アキカワ・ハ" in log, "ヒキダ・セ" in log) == (False, True)
    with CaptureQueriesContext(connection) as few_queries:
        _log_of(desk, copy)
    for _ in range(9):
        reserve(PatronFactory(), copy.bib)
    with CaptureQueriesContext(connection) as many_queries:
        _log_of(desk, copy)
    assert len(many_queries) == len(few_queries)


def _log_of(desk: Client, copy: Copy) -> str:
    page = desk.get(f"/admin/counter/bibs/{copy.bib_id}/").content.decode()
    return page.partition("この資料の予約の記録")[2]


@pytest.mark.parametrize("scans", [[], ["chuo"], ["chuo", "el"]])
def test_staff_end_a_reservation_wherever_its_copy_is(desk, borrower, book, scans):
    reservation = reserve(borrower, book.bib, pickup="el")
    for place in scans:
        scan(book, at_branch=place)
    assert "予約を取り消しました" in page_of(desk, reservation, "end", why="窓口で取り消し")
    assert anew(reservation).state == State.CANCELLED
    scan(book, at_branch="chuo")
    assert anew(book).whereabouts == Whereabouts.SHELF
    assert "もう終わっています" in page_of(desk, reservation, "end", why="窓口で取り消し")


def test_a_request_is_joined_to_what_the_library_bought(desk, borrower, book):
    request = material_requests.request(
        borrower,
        "多摩の山歩き",
        pickup_branch=branch(),
        contact_method=ContactMethod.NONE,
        staff=None,
        at=NOON,
    )
    assert "多摩の山歩き" in list_page(desk, "requests")
    assert "見つかりません" in page_of(desk, request, "grant", code="999")
    assert "順番に加わりました" in page_of(desk, request, "grant", code=book.barcode)
    assert anew(request).state == State.TO_FETCH


# --- Placing at the counter ----------------------------------------------------------------------


def place_here(desk: Client, **data: object) -> str:
    data = {"pickup_branch": branch().pk, "contact_method": "none"} | data
    return desk.post("/admin/counter/reserve/", data, follow=True).content.decode()


def test_a_reservation_is_placed_for_the_patron_at_the_counter(desk, borrower, book):
    assert "利用者カードを読み取ってください" in place_here(desk, code=book.barcode)
    desk.post("/admin/counter/scan/", {"code": borrower.card_number})
    assert "取り寄せを受け付けました" in place_here(desk, code=book.barcode)
    assert Reservation.objects.get().events.first().staff.username == "counter"
    assert "もう予約しています" in place_here(desk, code=book.barcode)
    assert "見つかりません" in place_here(desk, code="いろは")
    assert "どちらかを" in place_here(desk)
    assert "リクエストを受け付けました" in place_here(desk, request_text="ない本")


def test_r5_3_staff_exceed_the_limit_with_a_reason(desk, borrower, book):
    for copy in CopyFactory.create_batch(policy.RESERVATION_LIMIT):
        reserve(borrower, copy.bib)
    desk.post("/admin/counter/scan/", {"code": borrower.card_number})
    assert "予約は20件までです" in place_here(desk, code=book.barcode)
    assert "受け付けました" in place_here(desk, code=book.barcode, beyond_limit="読書会で使うため")
    assert Reservation.objects.latest("pk").beyond_limit_reason == "読書会で使うため"


def test_r5_1_what_is_not_for_the_web_is_reserved_at_the_counter(desk, borrower):
    big = CopyFactory(bib__material_type=material("large_picture_book"))
    desk.post("/admin/counter/scan/", {"code": borrower.card_number})
    assert "受け付けました" in place_here(desk, code=big.barcode)


# --- All lists --------------------------------------------------------------------------------


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
