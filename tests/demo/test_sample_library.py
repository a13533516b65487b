"""The sample library as demo visitors find it: loaded for real, once for all tests here."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils import timezone

from catalog.models import Bib, Branch, Copy, News
from circulation.lending import lend
from demo.dates import born_to_be_a_first_year, born_to_be_a_sixth_grader
from loans.due_dates import due_day
from loans.models import Loan
from notifications.models import Notice
from operation.invariants import offenders
from patrons.models import FavouriteList, Patron, User
from patrons.privileges import first_day_at_junior_high, may_use_reservations
from reservations.eligibility import quota_of
from reservations.models import Reservation, State, Suspension
from tests.conftest import tokyo
from tests.demo.starting import start_demo

FIRST_DAY = tokyo("2026-11-24")
TODAY = date(2026, 11, 24)
MANY_DAYS_LATER = tokyo("2027-04-20")

AUTHORS = ["森田一葉", "沢井二郎", "岸本三枝", "村野四季"]
HEADER = (
    "source_key,title,volume,authors,author_readings,published,material,ndc,audience,"
    "call_number,copies"
)
HOMES = ["chuo/一般 el/一般", "chuo/一般", "el/一般", "itsukaichi/児童", "chuo/一般 chuo/参考*"]


def small_catalogue(folder: Path) -> Path:
    """Ninety titles and a set of three volumes, in the library's own columns."""
    rows = [
        f"k{n},秋川の本その名も{chr(0x4E00 + n)},,{AUTHORS[n % 4]},モリタ カズハ,2019,book,913.6,"
        f"{'child' if n % 9 == 8 else 'adult'},913.6/モ,{HOMES[n % 5]}"
        for n in range(90)
    ]
    rows += [
        f"set{n},多摩川物語,{n},森田一葉,モリタ カズハ,2020,book,913.6,adult,913.6/モ/{n},chuo/一般"
        for n in (1, 2, 3)
    ]
    states = "el/一般!missing chuo/一般!processing itsukaichi/雑誌^"
    rows.append(f"odd,ことさらな本,,,,2020,book,,,051/コ,{states}")
    path = folder / "small.csv"
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def _loaded(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(FIRST_DAY, tick=False):
            start_demo(small_catalogue(tmp_path_factory.mktemp("catalogue")))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def library(_loaded: None, db: None) -> Iterator[None]:
    """The first day of the demo."""
    with time_machine.travel(FIRST_DAY, tick=False):
        yield


def patron(card: str) -> Patron:
    return Patron.objects.get(card_number=card)


def loans_of(card: str) -> list[Loan]:
    return list(Loan.objects.open().filter(patron__card_number=card).order_by("due_on"))


def test_every_sample_patron_has_the_card_name_birth_date_and_telephone_that_are_told(library):
    expected = {
        "10000001": ("秋川 花子", "アキカワ ハナコ", date(1985, 4, 12), "042-000-0001"),
        "10000002": ("五日市 太郎", "イツカイチ タロウ", date(1950, 11, 3), "042-000-0002"),
        "10000003": ("多西 さくら", "タサイ サクラ", date(2014, 10, 20), "042-000-0001"),
        "10000004": ("西秋留 健", "ニシアキル ケン", date(2013, 7, 7), "042-000-0004"),
        "10000005": ("増戸 一郎", "マスコ イチロウ", date(1978, 7, 30), "042-000-0005"),
        "10000006": ("東郷 みどり", "トウゴウ ミドリ", date(1990, 1, 15), "042-000-0006"),
        "10000007": ("引田 節子", "ヒキダ セツコ", date(1962, 9, 9), "042-000-0007"),
        "10000008": ("雨間 悟", "アメマ サトル", date(1999, 2, 28), "042-000-0008"),
        "10000009": ("髙﨑 廣", "タカサキ ヒロシ", date(1971, 5, 5), "042-000-0009"),
        "10000010": ("LEE Jiyoung", "リー ジヨン", date(1994, 12, 1), "042-000-0010"),
        "10000011": ("草花おはなしの会", "クサバナ オハナシノカイ", None, "042-000-0011"),
    }
    found = {
        one.card_number: (one.name, one.name_reading, one.birth_date, one.telephone)
        for one in Patron.objects.filter(card_number__startswith="1000")
    }
    assert found == expected


def test_all_but_one_log_in_with_the_password_that_is_told(library):
    users = User.objects.filter(patron__card_number__startswith="1000").select_related("patron")
    opened = {u.patron.card_number for u in users if check_password("akiruno-2026", u.password)}
    assert opened == {f"1000{n:04}" for n in range(1, 12)} - {"10000005"}
    assert not patron("10000005").user.has_usable_password()


def test_the_member_of_staff_may_do_everything(library):
    staff = User.objects.get(username="staff")
    assert (staff.display_name, staff.is_superuser) == ("中央図書館 職員", True)
    assert check_password("akiruno-2026", staff.password)


def test_somebody_of_the_counter_may_do_what_the_counter_needs(library):
    somebody = User.objects.get(username="madoguchi")
    assert check_password("akiruno-2026", somebody.password)
    assert somebody.has_perms(["loans.add_loan", "patrons.add_patron"])
    assert not somebody.has_perm("patrons.view_staffaction")


def test_r12_10_borrowed_copies_are_held_lent_and_wanted_back(library):
    copies = Copy.objects.interlibrary().order_by("barcode")
    assert [copy.whereabouts for copy in copies] == ["hold_shelf", "on_loan", "shelf"]
    assert all(copy.bib.hidden for copy in copies)
    today = timezone.localdate()
    assert [copy.is_wanted_back(today) for copy in copies] == [False, False, True]


def test_hanako_has_six_loans_each_of_its_kind(library):
    loans = loans_of("10000001")
    assert len(loans) == 6
    assert [loan.due_on for loan in loans if loan.is_overdue()] == [TODAY - timedelta(days=3)]
    assert TODAY + timedelta(days=3) in [loan.due_on for loan in loans]
    assert [loan.renewals for loan in loans if loan.renewals] == [1]
    waited_for = [loan.copy.bib_id for loan in loans if loan.copy.bib.status.waiting]
    assert len(waited_for) == 1


def test_hanako_has_a_reservation_in_every_stored_state(library):
    hanako = patron("10000001")
    assert set(hanako.reservations.values_list("state", flat=True)) == set(State.values)
    request = hanako.reservations.get(state=State.REQUESTED)
    assert request.events.get().staff == User.objects.get(username="staff")
    assert hanako.reservations.closed_lately().count() == 2


def test_hanako_has_two_lists_a_history_and_a_confirmed_address(library):
    hanako = patron("10000001")
    lists = FavouriteList.objects.filter(patron=hanako)
    assert [(one.slot, one.entries.count() > 0) for one in lists] == [(1, True), (2, True)]
    assert hanako.history_consented_at
    assert hanako.mail_confirmed_at
    assert hanako.mail_address.address == "hanako@example.jp"


def test_only_what_still_waits_on_the_hold_shelf_is_announced_by_mail(library):
    ready = patron("10000001").reservations.get(state=State.READY)
    announced = Notice.objects.true_now().filter(kind="hold_ready")
    reservations = [notice.subject_ids["reservation"] for notice in announced]
    assert reservations == [ready.pk]


def test_midori_has_used_up_both_limits(library):
    room = quota_of(patron("10000006"))
    assert (room.placed, room.placed_audiovisual) == (20, 4)


def test_hiroshi_skips_until_next_week_while_his_volumes_wait_in_order(library):
    assert Suspension.objects.running().get().last_day == TODAY + timedelta(days=7)
    volumes = patron("10000009").reservations.order_by("order_no")
    assert [(one.state, one.bib.volume) for one in volumes] == [
        (State.WAITING, "1"),
        (State.WAITING, "2"),
        (State.WAITING, "3"),
    ]
    assert {one.order_group for one in volumes} == {volumes[0].pk}
    assert volumes[0].bib.status.free_at


def test_the_others_are_as_told(library):
    assert len(loans_of("10000002")) == 2
    assert patron("10000002").contact_method == "telephone"
    assert patron("10000002").mail_address is None
    assert not may_use_reservations(patron("10000003"))
    assert may_use_reservations(patron("10000004"))
    assert patron("10000007").card_expired()
    assert not loans_of("10000008")
    assert not patron("10000008").reservations.exists()
    assert patron("10000010").is_suspended
    assert patron("10000010").category == "wide_area"
    assert patron("10000011").category == "organisation"


def test_everything_fits_together(library):
    assert offenders() == {}


def test_the_copies_are_what_the_columns_say(library):
    copies = Copy.objects.filter(bib__source_key="odd").order_by("home_branch__position")
    assert [
        (c.home_branch.code, c.shelf, c.call_number, c.whereabouts, c.lending) for c in copies
    ] == [
        ("chuo", "一般", "051/コ", "processing", "lent"),
        ("el", "一般", "051/コ", "missing", "lent"),
        ("itsukaichi", "雑誌", "051/コ", "shelf", "newest_issue"),
    ]
    assert all(len(barcode) == 10 for barcode in Copy.objects.values_list("barcode", flat=True))


def test_branches_get_a_telephone_number_unless_they_have_one(library):
    assert Branch.objects.get(code="el").telephone == "042-000-1002"


def everything() -> dict[str, list]:
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Bib, Branch, Copy, Loan, Reservation, Suspension, Patron, User)
    }


def test_another_start_on_the_same_day_changes_nothing(library):
    before = everything()
    start_demo()
    assert everything() == before


def test_a_later_start_makes_everything_fit_again_and_nothing_twice(library):
    counts = {name: len(rows) for name, rows in everything().items()}
    with time_machine.travel(MANY_DAYS_LATER, tick=False):
        start_demo()
        today = timezone.localdate()
        due = [loan.due_on for loan in loans_of("10000001")]
        assert due[:2] == [today - timedelta(days=3), today + timedelta(days=3)]
        assert Suspension.objects.running().get().last_day == today + timedelta(days=7)
        wanted_back = [copy.is_wanted_back(today) for copy in Copy.objects.interlibrary()]
        assert sorted(wanted_back) == [False, False, True]
        ready = patron("10000001").reservations.get(state=State.READY)
        assert timezone.localdate(ready.ready_at) == today - timedelta(days=2)
        assert ready.deadline > today
        assert patron("10000001").reservations.closed_lately().count() == 2
        assert not patron("10000001").card_expired()
        assert patron("10000007").card_expired()
        assert offenders() == {}
    assert {name: len(rows) for name, rows in everything().items()} == counts


def test_the_two_pupils_never_move_up(library):
    with time_machine.travel(MANY_DAYS_LATER, tick=False):
        start_demo()
        assert not may_use_reservations(patron("10000003"))
        first_day = first_day_at_junior_high(patron("10000004").birth_date)
        assert first_day == date(2027, 4, 1)


def test_no_queue_changes_its_order_by_a_later_start(library):
    with time_machine.travel(FIRST_DAY + timedelta(days=9), tick=False):
        bib = Bib.objects.order_by("-status__waiting").first()
        Reservation.objects.create(
            patron=patron("10000008"), bib=bib, pickup_branch=Branch.objects.first()
        )
    with time_machine.travel(FIRST_DAY + timedelta(days=10), tick=False):
        before = list(Reservation.objects.waiting().filter(bib=bib).in_queue_order())
        start_demo()
        after = list(Reservation.objects.waiting().filter(bib=bib).in_queue_order())
        assert after == before
        assert after[-1].placed_at <= timezone.now()


def test_what_a_visitor_did_in_between_stays_and_moves_no_further_than_today(library):
    book = Copy.objects.free().filter(bib__source_key__startswith="k").first()
    with time_machine.travel(FIRST_DAY + timedelta(days=9), tick=False):
        loan = lend(book, patron("10000008"), branch=book.current_branch)
        Patron.objects.filter(card_number="10000008").update(telephone="042-000-9999")
    with time_machine.travel(FIRST_DAY + timedelta(days=10), tick=False):
        start_demo()
        (loan,) = loans_of("10000008")
        assert loan.lent_at == timezone.now()
        assert loan.due_on == due_day(book, loan.branch, at=timezone.now())
        assert patron("10000008").telephone == "042-000-9999"


@pytest.mark.parametrize("day", [date(2027, 3, 31), date(2027, 4, 1), date(2028, 2, 29)])
def test_a_sixth_grader_starts_next_april_and_a_first_year_started_last_april(day):
    school_year = day.year if day.month >= 4 else day.year - 1
    sixth_grader, first_year = born_to_be_a_sixth_grader(day), born_to_be_a_first_year(day)
    assert first_day_at_junior_high(sixth_grader) == date(school_year + 1, 4, 1)
    assert first_day_at_junior_high(first_year) == date(school_year, 4, 1)


def test_hanako_gets_the_newsletter_and_the_home_page_tells_news(library):
    hanako = patron("10000001")
    assert hanako.notification_preferences.newsletter_since
    assert hanako.notification_preferences.due_soon_since
    assert hanako.newsletter_genres.count() == 3
    assert News.objects.on_display().count() == 2
