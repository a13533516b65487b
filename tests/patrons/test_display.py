"""文字・ふりがな: kept without a name, set only by a press, gone with a visit at a terminal."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from akiruno_library import policy
from catalog.search import rebuild
from loans.history import consent
from patrons.favourites import add_to_list
from patrons.models import Session
from tests.conftest import tokyo
from tests.factories import BibFactory, CopyFactory, a_terminal
from tests.verbs import lend, reserve

pytestmark = pytest.mark.django_db
RUBY = '<ruby>白<rp>(</rp><rt aria-hidden="true">しろ</rt>'


def press(client: Client, **pressed: str) -> None:
    response = client.post("/display/", {"next": "/branches/", **pressed})
    assert (response.status_code, response["Location"]) == (302, "/branches/")


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def face(client: Client) -> str:
    found = re.search('<html lang="ja" class="([^"]*)"', page(client, "/branches/"))
    assert found
    return found[1].strip()


def test_without_a_press_there_is_no_cookie_and_no_reading(client: Client) -> None:
    bib = BibFactory(title="白い馬", title_reading="シロイ ウマ")
    response = client.get(f"/bib/{bib.pk}/")
    assert not response.cookies
    assert b"<ruby>" not in response.content
    assert "Cookie" in response["Vary"]


def test_a_choice_is_kept_in_a_cookie_that_names_nobody(client: Client) -> None:
    press(client, furigana="on")
    press(client, size="largest")
    cookie = client.cookies["display"]
    assert cookie.value == "furigana.largest"
    assert cookie["max-age"] == int(policy.DISPLAY_KEPT.total_seconds())
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert list(client.cookies) == ["display"]
    assert not Session.objects.exists()
    assert face(client) == "size-largest with-readings"
    press(client, furigana="off")
    assert face(client) == "size-largest"
    press(client, size="standard")
    assert client.cookies["display"].value == ""
    assert face(client) == ""


@pytest.mark.parametrize("kept", ["furigana.<b>", "x" * 5_000, "largest.large", ".", "; drop"])
def test_a_cookie_that_nobody_of_ours_wrote_says_nothing_but_what_it_can(
    client: Client, kept: str
) -> None:
    client.cookies["display"] = kept
    assert face(client) in ("with-readings", "size-largest", "")


@pytest.mark.parametrize("page", ["https://elsewhere.example/", "//elsewhere.example", "", "x:y"])
def test_it_leads_nowhere_but_to_our_own_pages(client: Client, page: str) -> None:
    response = client.post("/display/", {"size": "large", "next": page})
    assert response["Location"] == "/"


def test_another_site_cannot_press(client: Client) -> None:
    response = client.post("/display/", {"size": "large"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert not response.cookies


def test_readings_stand_wherever_titles_stand(borrower, at_home: Client) -> None:
    consent(borrower)
    copies = [
        CopyFactory(bib=BibFactory(title="白い馬", title_reading="シロイ ウマ")) for _ in range(3)
    ]
    lend(copies[0], borrower)
    reserve(borrower, copies[1].bib)
    add_to_list(borrower, [copies[2].bib_id])
    at_home.post("/basket/add/", {"bib": copies[2].bib_id})
    rebuild()
    at_home.post("/display/", {"furigana": "on"})
    for path in (
        f"/bib/{copies[0].bib_id}/",
        "/search/?q=%E9%A6%AC",
        "/mypage/",
        "/mypage/loans/",
        "/mypage/loans/print/",
        "/mypage/reservations/",
        "/mypage/history/",
        "/mypage/favourites/1/",
        "/basket/",
        "/browse/ndc/913/",
    ):
        assert RUBY in page(at_home, path), path


def test_a_page_with_readings_asks_the_database_as_often_as_one_without(client: Client) -> None:
    for number in range(12):
        CopyFactory(bib=BibFactory(title=f"白い馬{number}", title_reading="シロイ ウマ"))
    rebuild()
    counts = []
    for furigana in ("off", "on"):
        press(client, furigana=furigana)
        page(client, "/search/?q=%E9%A6%AC")
        with CaptureQueriesContext(connection) as queries:
            page(client, "/search/?q=%E9%A6%AC")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_shelves_beside_a_book_are_kept_with_and_without_readings(client: Client) -> None:
    first, _ = (
        CopyFactory(bib=BibFactory(title="白い馬", title_reading="シロイ ウマ", volume=volume))
        for volume in "12"
    )
    assert RUBY not in page(client, f"/bib/{first.bib_id}/")
    press(client, furigana="on")
    assert page(client, f"/bib/{first.bib_id}/").count(RUBY) >= 2
    press(client, furigana="off")
    assert RUBY not in page(client, f"/bib/{first.bib_id}/")


def test_on_a_terminal_a_choice_ends_with_the_visit(client: Client) -> None:
    there = a_terminal()
    press(there, size="large", furigana="on")
    assert "display" not in there.cookies
    assert "size-large with-readings" in page(there, "/branches/")
    there.post("/terminal/end/")
    assert "size-large" not in page(there, "/branches/")


def test_on_a_terminal_a_choice_ends_when_nobody_touches_it() -> None:
    with time_machine.travel(tokyo("2026-11-24"), tick=False) as clock:
        there = a_terminal()
        press(there, size="large")
        assert "size-large" in page(there, "/branches/")
        clock.shift(policy.TERMINAL_SESSION_EXPIRY + timedelta(seconds=1))
        assert "size-large" not in page(there, "/branches/")
