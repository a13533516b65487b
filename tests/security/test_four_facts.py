"""Rules 2.1, 2.2: what the four facts open from outside, and at how many doors.

Somebody knows card number, name, birth date and telephone number of a patron, sits anywhere in the
world, and sends them to every page that takes a form. With a confirmed address on file nothing of
that may set a password, take one away or open My Page: only the link in the owner's mailbox does.
"""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from catalog.models import Happening
from notifications import rendering
from notifications.models import Notice
from patrons.models import OneTimeLink, Patron, Session
from tests.conftest import tokyo
from tests.factories import PASSWORD, PatronFactory, a_terminal
from tests.url_table import CLASSIFIED, ENROL

pytestmark = pytest.mark.django_db
NOW = tokyo("2026-11-24")
NEW = "川の音が好きです"
LOGIN, REGISTER, RESET = "/mypage/login/", "/mypage/register/", "/mypage/reset/"
FACTS = {
    "card_number": "30001234",
    "name": "秋川 花子",
    "birth_date": "1985/4/12",
    "telephone": "042-123-4567",
}
# What some form of the portal calls a password, an address, a page to go on to.
EVERYTHING = FACTS | {
    "password": NEW, "current": NEW, "address": "stranger@example.com", "next": "/mypage/",
    "code": "000000", "username": "30001234", "button": "came",
}  # fmt: skip
FORMS = [
    answers.path
    for answers in CLASSIFIED.values()
    if answers.nobody not in (LOGIN, ENROL, "/admin/login/", 404)
]


@pytest.fixture(autouse=True)
def _at_a_fixed_instant():
    with time_machine.travel(NOW, tick=False):
        yield


def hanako(*, password: str = "", confirmed: bool = True) -> Patron:
    patron = PatronFactory(
        card_number="30001234",
        name="秋川 花子",
        name_reading="アキカワ ハナコ",
        birth_date=date(1985, 4, 12),
        telephone="042-123-4567",
        password=password,
        mail="hanako@example.jp",
    )
    patron.mail_confirmed_at = NOW - timedelta(days=30) if confirmed else None
    patron.save()
    return patron


def may_log_in(password: str) -> bool:
    answer = Client().post(LOGIN, {"card_number": "30001234", "password": password})
    return answer.status_code == 302


def link_of_the_newest_mail() -> str:
    notice = Notice.objects.filter(kind="reset_link").latest("pk")
    written = rendering.write("reset_link", [notice], at=NOW)
    assert written is not None
    [path] = re.findall(r"http://\S+?(/mypage/reset/\w{64}/)", written.text())
    return path


def page_of(response) -> str:
    """Without its token, and without the address that the choice of letters leads back to."""
    page = re.sub(r'(value|nonce)="[\w=+/-]{20,}"', "", response.content.decode())
    return page.replace(f'value="{response.wsgi_request.path}"', "")


@pytest.mark.parametrize("password", ["", PASSWORD])
def test_with_a_confirmed_address_the_facts_alone_open_nothing_at_any_door(password, book):
    patron = hanako(password=password)
    before = Patron.objects.values().get(pk=patron.pk), patron.user.password
    walked = 0
    for path in FORMS:
        stranger = Client()
        address = re.sub(r"\{\w+\}", "1", path)
        for method in (stranger.get, stranger.post):
            method(address, EVERYTHING)
        assert stranger.post(REGISTER, {"password": NEW}).status_code in (200, 429)
        assert stranger.get("/mypage/").headers["Location"].startswith(LOGIN), path
        walked += 1
    assert walked > 30
    patron.user.refresh_from_db()
    assert (Patron.objects.values().get(pk=patron.pk), patron.user.password) == before
    assert not Session.objects.filter(user=patron.user).exists()
    assert not may_log_in(NEW)
    assert not Happening.objects.filter(kind="registration").exists()


def test_a_registration_and_a_reset_answer_with_the_same_page():
    hanako()
    registering = Client().post(REGISTER, FACTS | {"password": NEW})
    resetting = Client().post(RESET, FACTS)
    assert registering.status_code == resetting.status_code == 200
    assert page_of(registering) == page_of(resetting)
    assert "h•••••@e•••••.jp" in page_of(registering)
    assert "hanako@example.jp" not in page_of(registering)


def test_the_link_of_a_registration_registers_and_closes_nothing():
    patron = hanako()
    client = Client()
    client.post(REGISTER, FACTS | {"password": NEW})
    link = link_of_the_newest_mail()
    assert client.get(link).status_code == 200
    assert not may_log_in(NEW)
    assert client.post(link, {"password": NEW}).headers["Location"] == LOGIN
    assert may_log_in(NEW)
    patron.refresh_from_db()
    assert patron.closed_until is None
    kinds = Notice.objects.filter(kind__startswith="password").values_list("kind", flat=True)
    assert list(kinds) == ["password_registered"]
    assert Happening.objects.get().kind == "registration"
    assert client.post(link, {"password": PASSWORD}).status_code == 410


@pytest.mark.parametrize("where", ["a terminal", "without a confirmed address"])
def test_elsewhere_the_facts_do_and_72_hours_begin(where):
    patron = hanako(confirmed=where == "a terminal")
    client = a_terminal() if where == "a terminal" else Client()
    assert client.post(REGISTER, FACTS | {"password": NEW}).headers["Location"] == LOGIN
    assert not OneTimeLink.objects.exists()
    patron.refresh_from_db()
    assert patron.closed_until == NOW + timedelta(hours=72)
    assert may_log_in(NEW)


def test_on_the_day_of_a_move_in_addresses_taken_over_guard_everybody(tmp_path):
    """Nobody has a password yet, and whoever knew four facts could have had any of them."""
    file = tmp_path / "patrons.csv"
    file.write_text(
        "利用者番号,名前,読み,生年月日,電話番号,区分,有効期限,メールアドレス,連絡方法,受取館\n"
        "30001234,秋川 花子,アキカワ ハナコ,1985-04-12,042-123-4567,一般,2029-03-31,"
        "hanako@example.jp,,\n",
        "utf-8",
    )
    call_command("import_table", "patrons", str(file))
    client = Client()
    assert "メールをご覧ください" in page_of(client.post(REGISTER, FACTS | {"password": NEW}))
    assert not may_log_in(NEW)
    client.post(link_of_the_newest_mail(), {"password": NEW})
    assert may_log_in(NEW)


def test_whoever_knows_the_facts_cannot_fill_the_mailbox_by_either_door():
    hanako()
    for _ in range(4):
        Client().post(REGISTER, FACTS | {"password": NEW})
        Client().post(RESET, FACTS)
    assert Notice.objects.filter(kind="reset_link").count() == 4
