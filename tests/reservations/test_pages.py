"""予約の一覧, its pages and the skip's, over HTTP: rules 2.5, 5.6, 5.7, 5.10 to 5.13, 12.13."""

from datetime import date, timedelta

import icalendar
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import CalendarException, VolumeSet
from patrons.favourites import add_to_list, make_list
from reservations.cancelling import cancel
from reservations.hold_shelf import lapse_all_overdue
from reservations.models import Reservation, State, Suspension
from reservations.sequences import form_sequence
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory, branch
from tests.pages import as_read
from tests.verbs import NOON, anew, lend, lent_out, reserve, scan

LIST, SUSPENSION = "/mypage/reservations/", "/mypage/settings/skip/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


def page(client: Client, path: str = LIST) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return as_read(response)


def sent(client: Client, path: str, **facts: object) -> str:
    return as_read(client.post(path, facts, follow=True))


def of_one(reservation: Reservation, action: str = "") -> str:
    return f"{LIST}{reservation.pk}/{action}"


def a_set(*volumes: str, make=lent_out) -> list:
    """Copies of the volumes of one set, in the order of reading."""
    whole, _ = VolumeSet.objects.get_or_create(key="細雪")
    return [
        make(bib__title="細雪", bib__volume=volume, bib__volume_set=whole, bib__volume_order=n)
        for n, volume in enumerate(volumes, start=1)
    ]


# --- The list ---------------------------------------------------------------------------------


def test_ready_comes_first_and_orders_stand_together(at_home, borrower, book):
    first, between, second = (
        reserve(borrower, lent_out(bib__title=title).bib) for title in ("壱", "外", "弐")
    )
    form_sequence(borrower, [first, second], at=NOON)
    reserve(borrower, book.bib)
    scan(book)
    text = page(at_home)
    places = [text.index(f'value="{one.pk}" form="together"') for one in (first, second, between)]
    assert places == sorted(places)
    assert text.index("取置中(受け取れます)") < places[0]


def test_a_sets_volumes_without_an_order_get_the_advice_and_one_press_orders_them(
    at_home, borrower
):
    lower, upper = (reserve(borrower, copy.bib) for copy in reversed(a_set("上", "下")))
    text = page(at_home)
    assert "必ず順番予約を" in text
    assert "上→下の順番予約にする" in text
    named = [str(one.pk) for one in (upper, lower)]
    assert "順番予約にしました" in sent(at_home, f"{LIST}order/", reservation=named)
    assert [anew(one).order_no for one in (upper, lower)] == [1, 2]
    assert "必ず順番予約を" not in page(at_home)


def test_buttons_move_take_out_and_lift(at_home, borrower):
    three = [reserve(borrower, copy.bib) for copy in a_set("上", "中", "下")]
    form_sequence(borrower, three, at=NOON)
    sent(at_home, of_one(three[2], "order/up/"))
    sent(at_home, of_one(three[0], "order/down/"))
    assert [anew(one).order_no for one in three] == [2, 3, 1]
    sent(at_home, of_one(three[0], "order/out/"))
    assert [anew(one).order_no for one in three] == [None, 2, 1]
    assert "順番予約をやめました" in sent(at_home, of_one(three[1], "order/lift/"))
    assert {anew(one).order_no for one in three} == {None}
    assert at_home.post(of_one(three[0], "order/sideways/")).status_code == 404


def test_after_thirty_days_behind_a_volume_the_page_offers_to_lift_the_order(at_home, borrower):
    two = [reserve(borrower, copy.bib, at=tokyo("2026-10-26")) for copy in a_set("上", "下")]
    form_sequence(borrower, two, at=NOON)
    assert "30日がたちました" not in page(at_home)
    with time_machine.travel(tokyo("2026-11-25"), tick=False):
        at_home.force_login(borrower.user, backend="patrons.backends.PatronBackend")
        assert page(at_home).count("30日がたちました") == 1


def test_the_next_volume_of_what_is_at_home_is_offered_until_it_is_reserved(at_home, borrower):
    upper, middle, _ = a_set("上", "中", "下", make=CopyFactory)
    lend(upper, borrower)
    text = page(at_home)
    assert "「細雪 上」を借りています" in text
    assert f'value="{middle.bib_id}"' in text
    reserve(borrower, middle.bib)
    assert "を借りています" not in page(at_home)


def test_what_lapsed_is_placed_again_by_one_press_and_by_two_only_once(at_home, borrower, book):
    mine = reserve(borrower, book.bib, at=tokyo("2026-11-01"))
    scan(book, at=tokyo("2026-11-02"))
    lapse_all_overdue(at=tokyo("2026-11-20"))
    assert "もう一度予約する" in page(at_home)
    assert f"「{mine.title}」をもう一度予約しました" in sent(at_home, of_one(mine, "again/"))
    assert "もう予約しています" in sent(at_home, of_one(mine, "again/"))
    assert borrower.reservations.open().count() == 1


def test_everything_that_waits_goes_to_another_branch_by_one_form(at_home, borrower):
    for _ in range(2):
        reserve(borrower, lent_out().bib)
    said = sent(at_home, f"{LIST}pickup/", pickup_branch=branch("el").pk)
    assert "2件の受け取る館を" in said
    assert "受け取る館を選んでください" in sent(at_home, f"{LIST}pickup/", pickup_branch="x")


def test_the_list_asks_as_often_for_two_as_for_twenty(at_home, borrower):
    def some(number: int) -> None:
        for copy in a_set(*"一二三四五六七八九十"[:number]):
            reserve(borrower, copy.bib)

    counts = []
    for _ in range(2):
        reserve(borrower, lent_out().bib)
    cancel(reserve(borrower, lent_out().bib), at=NOON)
    page(at_home)
    for number in (0, 10):
        some(number)
        for _ in range(number // 2):
            cancel(reserve(borrower, lent_out().bib), at=NOON)
        with CaptureQueriesContext(connection) as queries:
            page(at_home)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- One reservation --------------------------------------------------------------------------


def test_a_reservation_tells_its_own_history_in_words(at_home, borrower):
    copy = lent_out()
    mine = reserve(borrower, copy.bib, at=tokyo("2026-11-02"))
    reserve(PatronFactory(), copy.bib, at=tokyo("2026-11-03"))
    Suspension.objects.create(
        patron=borrower, first_day=date(2026, 11, 4), last_day=date(2026, 11, 30)
    )
    scan(copy, at=tokyo("2026-11-05"))
    text = page(at_home, of_one(mine))
    assert "11月5日(木)" in text
    assert "スキップ期間中のため、次の方へお回ししました" in text


def test_a_copy_is_passed_over_by_an_order_and_an_expired_card_too(at_home, borrower):
    upper, lower = a_set("上", "下")
    two = [reserve(borrower, copy.bib, at=tokyo("2026-11-02")) for copy in (upper, lower)]
    form_sequence(borrower, two, at=tokyo("2026-11-02"))
    expired = PatronFactory()
    waits_too = reserve(expired, lower.bib, at=tokyo("2026-11-03"))
    expired.card_expires_on = date(2026, 11, 4)
    expired.save()
    served = reserve(PatronFactory(), lower.bib, at=tokyo("2026-11-04"))
    scan(lower, at=tokyo("2026-11-06"))
    assert anew(served).state == State.READY
    assert two[1].events.last().why == "前の巻をお待ちのため、次の方へお回ししました"
    assert "有効期限" in waits_too.events.last().why


def test_branch_and_contact_are_changed_on_the_page(at_home, borrower):
    mine = reserve(borrower, lent_out().bib)
    form = {"pickup_branch": branch("el").pk, "contact_method": "telephone"}
    assert "予約を変更しました" in sent(at_home, of_one(mine, "change/"), **form)
    assert anew(mine).pickup_branch == branch("el")
    assert "一覧から" in sent(at_home, of_one(mine, "change/"), **form | {"contact_method": "x"})


@pytest.mark.parametrize(
    "action", ["", "cancel/", "change/", "again/", "order/up/", "order/out/", "order/lift/"]
)
def test_another_patrons_reservation_is_not_there(at_home, stranger, action):
    two = [reserve(stranger, copy.bib) for copy in a_set("上", "下")]
    form_sequence(stranger, two, at=NOON)
    before = [(one.state, one.order_no, one.pickup_branch_id) for one in map(anew, two)]
    ask = at_home.post if action else at_home.get
    assert ask(of_one(two[1], action)).status_code == 404
    assert [(one.state, one.order_no, one.pickup_branch_id) for one in map(anew, two)] == before


def test_before_junior_high_every_page_is_closed_with_the_sentence(book):
    pupil = PatronFactory(birth_date=date(2014, 4, 2))
    copy = lent_out()
    mine = Reservation.objects.create(patron=pupil, bib=copy.bib, pickup_branch=branch())
    Reservation.objects.filter(pk=mine.pk).update(state=State.WAITING)
    copy.bib.status.waiting = 1
    copy.bib.status.save()
    client = Client()
    client.force_login(pupil.user, backend="patrons.backends.PatronBackend")
    for path in (LIST, of_one(mine), SUSPENSION, f"{LIST}deadlines.ics"):
        text = page(client, path)
        assert "2027年4月1日(木)から" in text
        assert copy.bib.title not in text
    for action in ("cancel/", "change/", "again/"):
        assert client.post(of_one(mine, action)).headers["Location"] == "/mypage/"
    assert anew(mine).state == State.WAITING


# --- Deadlines as a calendar -------------------------------------------------------------------


def test_deadlines_make_one_entry_for_each_branch_and_day_without_titles(at_home, borrower):
    for copy in CopyFactory.create_batch(2):
        reserve(borrower, copy.bib)
        scan(copy)
    answer = at_home.get(f"{LIST}deadlines.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    [event] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["summary"] == "予約資料の取置期限 中央図書館 2点"
    assert event.decoded("dtstart") == date(2026, 12, 5)
    assert "あきる野の本" not in answer.content.decode()
    assert borrower.card_number not in answer.content.decode()


# --- Skip -------------------------------------------------------------------------------------


def test_a_skip_is_read_in_words_before_it_is_set_and_can_be_ended(at_home, borrower, book):
    reserve(borrower, lent_out().bib)
    reserve(borrower, book.bib)
    days = {"first_day": "2026-11-24", "last_day": "2026-12-10"}
    text = as_read(at_home.get(SUSPENSION, days))
    assert "11月24日(火)から12月10日(木)まで、この期間は順番が来ても次の方へ" in text
    assert "お待ちの予約1件" in text
    assert "用意の始まっている予約1件" in text
    assert not Suspension.objects.exists()
    assert "12月10日(木)まで設定しました" in sent(at_home, SUSPENSION, **days)
    assert "スキップ期間中" in page(at_home)
    assert "やめました" in sent(at_home, f"{SUSPENSION}end/")
    assert not Suspension.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-11-23", "2026-12-01", "本日か、それより後の日"),
        ("2026-11-25", "2026-11-24", "はじめの日と同じ日か"),
        ("2026-11-24", "2027-11-25", "1年まで"),
        ("soon", "", "2026-12-01 のように"),
    ],
)
def test_a_period_that_cannot_be_is_explained_and_not_set(at_home, first, last, said):
    days = {"first_day": first, "last_day": last}
    assert said in at_home.get(SUSPENSION, days).content.decode()
    assert said in sent(at_home, SUSPENSION, **days)
    assert not Suspension.objects.exists()


# --- The basket tells beforehand ----------------------------------------------------------------


def basket_with(client: Client, *copies, **counts: object) -> str:
    client.post("/basket/add/", {"bib": [copy.bib_id for copy in copies]})
    return as_read(client.get("/basket/", counts))


def test_each_line_tells_kind_position_copies_wait_and_first_day(at_home, borrower, book):
    copy = lent_out()
    reserve(PatronFactory(), copy.bib)
    text = basket_with(at_home, copy, book, pickup_branch=branch().pk)
    assert "取り寄せになります。先に借りられたときは予約に変わります" in text
    assert "早ければ11月24日(火)ごろ中央図書館で受け取れます" in text
    assert "順番 2番目・所蔵1点・お待ちいただく目安" in text
    there = as_read(at_home.get("/basket/", {"pickup_branch": branch("el").pk}))
    assert "早ければ11月26日(木)ごろ東部図書館エルで受け取れます" in there


def test_the_choice_of_branches_tells_closures_longer_than_a_usual_one(at_home, book):
    """中央 is closed every Friday: nobody needs to be told of that one."""
    for day in range(24, 31):
        CalendarException.objects.create(
            branch=branch("itsukaichi"), day=date(2026, 11, day), reason="改修"
        )
    for day in (1, 2):
        CalendarException.objects.create(
            branch=branch("el"), day=date(2026, 12, day), reason="特別整理日"
        )
    text = basket_with(at_home, book)
    assert "五日市図書館(11月30日(月)まで休館)" in text
    assert "東部図書館エル(11月30日(月)から12月2日(水)まで休館)" in text  # Monday before it
    assert ">中央図書館<" in text


def test_a_set_in_the_basket_gets_the_advice_and_its_order_holds_when_confirmed(at_home, borrower):
    lower, upper = reversed(a_set("上", "下", make=CopyFactory))
    text = basket_with(at_home, lower, upper)
    assert "必ず順番予約をしてください" in text
    at_home.post("/basket/order/together/", {"bib": [upper.bib_id, lower.bib_id]})
    ordered = page(at_home, "/basket/")
    assert "必ず順番予約を" not in ordered
    assert ordered.count("取り寄せになります") == ordered.count("早ければ") == 1  # of 上 alone
    assert ordered.count("前の資料を借りられたあとに、ご用意します") == 1
    bibs = [lower.bib_id, upper.bib_id]
    form = {"bib": bibs, "pickup_branch": branch().pk, "contact_method": "none"}
    assert "2件の予約を受け付けました" in sent(at_home, "/basket/confirm/", **form)
    states = dict(borrower.reservations.values_list("bib__volume", "state"))
    assert states == {"上": State.TO_FETCH, "下": State.WAITING}


def test_the_limits_are_told_while_the_basket_fills(at_home, book):
    added = sent(at_home, "/basket/add/", bib=book.bib_id)
    assert "予約かごに1点入れました。あと20件予約できます(うち視聴覚資料4件まで)" in added
    assert "かごの1点を予約すると、あと19件" in added


def test_a_line_goes_to_the_favourites_by_one_press_and_stays(at_home, borrower, book):
    basket_with(at_home, book)
    assert "「お気に入り」に入れました" in sent(at_home, "/basket/favourite/", bib=book.bib_id)
    assert "もう入っています" in sent(at_home, "/basket/favourite/", bib=book.bib_id)
    assert borrower.basket.count() == 1


def test_r6_2_a_line_goes_to_the_list_that_is_chosen(at_home, borrower, book):
    basket_with(at_home, book)
    add_to_list(borrower, [])
    second = make_list(borrower, name="いつか")
    assert "「いつか」に入れました" in sent(
        at_home, "/basket/favourite/", bib=book.bib_id, list=second.slot
    )
    assert second.entries.get().bib_id == book.bib_id
    assert "もうありません" in sent(at_home, "/basket/favourite/", bib=book.bib_id, list=5)
    assert borrower.favourite_lists.get(slot=1).entries.count() == 0


def test_who_may_not_place_reads_why_before_trying(at_home, borrower, book):
    borrower.card_expires_on = NOON.date() - timedelta(days=1)
    borrower.save()
    text = basket_with(at_home, book)
    assert "有効期限が11月23日(月)で切れています" in text
    assert "まとめて予約する" not in text


def test_what_is_read_in_the_library_only_tells_branch_and_shelf(at_home, book):
    copy = CopyFactory(lending="in_library", shelf="参考", call_number="R813.1")
    text = basket_with(at_home, copy, book)
    assert "順番予約に選ぶ" not in text  # only one of the two can be reserved
    assert "館内でご覧ください" in text
    assert "中央図書館 参考 R813.1" in text
