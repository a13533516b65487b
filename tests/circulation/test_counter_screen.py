"""The counter books what staff saw: rule 9.7."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from akiruno_library import policy
from circulation.models import Compensation, RecentScan
from loans.models import Loan
from patrons.models import Patron, User
from reservations.models import Reservation
from tests.circulation.counter_pages import COUNTER, LISTS_AT, press, read, read_on_a_list, seen
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory, branch, staff, staff_with_role
from tests.verbs import NOON, anew, lend, reserve

pytestmark = pytest.mark.usefixtures("noon")
CHANGED = "何も記録していません"

# Every press that means something else when another card is open, another branch is chosen, or
# the book drop is being emptied.
PRESSES = {
    "scan": lambda loan, scan: {"code": loan.copy.barcode},
    "finish": lambda loan, scan: {},
    "drop": lambda loan, scan: {"day": "2026-11-22"},
    "undo": lambda loan, scan: {"scan": scan.pk},
    "return": lambda loan, scan: {"copy": loan.copy_id},
    "return-and-lend": lambda loan, scan: {"copy": loan.copy_id},
    "renew": lambda loan, scan: {"loan": loan.pk},
    "damaged": lambda loan, scan: {"scan": scan.pk},
    "lost": lambda loan, scan: {"loan": loan.pk},
    "card": lambda loan, scan: {},
    "reserve": lambda loan, scan: {
        "code": loan.copy.barcode,
        "pickup_branch": branch().pk,
        "contact_method": "none",
    },
}


def rows() -> list[object]:
    """All that a press could change."""
    tables = (Loan, RecentScan, Reservation, Compensation, Patron)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def screen_of(desk: Client) -> str:
    return seen(desk.get(COUNTER).content.decode())


@pytest.fixture
def opened(desk: Client, borrower: Patron) -> tuple[Loan, RecentScan]:
    """The card of a patron with a loan is open, and a copy has just come back."""
    loan = lend(CopyFactory(), borrower, at=tokyo("2026-11-20"))
    read(desk, CopyFactory().barcode)
    read(desk, borrower.card_number)
    return loan, RecentScan.objects.latest("pk")


@pytest.mark.parametrize("route", PRESSES)
@pytest.mark.parametrize("other", ["another card", "no card", "branch", "book drop"])
def test_r9_7_a_press_from_a_screen_that_is_true_no_more_does_nothing(
    desk, opened, stranger, route, other
):
    before_the_change = screen_of(desk)
    if other == "another card":
        read(desk, stranger.card_number)
    elif other == "no card":
        press(desk, "finish")
    elif other == "branch":
        desk.post(f"{COUNTER}branch/", {"branch": "el"})
        read(desk, opened[0].patron.card_number)
    else:
        press(desk, "drop", day="2026-11-22")
    before = rows()
    data = {"seen": before_the_change} | PRESSES[route](*opened)
    answer = desk.post(f"{COUNTER}{route}/", data, follow=True).content.decode()
    assert CHANGED in answer or "利用者カードを読み取ってください" in answer
    assert rows() == before


@pytest.mark.parametrize("said", [{}, {"seen": ""}, {"seen": "1/"}, {"seen": "\0"}])
def test_r9_7_a_scan_that_does_not_say_what_the_screen_showed_does_nothing(desk, opened, said):
    before = rows()
    data = {"code": CopyFactory().barcode} | said
    assert CHANGED in desk.post(f"{COUNTER}scan/", data, follow=True).content.decode()
    assert rows() == before


def test_r9_7_a_card_that_closed_by_itself_lends_no_more_and_returns_nothing(desk, opened):
    card_open = screen_of(desk)
    book = CopyFactory()
    with time_machine.travel(NOON + policy.CARD_STAYS_OPEN + timedelta(minutes=1)):
        before = rows()
        data = {"code": book.barcode, "seen": card_open}
        answer = desk.post(f"{COUNTER}scan/", data, follow=True).content.decode()
        assert CHANGED in answer
        assert "秋川 花子" not in answer
        assert rows() == before
        assert "確認・棚へ" in read(desk, book.barcode)


def test_r9_7_the_screen_knows_when_the_card_closes(desk, opened):
    page = desk.get(COUNTER).content.decode()
    seconds = float(page.partition('data-closes-in="')[2].partition('"')[0])
    assert 0 < seconds <= policy.CARD_STAYS_OPEN.total_seconds()
    assert f'<meta http-equiv="refresh" content="{seconds:.0f}">' in page
    assert "data-closes-in" not in press(desk, "finish")


def test_r9_7_a_list_of_another_branch_than_the_desks_takes_no_scan(desk, one_who_waits, book):
    reserve(one_who_waits, book.bib)
    of_chuo = seen(desk.get(f"{LISTS_AT}fetch/").content.decode())
    desk.post(f"{COUNTER}branch/", {"branch": "el"})
    data = {"code": book.barcode, "seen": of_chuo}
    assert CHANGED in desk.post(f"{LISTS_AT}fetch/scan/", data, follow=True).content.decode()
    assert not RecentScan.objects.exists()


def test_r9_7_lending_returning_refusing_and_look_here_differ(desk, borrower, stranger):
    at_home, away = CopyFactory.create_batch(2)
    lend(away, stranger)
    tones = {}
    tones["returned"] = read(desk, CopyFactory().barcode)
    read(desk, borrower.card_number)
    tones["lent"] = read(desk, at_home.barcode)
    tones["look"] = read(desk, away.barcode)
    tones["refused"] = read(desk, "0000")
    sounds = {page.partition('data-sound="')[2].partition('"')[0] for page in tones.values()}
    assert len(sounds) == 4


def test_r9_7_what_a_scanner_reads_twice_on_a_list_is_one_scan_too(desk, one_who_waits, book):
    reserve(one_who_waits, book.bib)
    read_on_a_list(desk, "fetch", book.barcode)
    assert "1度として数えました" in read_on_a_list(desk, "fetch", book.barcode)
    assert RecentScan.objects.count() == 1


def test_r9_7_a_wrong_return_that_was_read_twice_can_be_undone(desk, borrower, book):
    loan = lend(book, borrower)
    read(desk, book.barcode)
    read(desk, book.barcode)
    press(desk, "undo", scan=RecentScan.objects.get(kind=RecentScan.Kind.TAKEN_BACK).pk)
    assert anew(loan).returned_at is None


def test_r9_7_what_is_returned_and_lent_again_at_once_is_two_scans(desk, borrower, book):
    lend(book, PatronFactory())
    read(desk, book.barcode)
    read(desk, borrower.card_number)
    assert "返却期限" in read(desk, book.barcode)
    press(desk, "finish")
    assert "返却・棚へ" in read(desk, book.barcode)


def test_r9_7_after_ten_seconds_or_another_counters_scan_it_is_a_scan_of_its_own(
    desk, borrower, book, staff_elsewhere
):
    read(desk, book.barcode)
    read(staff_elsewhere, borrower.card_number)
    read(staff_elsewhere, book.barcode)
    assert "返却・棚へ" in read(desk, book.barcode)
    with time_machine.travel(NOON + policy.SAME_SCAN + timedelta(seconds=5)):
        assert "確認・棚へ" in read(desk, book.barcode)


@pytest.fixture
def staff_elsewhere(db: None) -> Client:
    """Another counter of the same branch."""
    client = Client()
    client.force_login(staff("counter2"), backend="patrons.backends.StaffBackend")
    client.post(f"{COUNTER}branch/", {"branch": "chuo"})
    return client


def test_r12_12_each_of_the_last_ten_scans_is_undone_on_its_own_line(desk, borrower, book):
    read(desk, borrower.card_number)
    for copy in [book, *CopyFactory.create_batch(9)]:
        page = read(desk, copy.barcode)
    assert page.count('name="scan"') == 10 + page.count("counter:damaged")
    scan = RecentScan.objects.get(copy=book)
    press(desk, "undo", scan=scan.pk)
    assert borrower.loans.open().count() == 9
    assert not book.loans.exists()


def test_r9_7_lines_name_the_borrower_only_while_the_card_is_open(desk, borrower, book):
    read(desk, borrower.card_number)
    read(desk, book.barcode)
    page = read(desk, CopyFactory().barcode)
    lines = page.partition("counter-history")[2]
    assert "秋川 花子さん" in lines
    assert "12:0" in lines
    assert "秋川 花子" not in press(desk, "finish")


def at_a_device(user: User, cookie: str = "") -> Client:
    client = Client()
    client.force_login(user, backend="patrons.backends.StaffBackend")
    if cookie:
        client.cookies[settings.COUNTER_COOKIE_NAME] = cookie
    return client


def test_a_device_that_a_supervisor_gave_to_a_branch_opens_with_it(book):
    clerk = staff_with_role("counter")
    own_device, given_device = at_a_device(clerk), at_a_device(staff("supervisor"))
    for client in (own_device, given_device):
        client.post(f"{COUNTER}branch/", {"branch": "el", "device": "1"})
    assert settings.COUNTER_COOKIE_NAME not in own_device.cookies
    cookie = given_device.cookies[settings.COUNTER_COOKIE_NAME].value
    assert "中央図書館へ" in read(at_a_device(clerk, cookie), book.barcode)
    forged = at_a_device(clerk, f"x{cookie}").get(COUNTER)
    assert "はじめに、この窓口の館を選んでください" in forged.content.decode()
    stranger = Client()
    stranger.cookies[settings.COUNTER_COOKIE_NAME] = cookie
    assert stranger.get(COUNTER).status_code == 302
