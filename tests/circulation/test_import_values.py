"""Values as registries and spreadsheets write them, and a second run over what has changed."""

from contextlib import suppress
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command

from catalog.models import Copy
from japanese.plain_numbers import plain_number
from loans.models import Loan
from patrons.models import FavouriteList, Patron
from reservations.models import Reservation
from tests.conftest import tokyo
from tests.factories import BibFactory, CopyFactory, PatronFactory, branch
from tests.verbs import NOON

pytestmark = pytest.mark.django_db

HEADER = "利用者番号,名前,読み,生年月日,電話番号,区分,有効期限,メールアドレス,連絡方法,受取館\n"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def bring(tmp_path: Path, capsys):
    def run(table: str, text: str, **options: object) -> str:
        file = tmp_path / f"{table}.csv"
        file.write_text(text, "utf-8")
        out = StringIO()
        with suppress(SystemExit):  # rows were refused
            call_command("import_table", table, str(file), stdout=out, **options)
        return out.getvalue() + capsys.readouterr().err

    return run


def row(card: str = "20000001", *, name: str = "五日市 花", **values: str) -> str:
    cells = {"born": "1985-04-12", "telephone": "", "expires": "2029-03-31", "mail": ""} | values
    return (
        f"{card},{name},イツカイチ ハナ,{cells['born']},{cells['telephone']},市内,"
        f"{cells['expires']},{cells['mail']},{cells.get('contact', '')},{cells.get('at', '')}\n"
    )


@pytest.mark.parametrize("born", ["1985/00/00", "1985-04-00", "85/4/12", "19850400", "S64.1.8"])
def test_a_birth_date_that_cannot_be_read_costs_the_field_and_is_told(bring, born: str):
    said = bring("patrons", HEADER + row(born=born))
    assert Patron.objects.get().birth_date is None
    assert f"生年月日「{born}」は日付として読めません。" in said
    assert "その欄だけ空けて入れました。" in said


def test_two_figures_of_a_year_are_named_as_the_reason(bring):
    said = bring("patrons", HEADER + row(expires="29/3/31"))
    assert "年が2けたで、西暦か元号か分かりません。" in said
    assert not Patron.objects.exists()


@pytest.mark.parametrize("born", ["1985/4/12 0:00", "1985-04-12T00:00:00+09:00", "昭60.4.12"])
def test_a_day_is_read_with_its_time(bring, born: str):
    bring("patrons", HEADER + row(born=born, expires="2029-03-31 23:59:59"))
    patron = Patron.objects.get()
    assert (patron.birth_date, patron.card_expires_on) == (date(1985, 4, 12), date(2029, 3, 31))


def test_a_name_keeps_its_kanji(bring):
    bring("patrons", HEADER + row(name="\ufa19田 \ufa1b子"))
    assert Patron.objects.get().name == "\ufa19田 \ufa1b子"


def test_a_number_that_a_spreadsheet_rounded_is_refused_with_that_sentence(bring):
    said = bring("patrons", HEADER + row("1.2E+07") + row("20000002.0"))
    assert "2行目: 利用者番号「1.2E+07」は、表計算ソフトで桁が失われています。" in said
    assert Patron.objects.get().card_number == "20000002"


@pytest.mark.parametrize("written", ["C-00041426", "Ｃ‐０００４１４２６", "C 0004 1426"])
def test_a_barcode_is_stored_as_the_counter_reads_it(bring, written: str):
    BibFactory(source="library", source_key="B1")
    bring("copies", f"資料番号,書誌番号,所蔵館\n{written},B1,chuo\n")
    assert Copy.objects.get().barcode == "C00041426"


def test_the_queue_is_in_the_order_of_the_seconds(bring):
    BibFactory(source="library", source_key="B1")
    later, earlier = PatronFactory(card_number="20000001"), PatronFactory(card_number="20000002")
    bring(
        "reservations",
        "利用者番号,書誌番号,受付日時,受取館\n"
        "20000001,B1,2026-11-20 10:00:52,中央図書館\n20000002,B1,2026-11-20 10:00:07,中央図書館\n",
    )
    queue = Reservation.objects.order_by("placed_at")
    assert [one.patron for one in queue] == [earlier, later]


def test_a_loan_is_lent_and_due_at_moments_of_any_form(bring):
    CopyFactory(barcode="1100000001")
    PatronFactory(card_number="20000001")
    bring(
        "loans",
        "利用者番号,資料番号,貸出日,返却期限\n"
        "20000001,1100000001,2026-11-20T01:00:00.5Z,2026-12-11 23:59:00\n",
    )
    loan = Loan.objects.get()
    assert (loan.lent_at.hour, loan.due_on) == (1, date(2026, 12, 11))


def test_a_second_run_keeps_what_the_patron_and_the_counter_changed(bring):
    bring("patrons", HEADER + row(mail="old@example.jp", contact="メール", at="中央"))
    patron = Patron.objects.get()
    patron.mail_address.address = "new@example.jp"
    patron.mail_address.save()
    patron.pickup_branch = branch("el")
    patron.save()
    said = bring(
        "patrons",
        HEADER + row(mail="old@example.jp", contact="電話", at="中央", telephone="042-000-0009"),
    )
    patron.refresh_from_db()
    assert patron.mail_address.address == "new@example.jp"
    assert (patron.contact_method, patron.pickup_branch) == ("mail", branch("el"))
    assert patron.telephone == "042-000-0009"
    assert "連絡先(メールアドレス・連絡方法・受取館)は表とちがいますが" in said
    assert "直したところ: 電話番号 1件。" in said


def test_a_second_run_keeps_the_former_name_and_empties_nothing(bring):
    bring("patrons", HEADER + row(telephone="042-000-0009"))
    bring("patrons", HEADER + row(name="秋川 花", born=""))
    patron = Patron.objects.get()
    assert (patron.name, patron.telephone) == ("秋川 花", "042-000-0009")
    assert patron.birth_date == date(1985, 4, 12)
    assert [former_name.name for former_name in patron.former_names.all()] == ["五日市 花"]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("042-558-1111 / 090-1234-5678", "042-558-1111"),
        ("０４２－５５８－１１１１　内線 5", "042-558-1111"),
        ("自宅042-558-1111、携帯090-1234-5678", "042-558-1111"),
        ("558-1111 090-1234-5678", "090-1234-5678"),
        ("(042)558-1111", "(042)558-1111"),
        ("558-1111", "558-1111"),
    ],
)
def test_of_several_telephone_numbers_the_first_that_can_be_dialled_is_stored(
    bring, written: str, stored: str
):
    said = bring("patrons", HEADER + row(telephone=written))
    assert Patron.objects.get().telephone == stored
    assert ("だけを入れました" in said) == (written != stored)


@pytest.mark.parametrize("code", ["A1100009999A", "b1100009999D", "1100009999", "1100-009999"])
def test_a_number_is_read_without_the_frame_of_its_bar_code(code: str):
    assert plain_number(code) == "1100009999"


def test_columns_that_are_not_used_are_told(bring):
    said = bring("patrons", HEADER.strip() + ",備考\n" + row().strip() + ",x\n")
    assert "見出し: 使わない列があります: 備考" in said
    assert Patron.objects.exists()


LISTS = "利用者番号,リストの名前,書誌番号,登録日,メモ\n"


def test_lists_of_patrons_come_with_their_notes_and_are_continued(bring):
    PatronFactory(card_number="20000001")
    for key in ("B1", "B2"):
        BibFactory(source="library", source_key=key)
    first = LISTS + "20000001,絵本,B1,2026-11-20 10:00:07,孫に\n"
    assert "新しく入れた 1件" in bring("lists", first)
    assert "新しく入れた 1件、直した 0件、同じだった 1件" in bring(
        "lists", first + "20000001,絵本,B2,,\n"
    )
    found = FavouriteList.objects.get()
    assert (found.slot, found.name) == (1, "絵本")
    entry = found.entries.get(note="孫に")
    assert entry.added_at == tokyo("2026-11-20") + timedelta(seconds=7)
    assert found.entries.count() == 2


def test_a_sixth_list_is_refused_and_a_row_without_its_bib_makes_no_list(bring):
    PatronFactory(card_number="20000001")
    BibFactory(source="library", source_key="B1")
    assert "書誌「B9」" in bring("lists", LISTS + "20000001,絵本,B9,,\n")
    assert "書誌「B9」" in bring(
        "favourites", "利用者番号,書誌番号,登録日\n20000001,B9,2019-11-20\n"
    )
    assert not FavouriteList.objects.exists()
    said = bring("lists", LISTS + "".join(f"20000001,{n}番,B1,,\n" for n in range(6)))
    assert "7行目: リストは5つまでです。" in said
    assert FavouriteList.objects.count() == 5
