"""Moving in: patrons, copies, favourites, loans and reservations from CSV (rules 3.1, 6.2, 9.4)."""

from contextlib import suppress
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from catalog.models import Bib, Copy
from circulation.models import RecentScan
from loans.models import HistoryEntry, Loan
from notifications.models import Notice
from operation.invariants import offenders
from patrons.models import FavouriteEntry, Patron, User
from reservations.models import Reservation, State
from tests.conftest import tokyo
from tests.factories import BibFactory, CopyFactory, PatronFactory, branch
from tests.verbs import NOON, lend, reserve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def bring(tmp_path: Path, capsys):
    """Import a table; what the command said, the bad rows among it."""

    def run(table: str, text: str, *, encoding: str = "utf-8", **options: object) -> str:
        file = tmp_path / f"{table}.csv"
        file.write_bytes(text.encode(encoding))
        out = StringIO()
        with suppress(SystemExit):  # rows were refused
            call_command("import_table", table, str(file), stdout=out, **options)
        return out.getvalue() + capsys.readouterr().err

    return run


@pytest.fixture
def bib(db) -> Bib:
    return BibFactory(source="library", source_key="B1")


# --- Patrons ----------------------------------------------------------------------------------

PATRONS = """利用者番号,名前,読み,生年月日,電話番号,区分,有効期限,メールアドレス,連絡方法,受取館
10000001,秋川 花子,あきかわ はなこ,S60.4.12,042-000-0001,,2028/3/31,Hanako@Example.jp,メール,中央
10000011,草花おはなしの会,,,042-000-0011,団体,20280331,,電話,chuo
"""


def test_patrons_come_with_what_the_old_system_knew(bring):
    said = bring("patrons", PATRONS, encoding="cp932")
    assert "新しく入れた 2件、直した 0件、同じだった 0件" in said
    hanako = Patron.objects.get(card_number="10000001")
    assert hanako.name_reading == "アキカワ ハナコ"
    assert (hanako.birth_date, hanako.card_expires_on) == (date(1985, 4, 12), date(2028, 3, 31))
    assert (hanako.mail_address.address, hanako.contact_method) == ("Hanako@example.jp", "mail")
    assert hanako.mail_confirmed_at == NOON
    assert hanako.pickup_branch == branch()
    assert not hanako.user.has_usable_password()
    assert Patron.objects.get(card_number="10000011").category == "organisation"


def test_the_same_table_again_changes_nothing_and_a_newer_one_only_what_is_new(bring):
    bring("patrons", PATRONS)
    hanako = Patron.objects.get(card_number="10000001")
    hanako.user.set_password("akiruno-2026")
    hanako.user.save()
    assert "新しく入れた 0件、直した 0件、同じだった 2件" in bring("patrons", PATRONS)
    said = bring("patrons", PATRONS.replace("042-000-0001", "042-000-0099"))
    assert "新しく入れた 0件、直した 1件、同じだった 1件" in said
    hanako.refresh_from_db()
    assert hanako.telephone == "042-000-0099"
    assert hanako.user.has_usable_password()
    assert User.objects.count() == 2


def test_each_bad_row_is_told_with_its_line_and_no_good_one_is_lost(bring):
    said = bring(
        "patrons",
        PATRONS
        + "10000012,,,,,,2028-03-31,,,\n"
        + "10000013,名,,2月30日,,市内,2028-03-31,,,\n"
        + "10000014,名,,,,市内,2028-02-30,,,\n"
        + "10000015,名,,,,市外の人,2028-03-31,,,\n"
        + "10000016,名,,,,市内,2028-03-31,,,どこか\n"
        + "10000001,ふたりめ,,,,市内,2028-03-31,,,\n"
        + "10000017,列が,足りない\n"
        + "10000018,よい 行,,2000-01-01,,市内,2028-03-31,,,\n",
    )
    for sentence in (
        "4行目: 名前がありません。",
        "5行目: 生年月日「2月30日」は日付として読めません。その欄だけ空けて入れました。",
        "6行目: 有効期限「2028-02-30」は日付として読めません。",
        "7行目: 区分「市外の人」が分かりません。",
        "8行目: 受取館「どこか」という館はありません。その欄だけ空けて入れました。",
        "9行目: 番号「10000001」は前にもありました。",
        "10行目: 列の数が見出しと合いません。",
        "新しく入れた 5件",
        "飛ばした 5件",
    ):
        assert sentence in said
    assert Patron.objects.filter(card_number="10000018").exists()


def test_an_address_that_cannot_be_mailed_to_is_kept_and_marked(bring):
    said = bring("patrons", PATRONS.replace("Hanako@Example.jp", "hanako..a.@docomo.ne.jp"))
    assert "2行目: メールアドレスは、メールを送信できない形です。" in said
    address = Patron.objects.get(card_number="10000001").mail_address
    assert address.address == "hanako..a.@docomo.ne.jp"
    assert address.undeliverable_since == NOON


def test_a_trial_run_says_the_same_and_writes_nothing(bring):
    said = bring("patrons", PATRONS, dry_run=True)
    assert "試しただけで、書き込んでいません。" in said
    assert "新しく入れた 2件" in said
    assert not Patron.objects.exists()
    assert not User.objects.exists()


def test_own_columns_are_named_in_a_mapping(bring, tmp_path):
    mapping = tmp_path / "own.toml"
    mapping.write_text(
        '[fields]\ncard_number = "{ID}"\nname = "{姓} {名}"\ncard_expires_on = "2099-03-31"\n'
        'category = "{C}"\n[values.category]\n1 = "wide_area"\n'
    )
    bring("patrons", "ID,姓,名,C\n77,秋川,花子,1\n", mapping=mapping)
    patron = Patron.objects.get()
    assert (patron.card_number, patron.name, patron.category) == ("77", "秋川 花子", "wide_area")


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("[fields]\nname = '{N}'\n", "足りない項目: card_expires_on、card_number"),
        ("[fields]\nnames = '{N}'\n", "知らない項目: names"),
        ("[fields", "読めません"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_told(bring, tmp_path, mapping, said):
    path = tmp_path / "own.toml"
    path.write_text(mapping)
    with pytest.raises(CommandError, match=said):
        bring("patrons", PATRONS, mapping=path)


def test_a_table_without_a_column_that_is_needed_is_refused(bring):
    with pytest.raises(CommandError, match="要る列がありません: 有効期限"):
        bring("patrons", "利用者番号,名前\n1,二\n")


# --- Copies -----------------------------------------------------------------------------------

COPIES = """資料番号,書誌番号,所蔵館,請求記号,配架場所,帯出区分,状態,付属資料,受入日
1100000001,B1,中央図書館,913.6/ミ/1,一般,帯出可,在庫,CD付き,
1100000002,B1,エル,913.6/ミ/1,一般,禁帯出,装備中,,2026-11-20
1100000003,B9,エル,,,,,,
"""


def test_copies_come_and_the_bib_knows_of_them(bring, bib):
    said = bring("copies", COPIES)
    assert "新しく入れた 2件" in said
    assert "4行目: 書誌「B9」(library)がありません。先に書誌を取り込んでください。" in said
    first, second = Copy.objects.order_by("barcode")
    assert (first.whereabouts, first.supplements) == ("shelf", "CD付き")
    assert (second.lending, second.whereabouts) == ("in_library", "processing")
    assert second.accepted_on == date(2026, 11, 20)
    assert second.current_branch == branch("el")
    assert offenders() == {}
    assert "同じだった 2件" in bring("copies", COPIES)


def test_where_a_known_copy_is_stays_what_the_counter_knows(bring, bib, borrower):
    bring("copies", COPIES)
    first = Copy.objects.get(barcode="1100000001")
    lend(first, borrower)
    said = bring("copies", COPIES.replace("913.6/ミ/1,一般,帯出可", "913.6/ム/1,児童,帯出可"))
    assert "直した 1件" in said
    first.refresh_from_db()
    assert (first.call_number, first.shelf, first.whereabouts) == ("913.6/ム/1", "児童", "on_loan")
    said = bring("copies", COPIES.replace("帯出可", "禁帯出"))
    assert "2行目: 「貸出中」のため、書誌と帯出区分は変えられません。" in said
    assert offenders() == {}


# --- Favourites -------------------------------------------------------------------------------


def test_old_favourites_come_and_newer_ones_do_not(bring, bib, borrower):
    rows = (
        "利用者番号,書誌番号,登録日,取込元\n"
        f"{borrower.card_number},B1,2020-11-01,\n"
        f"{borrower.card_number},{BibFactory(source='library', source_key='B2').source_key},"
        "2020-11-02,\n"
        f"99,B1,2019-01-01,\n"
    )
    said = bring("favourites", rows)
    assert "3行目: 登録日が2020年11月1日(日)よりあとのものは、入れられません。" in said
    assert "4行目: 利用者番号「99」の利用者がいません。" in said
    entry = FavouriteEntry.objects.get()
    assert (entry.list.slot, entry.list.name) == (0, "これまでのお気に入り")
    assert entry.added_at == tokyo("2020-11-01", "00:00")
    assert "同じだった 1件" in bring("favourites", rows)


# --- Loans and reservations -------------------------------------------------------------------


def loans(*rows: tuple) -> str:
    lines = [",".join(map(str, row)) for row in rows]
    return "\n".join(["利用者番号,資料番号,貸出日,返却期限,延長回数,貸出館", *lines, ""])


def test_open_loans_come_with_their_days_and_nobody_is_told(bring, borrower, stranger):
    first, second = CopyFactory(), CopyFactory()
    missing = CopyFactory(whereabouts="missing")
    table = loans(
        (borrower.card_number, first.barcode, "2026/11/10", "2026/12/1", 0, "エル"),
        (borrower.card_number, second.barcode, "2026/11/1", "2026/12/13", 2, ""),
        (borrower.card_number, missing.barcode, "2026/11/1", "2026/12/13", 0, ""),
        (borrower.card_number, "nirgends", "2026/11/1", "2026/12/13", 0, ""),
        (borrower.card_number, CopyFactory().barcode, "2026/12/1", "2026/12/13", 0, ""),
    )
    said = bring("loans", table)
    for sentence in (
        "3行目: 2回以上の延長は、1回として入れました。",
        "4行目: 貸出にできない資料です(所在不明)。",
        "5行目: 資料番号「nirgends」の所蔵がありません。",
        "6行目: 貸出日と返却期限の順が正しくありません。",
        "新しく入れた 2件",
    ):
        assert sentence in said
    loan = Loan.objects.get(copy=first)
    assert (loan.patron, loan.branch, loan.due_on) == (borrower, branch("el"), date(2026, 12, 1))
    assert Loan.objects.get(copy=second).renewals == 1
    assert not (Notice.objects.exists() or HistoryEntry.objects.exists())
    assert not RecentScan.objects.exists()
    assert offenders() == {}
    assert "同じだった 2件" in bring("loans", table)
    said = bring("loans", table.replace(borrower.card_number, stranger.card_number))
    assert "2行目: 別の方に貸出中の資料です。" in said


def test_reservations_come_with_their_place_in_the_queue(bring, borrower, stranger, one_who_waits):
    copy = CopyFactory(bib__source="library", bib__source_key="B1")
    lend(copy, PatronFactory())
    held = CopyFactory(bib__source="library", bib__source_key="B2")
    newest = reserve(one_who_waits, copy.bib)
    table = (
        "利用者番号,書誌番号,取込元,受付日時,受取館,連絡方法,取置資料番号,取置期限\n"
        f"{stranger.card_number},B1,,2026-10-02 10:30,chuo,メール,,\n"
        f"{borrower.card_number},B1,,2026-10-01,五日市,電話,,\n"
        f"{borrower.card_number},B2,,2026-10-01,エル,電話,{held.barcode},2026-11-30\n"
        f"{stranger.card_number},B2,,2026-10-03,エル,電話,{held.barcode},\n"
    )
    said = bring("reservations", table)
    assert "新しく入れた 3件" in said
    assert "2行目: メールアドレスがないため、連絡方法を「連絡不要」にしました。" in said
    assert "5行目: 取置中のものには、資料番号と取置期限の両方が要ります。" in said
    queue = Reservation.objects.waiting().filter(bib=copy.bib).in_queue_order()
    assert [one.patron for one in queue] == [borrower, stranger, newest.patron]
    ready = Reservation.objects.get(state=State.READY)
    assert (ready.patron, ready.copy, ready.deadline) == (borrower, held, date(2026, 11, 30))
    held.refresh_from_db()
    assert (held.whereabouts, held.current_branch, held.hold_place) == (
        "hold_shelf",
        branch("el"),
        1,
    )
    assert ready.events.get().why == "以前のシステムから引き継ぎました"
    assert not Notice.objects.exists()
    assert offenders() == {}
    assert "同じだった 3件" in bring("reservations", table)


def test_no_cell_however_odd_stops_the_others(bring, bib):
    odd = ['"=1+1"', "<img onerror=x>", "{{7*7}}", "\u202e逆", "長" * 5000, "'; DROP", "²"]
    rows = "".join(f"{cell},B1,中央,,,,,,\n" for cell in odd)
    said = bring("copies", COPIES.splitlines()[0] + "\n" + rows + "77,B1,中央,,,,,,\n")
    assert Copy.objects.filter(barcode="77").exists()
    assert "資料番号が長すぎます" in said
