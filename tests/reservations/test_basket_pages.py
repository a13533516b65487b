"""予約かご over HTTP: rule 5.2 and safety 14."""

import re
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from akiruno_library import policy
from reservations.models import BasketEntry, Reservation
from tests.factories import PASSWORD, BibFactory, CopyFactory, PatronFactory, branch
from tests.pages import as_read
from tests.verbs import NOON, lend, reserve


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def form():
    return {"contact_method": "none", "pickup_branch": branch().pk}


def add(client, *bibs, **headers):
    return client.post("/basket/add/", {"bib": [bib.pk for bib in bibs]}, headers=headers)


def titles(client) -> str:
    return client.get("/basket/").content.decode()


def log_in(client, patron):
    return client.post("/mypage/login/", {"card_number": patron.card_number, "password": PASSWORD})


def confirm(client, form, *bibs):
    sent = form | {"bib": [bib.pk for bib in bibs]}
    return as_read(client.post("/basket/confirm/", sent, follow=True))


# --- Where the basket lives -------------------------------------------------------------------


def test_before_login_the_basket_lives_in_the_session(client, book):
    add(client, book.bib)
    assert book.bib.title in titles(client)
    assert book.bib.title not in titles(Client())
    assert not BasketEntry.objects.exists()


def test_the_basket_comes_along_through_the_login_and_joins_the_patrons_own(client):
    patron = PatronFactory(password=PASSWORD)
    own, both, new = (CopyFactory().bib for _ in range(3))
    for bib in (own, both):
        patron.basket.create(bib=bib)
    add(client, both, new)
    assert log_in(client, patron).status_code == 302
    taken_out = re.findall(r'value="(\d+)">\s*かごから出す', titles(client))
    assert sorted(map(int, taken_out)) == sorted(bib.pk for bib in (own, both, new))
    assert patron.basket.count() == 3
    assert "basket" not in client.session


def test_the_basket_of_a_patron_is_the_same_after_a_logout_and_on_another_device(book):
    patron = PatronFactory(password=PASSWORD)
    phone, desk = Client(), Client()
    log_in(phone, patron)
    add(phone, book.bib)
    phone.post("/mypage/logout/")
    assert book.bib.title not in titles(phone)
    for client in (phone, desk):
        log_in(client, patron)
        assert book.bib.title in titles(client)


def test_what_was_left_in_the_session_is_nobody_elses_after_a_logout(client, book, stranger):
    add(client, book.bib)
    log_in(client, PatronFactory(password=PASSWORD))
    client.post("/mypage/logout/")
    stranger.user.set_password(PASSWORD)
    stranger.user.save()
    log_in(client, stranger)
    assert not stranger.basket.exists()


def test_several_are_put_in_at_once_and_each_can_be_taken_out(client):
    first, second = (CopyFactory().bib for _ in range(2))
    add(client, first, second)
    client.post("/basket/remove/", {"bib": first.pk})
    listed = titles(client)
    assert (first.title in listed, second.title in listed) == (False, True)


@pytest.mark.parametrize("odd", ["abc", "-1", "²", "９", "9" * 30, "", "1 OR 1=1", "999999"])
def test_odd_numbers_put_nothing_in(client, db, odd):
    assert client.post("/basket/add/", {"bib": odd}).status_code == 302
    assert "かごは空です" in titles(client)


def test_the_basket_has_an_end(client, db):
    bibs = BibFactory.create_batch(policy.BASKET_LARGEST + 2)
    add(client, *bibs)
    assert len(client.session["basket"]) == policy.BASKET_LARGEST


def test_a_way_back_leads_to_our_own_pages_only(client, book):
    for there, leads in (("/search/?q=x", "/search/?q=x"), ("https://evil.example/", "/basket/")):
        response = client.post("/basket/add/", {"bib": book.bib_id, "next": there})
        assert response.headers["Location"] == leads


# --- The same origin (safety 14) --------------------------------------------------------------


@pytest.mark.parametrize("path", ["/basket/add/", "/basket/remove/"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 302),
        ({"Origin": "http://testserver"}, 302),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}, 302),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://testserver.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_a_form_from_another_site_is_refused(book, path, headers, status):
    client = Client(enforce_csrf_checks=True)
    response = client.post(path, {"bib": book.bib_id}, headers=headers)
    assert response.status_code == status
    assert ("basket" in client.session) == (status == 302)


def test_confirming_and_cancelling_need_a_token(borrower, book, form):
    client = Client(enforce_csrf_checks=True)
    client.force_login(borrower.user, backend="patrons.backends.PatronBackend")
    reservation = reserve(borrower, CopyFactory().bib)
    borrower.basket.create(bib=book.bib)
    for path in ("/basket/confirm/", f"/mypage/reservations/{reservation.pk}/cancel/"):
        assert client.post(path, form | {"bib": book.bib_id}).status_code == 403
    assert Reservation.objects.count() == 1
    assert Reservation.objects.get().is_open


# --- Confirming -------------------------------------------------------------------------------


def test_what_can_be_placed_is_placed_and_the_rest_told_line_by_line(at_home, borrower, form):
    fine, mine, wanting = CopyFactory(), CopyFactory(), BibFactory()
    here = CopyFactory(lending="in_library", shelf="参考", call_number="R813.1")
    lend(mine, borrower)
    add(at_home, fine.bib, mine.bib, wanting, here.bib)
    answer = confirm(at_home, form, fine.bib, mine.bib, wanting, here.bib)
    assert "1件の予約を受け付けました" in answer
    assert "いまご本人が借りています" in answer
    assert "いま貸出できる所蔵がない" in answer
    assert "中央図書館 参考 R813.1" in answer
    assert list(borrower.reservations.values_list("bib", flat=True)) == [fine.bib_id]
    assert set(borrower.basket.values_list("bib", flat=True)) == {
        mine.bib_id,
        wanting.pk,
        here.bib_id,
    }


def test_a_form_sent_twice_changes_nothing_and_answers_the_same(at_home, borrower, book, form):
    add(at_home, book.bib)
    first = confirm(at_home, form, book.bib)
    assert confirm(at_home, form, book.bib).count(book.bib.title) == first.count(book.bib.title)
    assert at_home.get("/basket/placed/").status_code == 200
    assert borrower.reservations.count() == 1
    assert borrower.reservations.get().events.count() == 2


def test_a_basket_filled_before_the_login_can_be_confirmed(client, book, form):
    patron = PatronFactory(password=PASSWORD)
    add(client, book.bib)
    log_in(client, patron)
    confirm(client, form, book.bib)
    assert patron.reservations.get().bib == book.bib


def test_only_what_lies_in_the_basket_is_placed(at_home, borrower, book, form):
    confirm(at_home, form, book.bib)
    assert not borrower.reservations.exists()


def test_extra_fields_are_ignored(at_home, borrower, stranger, book, form):
    add(at_home, book.bib)
    confirm(at_home, form | {"patron": stranger.pk, "priority": 9, "state": "ready"}, book.bib)
    reservation = Reservation.objects.get()
    assert (reservation.patron, reservation.priority) == (borrower, 0)
    assert reservation.state == "to_fetch"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"pickup_branch": ""}, "受け取る館を選んでください"),
        ({"pickup_branch": "999"}, "受け取る館を一覧から"),
        ({"contact_method": "pigeon"}, "連絡方法を一覧から"),
        ({"contact_method": "mail"}, "連絡方法を一覧から"),
    ],
)
def test_a_wrong_choice_is_told_and_places_nothing(at_home, borrower, book, form, wrong, sentence):
    add(at_home, book.bib)
    assert sentence in confirm(at_home, form | wrong, book.bib)
    assert not borrower.reservations.exists()
    assert borrower.basket.exists()


def test_a_sixth_grader_reads_from_when_and_places_nothing(client, book, form):
    pupil = PatronFactory(birth_date=date(2014, 4, 2), password=PASSWORD)
    add(client, book.bib)
    log_in(client, pupil)
    assert "中学生になる2027年4月1日(木)から" in confirm(client, form, book.bib)
    assert not Reservation.objects.exists()
    assert pupil.basket.count() == 1


def test_the_basket_asks_the_database_as_often_for_one_line_as_for_twenty(at_home):
    counts = []
    for number in (1, 19):
        add(at_home, *(copy.bib for copy in CopyFactory.create_batch(number)))
        titles(at_home)  # says the message of the adding
        with CaptureQueriesContext(connection) as queries:
            titles(at_home)
        counts.append(len(queries))
    assert counts[0] == counts[1]
