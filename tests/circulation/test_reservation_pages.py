"""A reservation and its queue at the counter, and placing there: rules 5.1, 5.3, 5.5, 5.14."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from akiruno_library import policy
from catalog.models import Copy
from catalog.search import rebuild
from patrons.models.patron import ContactMethod
from reservations import material_requests
from reservations.cancelling import cancel
from reservations.models import Reservation, State
from tests.circulation.counter_pages import list_page, read, seen
from tests.factories import CopyFactory, PatronFactory, branch, material
from tests.verbs import NOON, anew, lent_out, position, reserve, scan

Whereabouts = Copy.Whereabouts
pytestmark = pytest.mark.usefixtures("noon")


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
    form = {"seen": seen(desk.get("/admin/counter/reserve/").content.decode())}
    data = form | {"pickup_branch": branch().pk, "contact_method": "none"} | data
    return desk.post("/admin/counter/reserve/", data, follow=True).content.decode()


def test_a_reservation_is_placed_for_the_patron_at_the_counter(desk, borrower, book):
    assert "利用者カードを読み取ってください" in place_here(desk, code=book.barcode)
    read(desk, borrower.card_number)
    assert "取り寄せを受け付けました" in place_here(desk, code=book.barcode)
    assert Reservation.objects.get().events.first().staff.username == "counter"
    assert "もう予約しています" in place_here(desk, code=book.barcode)
    assert "見つかりません" in place_here(desk, code="いろは")
    assert "どちらかを" in place_here(desk)
    assert "リクエストを受け付けました" in place_here(desk, request_text="ない本")


def test_a_bib_is_searched_and_reserved_with_one_press(desk, borrower, book):
    rebuild()
    read(desk, borrower.card_number)
    page = desk.get("/admin/counter/reserve/", {"q": book.bib.title}).content.decode()
    assert "あります" in page
    names = r'name="(code|pickup_branch|contact_method)" value="(\w+|/bib/[^"]*)"'
    form = dict(re.findall(names, page.partition("counter-found")[2].partition("</ul>")[0]))
    assert "取り寄せを受け付けました" in place_here(desk, **form)
    assert Reservation.objects.get().bib == book.bib
    nothing = desk.get("/admin/counter/reserve/", {"q": "ぬるぽ"}).content.decode()
    assert "見つかりません" in nothing


def test_r5_3_staff_exceed_the_limit_with_a_reason(desk, borrower, book):
    for copy in CopyFactory.create_batch(policy.RESERVATION_LIMIT):
        reserve(borrower, copy.bib)
    read(desk, borrower.card_number)
    assert "予約は20件までです" in place_here(desk, code=book.barcode)
    assert "受け付けました" in place_here(desk, code=book.barcode, beyond_limit="読書会で使うため")
    assert Reservation.objects.latest("pk").beyond_limit_reason == "読書会で使うため"


def test_r5_1_what_is_not_for_the_web_is_reserved_at_the_counter(desk, borrower):
    big = CopyFactory(bib__material_type=material("large_picture_book"))
    read(desk, borrower.card_number)
    assert "受け付けました" in place_here(desk, code=big.barcode)
