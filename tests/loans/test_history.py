"""読書履歴: rules 2.7, 6.4, 10.1, 12.12 and safety 13, 15, 18."""

import csv
import io
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.contrib import admin
from django.core import serializers
from django.db import connection
from django.test.utils import CaptureQueriesContext

from akiruno_library import policy
from akiruno_library.spreadsheets import harmless
from circulation.models import RecentScan
from circulation.undo import undo
from loans import history
from loans.models import HistoryDeletion, HistoryEntry, Loan
from patrons.models import Patron
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory
from tests.verbs import NOON, lend, scan

PAGE = "/mypage/history/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def reader(borrower) -> Patron:
    history.consent(borrower, at=NOON)
    return borrower


def borrow(patron: Patron, title: str, at: datetime = NOON, **facts: object) -> Loan:
    return lend(CopyFactory(bib__title=title, **facts), patron, at=at)


# --- What is kept -----------------------------------------------------------------------------


def test_it_begins_with_the_loans_after_the_consent(borrower):
    borrow(borrower, "前の本")
    history.consent(borrower, at=NOON)
    borrow(borrower, "後の本", bib__authors=["秋川 花子", "雨間 悟"])
    entry = borrower.history.get()
    assert (entry.title, entry.authors) == ("後の本", "秋川 花子・雨間 悟")
    assert entry.lent_on == date(2026, 11, 24)


def test_without_consent_nothing_is_kept_and_with_it_the_loan_forgets_too(reader, stranger):
    for patron in (reader, stranger):
        scan(borrow(patron, "本").copy)
    assert not Loan.objects.filter(patron__isnull=False).exists()
    assert [entry.patron for entry in HistoryEntry.objects.all()] == [reader]
    names = {field.name for field in HistoryEntry._meta.get_fields()}
    assert not names & {"loan", "copy", "branch"}


def test_a_loan_that_was_a_wrong_scan_leaves_nothing(reader):
    borrow(reader, "まちがい")
    undo(RecentScan.objects.get())
    borrow(reader, "ほんとう")
    assert [entry.title for entry in reader.history.all()] == ["ほんとう"]


def test_the_moment_of_the_consent_is_kept_and_a_second_press_keeps_the_first(reader):
    history.consent(reader, at=NOON + timedelta(days=3))
    assert Patron.objects.get(pk=reader.pk).history_consented_at == NOON


def test_an_organisation_has_no_history(db):
    group = PatronFactory(category="organisation", birth_date=None)
    with pytest.raises(history.NoHistoryForOrganisations):
        history.consent(group)


# --- Deleting, and staying deleted ------------------------------------------------------------


def test_withdrawing_deletes_at_once_and_nothing_more_is_kept(reader, stranger):
    history.consent(stranger, at=NOON)
    borrow(reader, "消える")
    borrow(stranger, "残る")
    history.withdraw(reader)
    borrow(Patron.objects.get(pk=reader.pk), "もう残さない")
    assert [entry.title for entry in HistoryEntry.objects.all()] == ["残る"]
    assert Patron.objects.get(pk=reader.pk).history_consented_at is None


def restored(rows: str) -> None:
    """As a restored backup would bring them back: same numbers, same days."""
    for row in serializers.deserialize("json", rows):
        row.save()


def backup(*querysets: object) -> str:
    return serializers.serialize("json", [row for rows in querysets for row in rows])


def test_what_was_deleted_stays_deleted_when_a_backup_is_restored(reader, stranger):
    history.consent(stranger, at=NOON)
    for title in ("一件だけ消す", "残す"):
        borrow(stranger, title)
    borrow(reader, "取り消す")
    old = backup(Patron.objects.all(), HistoryEntry.objects.all())
    history.delete_entry(stranger.history.get(title="一件だけ消す"), at=NOON + timedelta(hours=1))
    history.withdraw(reader, at=NOON + timedelta(hours=1))
    restored(old)
    assert HistoryEntry.objects.count() == 3
    history.reapply_deletions()
    assert [entry.title for entry in HistoryEntry.objects.all()] == ["残す"]
    assert Patron.objects.get(pk=reader.pk).history_consented_at is None
    assert Patron.objects.get(pk=stranger.pk).history_consented_at == NOON


def test_what_is_written_after_a_deletion_stays_whatever_its_number(reader):
    borrow(reader, "前")
    deleted = reader.history.get()
    history.delete_entry(deleted, at=NOON)
    HistoryEntry.objects.create(
        pk=deleted.pk, patron=reader, title="後", lent_on=NOON, written_at=NOON + timedelta(1)
    )
    assert history.reapply_deletions() == 0
    assert reader.history.get().title == "後"


def test_deletions_are_remembered_as_long_as_backups_are_kept(reader):
    history.delete_all(reader, at=NOON)
    assert history.forget_old_deletions(at=NOON + policy.BACKUPS_KEPT) == 0
    assert history.forget_old_deletions(at=NOON + policy.BACKUPS_KEPT + timedelta(days=1)) == 1
    assert not HistoryDeletion.objects.exists()


# --- The page ---------------------------------------------------------------------------------


def test_the_page_asks_for_consent_and_says_what_it_means(at_home, borrower):
    text = at_home.get(PAGE).content.decode()
    assert "同意したあとに借りた資料だけを記録します" in text
    at_home.post(f"{PAGE}consent/")
    assert Patron.objects.get(pk=borrower.pk).history_consented_at == NOON
    assert "2026年11月24日から" in at_home.get(PAGE).content.decode()


def test_entries_stand_by_month_and_are_found_however_they_are_spelled(at_home, reader):
    borrow(reader, "ぐりとぐら", bib__title_reading="グリ ト グラ")
    later = tokyo("2026-12-01")
    borrow(
        reader, "バッテリー", later, bib__title_reading="バッテリー", bib__authors=["あさのあつこ"]
    )
    text = at_home.get(PAGE).content.decode()
    assert text.index("<h2>2026年12月") < text.index("<h2>2026年11月")
    for words in ("グリとグラ", "ﾊﾞｯﾃﾘｰ アサノ"):
        found = at_home.get(PAGE, {"q": words}).content.decode()
        assert "1件ありました" in found, words
    assert "では見つかりませんでした" in at_home.get(PAGE, {"q": "宇宙"}).content.decode()


def test_one_or_all_are_deleted_by_a_press_after_being_told(at_home, reader):
    for number in range(3):
        borrow(reader, f"本{number}")
    first = reader.history.get(title="本0")
    at_home.post(f"{PAGE}{first.pk}/delete/")
    assert sorted(entry.title for entry in reader.history.all()) == ["本1", "本2"]
    text = at_home.get(PAGE).content.decode()
    assert "いまある読書履歴2件もすぐに消え、元には戻せません。" in text
    at_home.post(f"{PAGE}delete/")
    assert not reader.history.exists()
    assert Patron.objects.get(pk=reader.pk).history_consented_at == NOON
    at_home.post(f"{PAGE}withdraw/")
    assert "同意して、読書履歴を残す" in at_home.get(PAGE).content.decode()


def test_after_a_login_by_facts_alone_it_is_neither_seen_nor_changed(at_home, reader):
    """What is lent meanwhile is kept all the same (rule 2.2)."""
    Patron.objects.filter(pk=reader.pk).update(closed_until=NOON + timedelta(hours=72))
    borrow(Patron.objects.get(pk=reader.pk), "しずかな本")
    entry = reader.history.get()
    for press in ("withdraw/", "delete/", f"{entry.pk}/delete/", "consent/"):
        assert (
            "変えることもできません" in at_home.post(f"{PAGE}{press}", follow=True).content.decode()
        )
    assert "しずかな本" not in at_home.get(PAGE).content.decode()
    assert at_home.get(f"{PAGE}export/").status_code == 302
    assert reader.history.get() == entry
    Patron.objects.filter(pk=reader.pk).update(closed_until=NOON)
    assert "しずかな本" in at_home.get(PAGE).content.decode()


def test_the_entry_of_a_stranger_is_not_found_and_stays(at_home, stranger):
    history.consent(stranger, at=NOON)
    borrow(Patron.objects.get(pk=stranger.pk), "人の本")
    theirs = stranger.history.get()
    assert at_home.post(f"{PAGE}{theirs.pk}/delete/").status_code == 404
    assert "人の本" not in at_home.get(PAGE).content.decode()
    assert stranger.history.exists()


def test_the_file_holds_every_entry_and_no_formula(at_home, reader, stranger):
    history.consent(stranger, at=NOON)
    borrow(Patron.objects.get(pk=stranger.pk), "人の本")
    borrow(reader, "=HYPERLINK(0)")
    response = at_home.get(f"{PAGE}export/")
    content = response.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert rows == [["借りた日", "題名", "著者"], ["2026-11-24", "'=HYPERLINK(0)", ""]]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1", "＋1", "＠x"]
)
def test_a_cell_that_begins_a_formula_is_made_harmless(cell):
    assert harmless(cell) == f"'{cell}"


def test_an_ordinary_cell_stays_as_it_is():
    assert [harmless(cell) for cell in ("本=本", 12, None, date(2026, 11, 24))] == [
        "本=本",
        "12",
        "",
        "2026-11-24",
    ]


@pytest.mark.parametrize("parameters", [{"page": "0"}, {"page": "99999999"}, {"q": "\0%_'" * 99}])
def test_nonsense_in_the_address_is_taken_for_what_it_can_mean(at_home, reader, parameters):
    borrow(reader, "本")
    assert at_home.get(PAGE, parameters).status_code == 200


def test_a_long_history_asks_the_database_as_often_as_a_short_one(at_home, reader):
    counts = []
    for number in (1, 19):
        for _ in range(number):
            borrow(reader, "本")
        with CaptureQueriesContext(connection) as queries:
            at_home.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_staff_have_no_page_of_it():
    assert not {HistoryEntry, HistoryDeletion, Loan} & set(admin.site._registry)
