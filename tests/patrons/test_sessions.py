"""Logins end by themselves, on the server: safety 11 and 12."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from akiruno_library import policy
from notifications.models import Notice
from patrons import sessions
from patrons.models import Patron, Session
from patrons.session_store import SessionStore
from tests.conftest import tokyo
from tests.factories import PASSWORD, PatronFactory

pytestmark = pytest.mark.django_db
MORNING = tokyo("2026-11-24", "09:00")
SECOND = timedelta(seconds=1)


@pytest.fixture
def hanako() -> Patron:
    return PatronFactory(name="秋川 花子", card_number="30001234", password=PASSWORD)


def log_in(client: Client, at=MORNING) -> None:
    with time_machine.travel(at, tick=False):
        form = {"card_number": "30001234", "password": PASSWORD}
        assert client.post("/mypage/login/", form).status_code == 302


def visit(client: Client, at, path: str = "/mypage/") -> str:
    """Where the visitor is led, or an empty word when the page opens."""
    with time_machine.travel(at, tick=False):
        return client.get(path).headers.get("Location", "")


def test_a_login_that_rests_ends_and_the_next_page_says_why(client, hanako):
    log_in(client)
    last_moment = MORNING + policy.SESSION_EXPIRY - SECOND
    assert visit(client, last_moment) == ""
    over = last_moment + policy.SESSION_EXPIRY
    to = visit(client, over, "/mypage/settings/")
    assert to == "/mypage/login/?next=/mypage/settings/&ended=1"
    with time_machine.travel(over, tick=False):
        assert "しばらく操作がなかった" in client.get(to).content.decode()


def test_somebody_who_never_logged_in_is_not_told_of_an_end(client, hanako, book):
    client.post("/basket/add/", {"bib": book.bib_id})
    assert client.get("/mypage/").headers["Location"] == "/mypage/login/?next=/mypage/"


def test_a_login_ends_after_twelve_hours_however_busy_it_was(client, hanako):
    log_in(client)
    at = MORNING
    while (at := at + timedelta(minutes=20)) < MORNING + policy.SESSION_LONGEST:
        assert visit(client, at) == ""
    assert visit(client, MORNING + policy.SESSION_LONGEST).startswith("/mypage/login/")


def test_a_login_anew_begins_twelve_new_hours(client, hanako):
    log_in(client)
    again = MORNING + timedelta(hours=11, minutes=50)
    log_in(client, again)
    assert visit(client, again + timedelta(minutes=20)) == ""


def test_the_row_is_written_once_in_a_tenth_of_the_limit(client, hanako):
    log_in(client)
    ends = Session.objects.get().expire_date
    visit(client, MORNING + timedelta(minutes=2, seconds=59))
    assert Session.objects.get().expire_date == ends
    visit(client, MORNING + timedelta(minutes=3))
    assert Session.objects.get().expire_date == ends + timedelta(minutes=3)


def test_a_form_sent_too_late_leads_back_to_its_page_and_changes_nothing(client, hanako):
    log_in(client)
    with time_machine.travel(MORNING + timedelta(hours=1), tick=False):
        page = "http://testserver/mypage/settings/?a=1"
        sent = client.post("/basket/confirm/", headers={"referer": page})
    assert sent.headers["Location"] == "/mypage/login/?next=/mypage/settings/%3Fa%3D1&ended=1"


def test_a_foreign_page_is_nowhere_to_go_back_to(client, hanako):
    log_in(client)
    with time_machine.travel(MORNING + timedelta(hours=1), tick=False):
        sent = client.post("/basket/confirm/", headers={"referer": "https://evil.example/x"})
    assert sent.headers["Location"] == "/mypage/login/?next=/mypage/&ended=1"


def test_the_warning_is_answered_by_a_post(client, hanako):
    log_in(client)
    last_moment = MORNING + policy.SESSION_EXPIRY - SECOND
    with time_machine.travel(last_moment, tick=False):
        answer = client.post("/mypage/sessions/stay/", headers={"accept": "application/json"})
        assert answer.json() == {"left": policy.SESSION_EXPIRY.total_seconds()}
    with time_machine.travel(last_moment + policy.SESSION_EXPIRY, tick=False):
        answer = client.post("/mypage/sessions/stay/", headers={"accept": "application/json"})
        assert answer.status_code == 401


def test_a_page_of_somebody_logged_in_carries_its_clock(client, hanako):
    log_in(client)
    with time_machine.travel(MORNING + timedelta(minutes=2), tick=False):
        page = client.get("/").content.decode()
    assert 'data-left="1680" data-warning="120" data-report="180"' in page
    assert "session-end" not in Client().get("/").content.decode()


def test_ended_sessions_are_deleted_after_a_day(client, hanako):
    log_in(client)
    ended = MORNING + policy.SESSION_EXPIRY
    assert sessions.forget_ended(at=ended + timedelta(hours=23)) == 0
    assert sessions.forget_ended(at=ended + timedelta(hours=25)) == 1


def test_the_own_logins_are_listed_and_each_can_be_ended(hanako):
    home, phone = Client(), Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Safari/605"})
    log_in(home)
    log_in(phone, MORNING + timedelta(minutes=5))
    with time_machine.travel(MORNING + timedelta(minutes=10), tick=False):
        page = home.get("/mypage/sessions/").content.decode()
        assert "この機器です" in page
        assert "iPhone(Safari)" in page
        assert "11月24日(火)9時5分ごろ" in page
        assert not [s.pk for s in Session.objects.all() if s.pk in page]
        [name] = re.findall(r'name="login" value="(\w+)"', page)
        home.post("/mypage/sessions/end/", {"login": name})
    assert visit(home, MORNING + timedelta(minutes=11)) == ""
    assert visit(phone, MORNING + timedelta(minutes=11)).startswith("/mypage/login/")


def test_twenty_logins_are_listed_with_as_many_queries_as_one(hanako):
    home = Client()
    log_in(home)
    with time_machine.travel(MORNING, tick=False):
        with CaptureQueriesContext(connection) as one:
            home.get("/mypage/sessions/")
        [row] = Session.objects.values()
        Session.objects.bulk_create(
            Session(**row | {"session_key": f"key{number}"}) for number in range(20)
        )
        with CaptureQueriesContext(connection) as many:
            assert home.get("/mypage/sessions/").content.decode().count("終わらせる") == 20
    assert len(many) == len(one)


def test_nobody_ends_the_login_of_somebody_else(hanako, stranger):
    home, other = Client(), Client()
    log_in(home)
    other.force_login(stranger.user, backend="patrons.backends.PatronBackend")
    [open_login] = sessions.open_logins(hanako.user, "", at=MORNING)
    other.post("/mypage/sessions/end/", {"login": open_login.name})
    assert visit(home, MORNING + timedelta(minutes=1)) == ""


def test_log_out_everywhere_ends_every_login_here_too(hanako):
    home, phone = Client(), Client()
    log_in(home)
    log_in(phone)
    with time_machine.travel(MORNING, tick=False):
        home.post("/mypage/sessions/end-all/")
    assert visit(home, MORNING).startswith("/mypage/login/")
    assert visit(phone, MORNING).startswith("/mypage/login/")


def change_password(client: Client, old: str = PASSWORD, new: str = "川の音が好きです"):
    with time_machine.travel(MORNING, tick=False):
        return client.post("/mypage/password/", {"current": old, "password": new})


def test_a_new_password_ends_every_login_but_this_one(hanako):
    home, phone = Client(), Client()
    log_in(home)
    log_in(phone)
    assert change_password(home).headers["Location"] == "/mypage/password/"
    assert visit(home, MORNING) == ""
    assert visit(phone, MORNING).startswith("/mypage/login/")
    assert hanako.user.known_devices.count() == 1


def test_a_change_asks_for_the_password_and_tells_the_address(hanako):
    hanako.mail_address = PatronFactory(mail="hanako@example.jp").mail_address
    hanako.save()
    home = Client()
    log_in(home)
    assert "いまのパスワードが違います" in change_password(home, "wrong").content.decode()
    assert "文字以上" in change_password(home, new="short").content.decode()
    assert "見破られやすい" in change_password(home, new="30001234").content.decode()
    assert not Notice.objects.exists()
    change_password(home)
    assert [(n.kind, n.address.address) for n in Notice.objects.all()] == [
        ("password_changed", "hanako@example.jp")
    ]


def test_a_page_in_whose_midst_the_login_ended_is_no_error(hanako):
    """Another device logs out everywhere while this one is just answering."""
    home = Client()
    log_in(home)
    with time_machine.travel(MORNING, tick=False):
        answering = SessionStore(home.cookies["sessionid"].value)
        answering["basket"] = [1]
        Session.objects.all().delete()
        with pytest.raises(UpdateError):  # Django answers it with 400, whose page is ours
            answering.save()
    assert visit(home, MORNING).startswith("/mypage/login/")
