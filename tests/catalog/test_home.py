"""Home, the branches' pages, and what all public pages have in common."""

import html
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import BibStatus, CalendarException, Copy
from catalog.search import rebuild
from patrons.models import Session
from tests.conftest import tokyo
from tests.factories import BibFactory, CopyFactory, branch
from tests.pages import as_read

pytestmark = pytest.mark.django_db


def page(client: Client, address: str = "/") -> str:
    return html.unescape(as_read(client.get(address)))


@pytest.mark.parametrize(
    ("clock", "central", "eastern"),
    [
        ("09:59", "開館前 10:00〜20:00", "開館前 10:00〜18:00"),
        ("10:00", "開館中 20:00まで", "開館中 18:00まで"),
        ("17:59", "開館中 20:00まで", "開館中 18:00まで"),
        ("18:00", "開館中 20:00まで", "本日は閉館しました"),
        ("20:00", "本日は閉館しました", "本日は閉館しました"),
    ],
)
def test_r11_home_tells_of_each_branch_what_is_true_now(
    client: Client, clock: str, central: str, eastern: str
) -> None:
    with time_machine.travel(tokyo("2026-11-24", clock), tick=False):
        lines = client.get("/").context["branch_lines"]
    assert [line.words for line in lines[:2]] == [central, eastern]


@pytest.mark.parametrize(
    ("day", "code", "words"),
    [
        ("2026-11-27", "chuo", "本日休館"),
        ("2026-11-17", "chuo", "本日休館(毎月の休館日)"),
        ("2026-11-03", "el", "本日休館(文化の日)"),
        ("2026-12-30", "masuko", "本日休館(年末年始)"),
        ("2026-11-25", "chuo", "本日休館(特別整理日)"),
    ],
)
def test_r11_a_closed_day_says_why_when_it_is_no_weekly_one(
    client: Client, day: str, code: str, words: str
) -> None:
    CalendarException.objects.create(branch=branch(), day=date(2026, 11, 25), reason="特別整理日")
    with time_machine.travel(tokyo(day, "12:00"), tick=False):
        assert client.get(f"/branches/{code}/").context["today"].words == words


def test_r11_a_closed_branch_tells_when_it_opens_next(client: Client) -> None:
    with time_machine.travel(tokyo("2026-12-28", "21:00"), tick=False):
        assert "次は2027年1月4日(月) 10:00から" in page(client, "/branches/chuo/")


def test_r11_the_page_of_a_branch_shows_its_week_and_its_special_days(client: Client) -> None:
    CalendarException.objects.create(
        branch=branch(), day=date(2026, 12, 4), opens="09:00", closes="12:00", reason="臨時開館"
    )
    with time_machine.travel(tokyo("2026-11-24", "12:00"), tick=False):
        text = page(client, "/branches/chuo/")
    assert "<dt>金曜日</dt><dd>休館</dd>" in text
    assert "<dt>月曜日〜木曜日</dt><dd>10:00〜20:00</dd>" in text
    assert "<dt>土曜日・日曜日・祝日</dt><dd>10:00〜18:00</dd>" in text
    assert "第3火曜日" in text
    assert "12月29日から1月3日まで休館" in text
    assert "12月4日(金) 09:00〜12:00 臨時開館" in text
    assert "12月15日(火) 休館(毎月の休館日)" in text


def test_all_four_branches_have_a_page(client: Client) -> None:
    text = page(client, "/branches/")
    for code in ("chuo", "el", "itsukaichi", "masuko"):
        assert f'href="/branches/{code}/"' in text
        assert client.get(f"/branches/{code}/").status_code == 200
    assert client.get("/branches/nowhere/").status_code == 404


def test_r7_4_new_is_what_came_first_lately_not_what_moved_in_or_came_again(
    client: Client,
) -> None:
    today = date(2026, 11, 20)
    older, newer = (BibFactory(title=title) for title in ("先に来た本", "後に来た本"))
    CopyFactory(bib=older, accepted_on=today - timedelta(days=3))
    CopyFactory(bib=newer, accepted_on=today)
    CopyFactory(bib=newer, accepted_on=today)
    CopyFactory(bib=older, accepted_on=today + timedelta(days=1))
    moved_in = CopyFactory(bib=BibFactory(title="移ってきた本"), accepted_on=None).bib
    CopyFactory(bib=moved_in, accepted_on=today)
    titles = [book.title for book in client.get("/").context["newest"]]
    assert titles == ["後に来た本", "先に来た本"]


def test_the_most_reserved_stand_first_and_nothing_that_nobody_waits_for(client: Client) -> None:
    for title, waiting in (("二人", 2), ("九人", 9), ("だれも", 0)):
        bib = BibFactory(title=title)
        BibStatus.objects.filter(bib=bib).update(waiting=waiting)
    wanted = client.get("/").context["most_wanted"]
    assert [book.title for book in wanted] == ["九人", "二人"]


PUBLIC = ["/", "/search/", "/search/?q=x", "/branches/", "/branches/el/", "/healthz", "/readyz"]


@pytest.fixture
def addresses(book: Copy) -> list[str]:
    rebuild()
    return [*PUBLIC, "/robots.txt", f"/bib/{book.bib_id}/"]


def test_s21_a_visitor_gets_no_cookie_and_no_session(client: Client, addresses: list[str]) -> None:
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        assert not response.cookies, address
        assert b"csrf" not in response.content, address
    assert not Session.objects.exists()


def test_s14_public_pages_only_answer(client: Client, addresses: list[str]) -> None:
    for address in addresses:
        assert client.post(address).status_code == 405, address
        assert client.head(address).status_code == 200, address


def test_a_logged_in_patron_sees_the_same_pages(at_home: Client, addresses: list[str]) -> None:
    for address in addresses:
        assert at_home.get(address).status_code == 200, address


def test_readyz_tells_that_the_index_is_missing_and_healthz_does_not_mind(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"no\n")
    assert client.get("/healthz").status_code == 200
    rebuild()
    assert client.get("/readyz").status_code == 503  # kept for some seconds
    cache.clear()  # they are over
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"yes\n")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/readyz").status_code == 200
    assert len(queries) == 0


def test_the_details_of_readyz_are_for_operators(client: Client, settings) -> None:
    rebuild()
    settings.METRICS_TOKEN = "of-the-operators"
    for credentials in ("", "Bearer wrong"):
        assert client.get("/readyz", headers={"Authorization": credentials}).content == b"yes\n"
    answer = client.get("/readyz", headers={"Authorization": "Bearer of-the-operators"})
    assert (answer.json()["database"], answer.json()["index"]) == (True, True)
    assert "akiruno_index_lag_seconds" in answer.json()["details"]


def test_security_txt_says_whom_to_tell(client: Client) -> None:
    answer = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert fields["Contact"].startswith("mailto:info@")
    left = datetime.fromisoformat(fields["Expires"]) - timezone.now()
    assert timedelta(days=300) < left <= timedelta(days=366)
    assert fields["Canonical"].endswith("/.well-known/security.txt")


def test_crawlers_are_told_whom_to_ask(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "info@library.akiruno.tokyo.jp" in text
    assert "Disallow: /mypage/" in text
