"""利用状況: rules 2.5, 2.7, 4.2, 5.10 to 5.13, 6.1 and safety 13."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from circulation.renewal import renew
from patrons.models import Patron
from reservations.cancelling import cancel
from reservations.models import Reservation, State, Suspension
from reservations.sequences import form_sequence
from reservations.staff_actions import set_priority
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory
from tests.pages import as_read
from tests.verbs import NOON, anew, lend, lent_out, reserve, scan


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON):
        yield


def page(client: Client) -> str:
    response = client.get("/mypage/")
    assert response.status_code == 200
    return as_read(response)


def logged_in(patron: Patron) -> Client:
    client = Client()
    client.force_login(patron.user, backend="patrons.backends.PatronBackend")
    return client


# --- What the page says -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-23", "返却期限 12月14日(月)(あと20日)"),
        ("2026-11-03", "返却期限 11月24日(火)(本日まで)"),
        ("2026-11-02", "返却期限 11月23日(月)(1日過ぎています)"),
    ],
)
def test_a_loan_tells_its_due_day(at_home, borrower, day, said):
    copy = CopyFactory()
    lend(copy, borrower, at=tokyo(day))
    text = page(at_home)
    assert copy.bib.title in text
    assert said in text
    assert ("asks late" in text) == ("過ぎて" in said)


def test_a_loan_tells_that_somebody_waits(at_home, borrower, stranger, book):
    lend(book, borrower)
    assert "次の方がお待ちです" not in page(at_home)
    reserve(stranger, book.bib)
    assert "次の方がお待ちです" in page(at_home)


def test_a_waiting_reservation_tells_its_position_and_the_copies(at_home, borrower, stranger):
    copy = lent_out()
    CopyFactory(bib=copy.bib, whereabouts="repair")
    reserve(stranger, copy.bib)
    reserve(borrower, copy.bib)
    text = page(at_home)
    assert "予約中" in text
    assert "順番 2番目・所蔵2点" in text


def test_who_is_preferred_stands_before_who_came_earlier(at_home, borrower, stranger):
    copy = lent_out()
    mine = reserve(borrower, copy.bib)
    preferred = reserve(stranger, copy.bib)
    assert "順番 1番目・所蔵1点" in page(at_home)
    set_priority(preferred, 1, "急ぎ", staff=None)
    assert "順番 2番目・所蔵1点" in page(at_home)
    assert "順番 1番目・所蔵1点" in page(logged_in(stranger))
    set_priority(mine, 2, "もっと急ぎ", staff=None)
    assert "順番 1番目・所蔵1点" in page(at_home)


def test_each_state_has_its_word_and_its_explanation(at_home, borrower):
    to_fetch, moving, ready = CopyFactory.create_batch(3)
    reserve(borrower, to_fetch.bib)
    reserve(borrower, moving.bib, pickup="el")
    scan(moving)
    reserve(borrower, ready.bib)
    scan(ready)
    text = page(at_home)
    for words in (
        "取り寄せ中",
        "棚の資料を、受取館へ届ける準備をしています。",
        "配送中",
        "受取館へ運んでいます。",
        "取置中(受け取れます)",
        "12月5日(土)まで(あと11日)",
        "受取館 中央図書館",
        "受取館 東部図書館エル",
    ):
        assert words in text
    assert text.count("取り消す<") == 1


def test_a_skip_and_a_volume_before_are_told(at_home, borrower):
    ordered = [reserve(borrower, lent_out().bib) for _ in range(2)]
    form_sequence(borrower, ordered)
    text = page(at_home)
    assert "前の巻待ち" in text
    assert "順番予約 2番目" in text
    Suspension.objects.create(
        patron=borrower, first_day=date(2026, 11, 24), last_day=date(2026, 11, 24)
    )
    assert "スキップ期間中" in page(at_home)


def test_a_transfer_that_became_a_hold_says_so(at_home, borrower, stranger, book):
    reserve(borrower, book.bib)
    lend(book, stranger)
    assert "予約に変更しました" in page(at_home)


def test_what_ended_stays_for_a_week_with_its_reason(at_home, borrower, book):
    cancel(reserve(borrower, book.bib), at=NOON - timedelta(days=6, hours=23))
    text = page(at_home)
    assert "キャンセル履歴(1週間)" in text
    assert "取り消しました" in text
    with time_machine.travel(NOON + timedelta(hours=2)):
        assert "キャンセル履歴" not in page(logged_in(borrower))


# --- Whose page it is -------------------------------------------------------------------------


def test_a_patron_sees_nothing_of_a_stranger(at_home, stranger):
    theirs, at_their_home = lent_out(bib__title="人の予約"), CopyFactory(bib__title="人の貸出")
    reserve(stranger, theirs.bib)
    lend(at_their_home, stranger)
    text = page(at_home)
    assert "人の予約" not in text
    assert "人の貸出" not in text


def test_the_reservation_of_a_stranger_is_not_found_and_does_not_change(at_home, stranger):
    theirs = reserve(stranger, lent_out().bib)
    assert at_home.post(f"/mypage/reservations/{theirs.pk}/cancel/").status_code == 404
    assert at_home.post("/mypage/reservations/999999/cancel/").status_code == 404
    assert anew(theirs).state == State.WAITING


def test_a_patron_cancels_by_a_press(at_home, borrower):
    mine = reserve(borrower, lent_out().bib)
    answer = at_home.post(f"/mypage/reservations/{mine.pk}/cancel/", follow=True)
    assert "予約を取り消しました。" in answer.content.decode()
    assert anew(mine).state == State.CANCELLED


def test_what_cannot_be_cancelled_is_told_with_what_to_do(at_home, borrower, book):
    mine = reserve(borrower, book.bib)
    scan(book)
    answer = at_home.post(f"/mypage/reservations/{mine.pk}/cancel/", follow=True)
    assert "受取館へお電話ください" in answer.content.decode()
    assert anew(mine).state == State.READY


def test_a_staff_login_does_not_open_my_page(counter_client):
    response = counter_client.get("/mypage/")
    assert response.headers["Location"].startswith("/mypage/login/")
    assert counter_client.get("/mypage/login/").status_code == 200


def test_the_page_is_stored_nowhere(at_home):
    assert at_home.get("/mypage/").headers["Cache-Control"] == "no-store"


# --- A sixth-grader (2.5) ---------------------------------------------------------------------


@pytest.fixture
def pupil_with_both(book) -> Patron:
    """Born on 2 April 2014, with a loan, and a reservation that a counter took in."""
    pupil = PatronFactory()
    lend(CopyFactory(bib__title="借りている本"), pupil)
    reserve(pupil, lent_out(bib__title="窓口で予約した本").bib)
    Patron.objects.filter(pk=pupil.pk).update(birth_date=date(2014, 4, 2))
    return anew(pupil)


def test_a_sixth_grader_sees_loans_and_from_when_reservations_are_open(pupil_with_both):
    text = page(logged_in(pupil_with_both))
    assert "借りている本" in text
    assert "窓口で予約した本" not in text
    assert "中学生になる2027年4月1日(木)から" in text
    assert "窓口でお受けします" in text


def test_a_sixth_grader_cannot_cancel_on_the_web(pupil_with_both):
    reservation = Reservation.objects.get(patron=pupil_with_both)
    logged_in(pupil_with_both).post(f"/mypage/reservations/{reservation.pk}/cancel/")
    assert anew(reservation).state == State.WAITING


def test_on_the_first_of_april_the_page_opens(pupil_with_both):
    with time_machine.travel(tokyo("2027-04-01", "00:00")):
        assert "窓口で予約した本" in page(logged_in(pupil_with_both))
    with time_machine.travel(tokyo("2027-03-31", "23:59")):
        assert "窓口で予約した本" not in page(logged_in(pupil_with_both))


# --- Queries ----------------------------------------------------------------------------------


def test_twenty_rows_ask_the_database_as_often_as_one(at_home, borrower):
    counts = []
    for number in (1, 12):
        for _ in range(number):
            lend(CopyFactory(bib__authors=["秋川 花子"]), borrower)
            cancel(reserve(borrower, lent_out(bib__authors=["雨間 悟"]).bib), at=NOON)
            reserve(borrower, CopyFactory(bib__authors=["引田 節子"]).bib)
        with CaptureQueriesContext(connection) as queries:
            page(at_home)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- To take along ----------------------------------------------------------------------------


def test_the_print_view_holds_what_the_page_holds(at_home, borrower):
    loan, ready = lend(CopyFactory(), borrower), CopyFactory()
    reserve(borrower, ready.bib)
    scan(ready)
    text = at_home.get("/mypage/loans/print/").content.decode()
    for words in (loan.copy.bib.title, "12月16日(水)", ready.bib.title, "12月5日(土)まで"):
        assert words in text


def test_the_calendar_file_has_a_day_for_each_loan_and_moves_with_a_renewal(
    at_home, borrower, stranger
):
    lend(CopyFactory(bib__title="人の本"), stranger)
    loan = lend(CopyFactory(bib__title="返す本;\r\nX:1"), borrower)

    def read() -> list[tuple]:
        response = at_home.get("/mypage/loans/due-days.ics")
        assert response.headers["Content-Type"].startswith("text/calendar")
        calendar = Calendar.from_ical(response.content)
        return [
            (str(e["uid"]), e.decoded("dtstart"), int(e["sequence"]), str(e["summary"]))
            for e in calendar.walk("VEVENT")
        ]

    name = f"loan-{loan.pk}@library.akiruno.tokyo.jp"
    assert read() == [(name, date(2026, 12, 16), 0, "図書館の返却期限")]
    renew(loan)
    assert read() == [(name, date(2027, 1, 6), 1, "図書館の返却期限")]
