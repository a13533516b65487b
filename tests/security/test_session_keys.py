"""Rule 2.2: wherever a session may do more from now on, its key is a new one.

Whoever has planted a key of theirs in somebody's browser holds nothing afterwards.
"""

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.conf import settings as configured
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from patrons.models import Session
from tests.conftest import tokyo
from tests.factories import PASSWORD, PatronFactory, staff
from tests.patrons.test_staff_door import CODE, ENROL, enrol, telephone_shows, type_password

pytestmark = pytest.mark.django_db
NEW = "川の音が好きです"
LOGIN = {"card_number": "30001234", "password": PASSWORD}
FACTS = {
    "card_number": "30001234",
    "name": "秋川 花子",
    "birth_date": "1985/4/12",
    "telephone": "042-123-4567",
}


@pytest.fixture(autouse=True)
def clock(settings):
    settings.STAFF_SECOND_FACTOR = True
    with time_machine.travel(tokyo("2026-11-24"), tick=False) as clock:
        yield clock


@pytest.fixture
def hanako():
    return PatronFactory(
        card_number="30001234",
        name="秋川 花子",
        name_reading="アキカワ ハナコ",
        birth_date=date(1985, 4, 12),
        telephone="042-123-4567",
        password=PASSWORD,
    )


def key_of(client: Client) -> str:
    return client.cookies[configured.SESSION_COOKIE_NAME].value


def planted(client: Client) -> str:
    """A key that a stranger knows, too; something lies in the session, as after any visit."""
    session = client.session
    session["basket"] = []
    session.save()
    return key_of(client)


def logs_in(client: Client, _) -> None:
    client.post("/mypage/login/", LOGIN)


def resets(client: Client, _) -> None:
    assert client.post("/mypage/reset/", FACTS).headers["Location"] == "/mypage/register/"


def types_the_staff_password(client: Client, _) -> None:
    type_password(client)


def types_the_code(client: Client, clock) -> None:
    type_password(Client())
    first = Client()
    type_password(first)
    enrol(first)
    clock.shift(60)
    type_password(client)
    client.known = key_of(client)  # type: ignore[attr-defined]
    code = telephone_shows(TOTPDevice.objects.get())
    assert client.post(CODE, {"code": code}).status_code == 302


def enrols_a_telephone(client: Client, _) -> None:
    type_password(client)
    client.known = key_of(client)  # type: ignore[attr-defined]
    client.post(ENROL)
    code = telephone_shows(TOTPDevice.objects.get())
    client.post(ENROL, {"code": code, "password": PASSWORD})


def changes_the_password(client: Client, _) -> None:
    client.post("/mypage/login/", LOGIN)
    client.known = key_of(client)  # type: ignore[attr-defined]
    changed = client.post("/mypage/password/", {"current": PASSWORD, "password": NEW})
    assert changed.status_code == 302


DOORS = [
    logs_in, resets, types_the_staff_password, types_the_code, enrols_a_telephone,
    changes_the_password,
]  # fmt: skip


@pytest.mark.parametrize("goes_through", DOORS, ids=lambda door: door.__name__)
def test_a_key_known_before_opens_nothing_after(goes_through: Callable, hanako, clock):
    staff()
    client = Client()
    client.known = planted(client)  # type: ignore[attr-defined]
    goes_through(client, clock)
    known = client.known  # type: ignore[attr-defined]
    assert key_of(client) != known
    assert not Session.objects.filter(pk=known).exists()


def test_a_planted_key_does_not_set_the_new_password(hanako):
    owner, stranger = Client(), Client()
    stranger.cookies[configured.SESSION_COOKIE_NAME] = planted(owner)
    resets(owner, None)
    assert "利用者番号" in stranger.get("/mypage/register/").content.decode()
    assert stranger.post("/mypage/register/", {"password": NEW}).status_code == 200
    hanako.user.refresh_from_db()
    assert not hanako.user.has_usable_password()
    assert (
        owner.post("/mypage/register/", {"password": NEW}).headers["Location"] == "/mypage/login/"
    )
