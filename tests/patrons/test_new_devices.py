"""A login on a device that was never seen with this card is told of by mail."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from akiruno_library import policy
from notifications import rendering
from notifications.models import Notice
from patrons.models import Patron
from tests.conftest import tokyo
from tests.factories import PASSWORD, PatronFactory, a_terminal

pytestmark = pytest.mark.django_db
NOW = tokyo("2026-11-24")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def hanako() -> Patron:
    patron = PatronFactory(card_number="30001234", password=PASSWORD, mail="hanako@example.jp")
    patron.mail_confirmed_at = NOW - timedelta(days=30)
    patron.save()
    return patron


def log_in(client: Client, password: str = PASSWORD) -> int:
    form = {"card_number": "30001234", "password": password}
    return client.post("/mypage/login/", form).status_code


def recipients() -> list[str]:
    notices = Notice.objects.filter(kind="new_device").select_related("address")
    return [notice.address.address for notice in notices]


def test_the_first_login_on_a_device_is_told_and_the_next_ones_are_not(hanako):
    phone = Client()
    assert log_in(phone) == 302
    assert recipients() == ["hanako@example.jp"]
    phone.post("/mypage/logout/")
    assert log_in(phone) == 302
    assert recipients() == ["hanako@example.jp"]
    mail = rendering.write("new_device", list(Notice.objects.all()), at=NOW)
    assert mail is not None
    assert "11月24日(火)10時" in mail.text()
    assert "/mypage/sessions/" in mail.text()
    assert hanako.card_number not in mail.text()


def test_a_device_that_somebody_else_has_used_is_new_for_this_card(hanako, stranger):
    stranger.user.set_password(PASSWORD)
    stranger.user.save()
    family = Client()
    family.post("/mypage/login/", {"card_number": stranger.card_number, "password": PASSWORD})
    family.post("/mypage/logout/")
    assert log_in(family) == 302
    assert recipients() == ["hanako@example.jp"]


def test_nobody_is_told_of_a_wrong_password_or_at_a_terminal(hanako):
    assert log_in(Client(), "wrong-one") == 200
    assert log_in(a_terminal()) == 302
    assert recipients() == []


def test_only_an_address_that_has_answered_is_told(hanako):
    Patron.objects.update(mail_confirmed_at=None)
    assert log_in(Client()) == 302
    assert recipients() == []


def test_the_library_can_switch_it_off(hanako, monkeypatch):
    monkeypatch.setattr(policy, "NEW_DEVICE_MAIL", False)
    assert log_in(Client()) == 302
    assert recipients() == []


def test_a_browser_that_forgets_its_cookies_is_told_of_a_few_times_a_day(hanako, clock):
    for _ in range(policy.NEW_DEVICE_MAILS_A_DAY + 3):
        clock.shift(60)
        assert log_in(Client()) == 302
    assert len(recipients()) == policy.NEW_DEVICE_MAILS_A_DAY
    clock.shift(timedelta(days=1))
    assert log_in(Client()) == 302
    assert len(recipients()) == policy.NEW_DEVICE_MAILS_A_DAY + 1
