"""Safety 2, 19: strangers who guess at an account of staff do not hold its owner out."""

from ipaddress import ip_network

import pytest
import time_machine
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from akiruno_library import policy
from patrons.models import KnownDevice
from tests.factories import PASSWORD, staff
from tests.patrons.test_staff_door import CODE, enrol, telephone_shows, type_password
from tests.verbs import NOON

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
RIGHT = {"username": "counter", "password": PASSWORD, "next": "/admin/"}
WRONG = RIGHT | {"password": "wrong"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def second_factor(settings) -> None:
    settings.STAFF_SECOND_FACTOR = True


def somewhere(number: int) -> Client:
    """Each in a network of its own."""
    return Client(REMOTE_ADDR=f"198.18.{number}.1")


def guess(addresses: int) -> None:
    for number in range(addresses):
        somewhere(number).post(LOGIN, WRONG)


def status(client: Client) -> int:
    return client.post(LOGIN, RIGHT).status_code


def test_twelve_strangers_do_not_hold_a_member_of_staff_out():
    staff()
    guess(12)
    assert status(Client()) == 302


def test_the_answer_is_429_and_says_how_long():
    staff()
    stranger = somewhere(0)
    answers = [stranger.post(LOGIN, WRONG) for _ in range(policy.STAFF_WAITS["account"].free + 1)]
    assert [answer.status_code for answer in answers] == [200] * (len(answers) - 1) + [429]
    assert answers[-1].headers["Retry-After"] == "30"
    assert "あと30秒ほどお待ちください" in answers[-1].content.decode()
    assert "正しい" not in answers[-1].content.decode()


def test_from_as_many_networks_as_anybody_has_known_devices_and_the_library_pass(settings):
    staff()
    desk = Client()
    assert status(desk) == 302
    desk.post("/admin/logout/")
    guess(policy.STAFF_WAITS["account-in-all"].free + 2)
    assert status(Client()) == 429
    assert status(desk) == 302
    settings.ADMIN_ADDRESSES = [ip_network("192.0.2.0/24"), ip_network("198.18.0.0/16")]
    assert status(Client(REMOTE_ADDR="192.0.2.7")) == 302


def test_a_known_device_guesses_no_faster():
    staff()
    desk = Client()
    status(desk)
    desk.post("/admin/logout/")
    answers = [desk.post(LOGIN, WRONG).status_code for _ in range(30)]
    assert answers.count(200) == policy.STAFF_WAITS["known-device"].free


def enrolled(clock) -> Client:
    """The browser at the desk: password and code have been given there."""
    desk = Client()
    type_password(desk)
    enrol(desk)
    clock.shift(60)
    return desk


def test_the_password_alone_makes_no_device_known(second_factor, clock):
    staff()
    thief = Client()
    type_password(thief)
    assert not KnownDevice.objects.exists()
    enrolled(clock)
    assert KnownDevice.objects.count() == 1


def test_to_wait_with_the_code_is_not_to_be_wrong_and_ends(second_factor, clock):
    staff()
    enrolled(clock)
    thief, owner = Client(), Client()
    type_password(thief)
    type_password(owner)
    waits = policy.STAFF_WAITS["code"]
    for _ in range(60):  # a day of guessing, each as soon as it is let through
        while (wrong := thief.post(CODE, {"code": "000000"})).status_code == 200:
            pass
        assert wrong.status_code == 429
        seconds = int(wrong.headers["Retry-After"])
        assert seconds <= waits.longest.total_seconds()
        clock.shift(1)
        right = owner.post(CODE, {"code": telephone_shows(TOTPDevice.objects.get())})
        assert right.status_code == 429
        assert "確認コードが違うか" not in right.content.decode()
        assert "違っていたとは限りません" in right.content.decode()
        clock.shift(seconds)
        if seconds == waits.longest.total_seconds():
            break
        type_password(owner)
        type_password(thief)
    type_password(owner)
    code = {"code": telephone_shows(TOTPDevice.objects.get())}
    assert owner.post(CODE, code).status_code == 302
    assert owner.get("/admin/").status_code == 200


def test_at_the_desk_the_code_is_taken_while_a_thief_guesses(second_factor, clock):
    staff()
    desk = enrolled(clock)
    desk.post("/admin/logout/")
    thief = Client()
    type_password(thief)
    while thief.post(CODE, {"code": "000000"}).status_code == 200:
        pass
    type_password(desk)
    code = {"code": telephone_shows(TOTPDevice.objects.get())}
    assert desk.post(CODE, code).status_code == 302


def test_codes_are_counted_where_a_telephone_is_enrolled_too(second_factor, clock):
    staff()
    thief = Client()
    type_password(thief)
    wrong = {"code": "000000", "password": PASSWORD}
    answers = [thief.post(f"{CODE}enrol/", wrong).status_code for _ in range(8)]
    free = policy.STAFF_WAITS["code"].free
    assert answers == [200] * free + [429] * (8 - free)
