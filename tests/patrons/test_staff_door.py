"""Safety 19: who gets through the door of the staff pages."""

from datetime import timedelta
from ipaddress import ip_network

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from akiruno_library import policy
from akiruno_library.roles import ROLES
from patrons.models import User
from tests.factories import PASSWORD, staff, staff_with_role
from tests.verbs import NOON

pytestmark = pytest.mark.django_db
CODE = "/admin/second-factor/"
ENROL = "/admin/second-factor/enrol/"


@pytest.fixture
def second_factor(settings) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def type_password(client: Client, name: str = "counter", password: str = PASSWORD):
    facts = {"username": name, "password": password, "next": "/admin/"}
    return client.post("/admin/login/", facts, follow=True)


def telephone_shows(device: TOTPDevice) -> str:
    """The six digits that an app holding this key shows now."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    return f"{totp.token():06}"


def enrol(client: Client) -> list[str]:
    """Scan the picture, type the digits; returns the backup codes."""
    assert "<svg" in client.post(ENROL).content.decode()
    device = TOTPDevice.objects.get()
    response = client.post(ENROL, {"code": telephone_shows(device), "password": PASSWORD})
    return response.context["codes"]


def test_without_a_telephone_staff_enrol_one_before_anything_opens(second_factor, clock):
    staff()
    client = Client()
    assert type_password(client).redirect_chain[-1][0].startswith(ENROL)
    for page in ("/admin/", "/admin/counter/", "/admin/patrons/patron/"):
        assert client.get(page).headers["Location"].startswith(CODE)
    codes = enrol(client)
    assert len(codes) == policy.BACKUP_CODES
    assert client.get("/admin/").status_code == 200


def test_the_next_login_asks_for_the_code_and_goes_on_to_the_page_that_was_wanted(
    second_factor, clock
):
    staff()
    first = Client()
    type_password(first)
    enrol(first)
    clock.shift(60)
    client = Client()
    type_password(client)
    assert client.get("/admin/counter/").headers["Location"] == f"{CODE}?next=/admin/counter/"
    wrong = client.post(CODE, {"code": "000000", "next": "/admin/counter/"})
    assert "確認コードが違うか" in wrong.content.decode()
    assert client.get("/admin/").status_code == 302
    clock.shift(60)
    right = {"code": telephone_shows(TOTPDevice.objects.get()), "next": "/admin/counter/"}
    assert client.post(CODE, right).headers["Location"] == "/admin/counter/"
    assert client.get("/admin/counter/").status_code == 200


def test_a_code_of_the_telephone_and_one_of_the_paper_are_each_good_once(second_factor, clock):
    staff()
    client = Client()
    type_password(client)
    paper = enrol(client)
    clock.shift(60)
    new_device = telephone_shows(TOTPDevice.objects.get())
    for code, first in ((new_device, Client()), (paper[0], Client())):
        type_password(first)
        assert first.post(CODE, {"code": code}).status_code == 302
        clock.shift(120)
        again = Client()
        type_password(again)
        assert again.post(CODE, {"code": code}).status_code == 200
        clock.shift(60)  # a wrong code makes the next one wait a second
    assert StaticToken.objects.count() == policy.BACKUP_CODES - 1


def test_a_second_telephone_is_enrolled_only_by_whoever_holds_the_first(second_factor, clock):
    staff()
    enrolled = Client()
    type_password(enrolled)
    enrol(enrolled)
    thief = Client()
    type_password(thief)
    assert thief.post(ENROL).headers["Location"] == CODE
    assert thief.get("/admin/").status_code == 302


def test_enrolling_asks_for_the_password_once_more(second_factor, clock):
    staff()
    client = Client()
    type_password(client)
    client.post(ENROL)
    facts = {"code": telephone_shows(TOTPDevice.objects.get()), "password": "wrong"}
    assert client.post(ENROL, facts).status_code == 200
    assert not TOTPDevice.objects.filter(confirmed=True).exists()


def test_an_administrator_lets_a_lost_telephone_go_but_not_of_one_who_may_do_everything(
    second_factor, clock, settings
):
    mighty, counter = staff("mighty"), staff_with_role("counter")
    for user in (mighty, counter):
        TOTPDevice.objects.create(user=user, confirmed=True)
    settings.STAFF_SECOND_FACTOR = False
    administrator = Client()
    administrator.force_login(staff_with_role("administrator"), "patrons.backends.StaffBackend")
    picked = {"action": "begin_second_factor_anew", "_selected_action": [mighty.pk, counter.pk]}
    administrator.post("/admin/patrons/user/", picked)
    assert list(TOTPDevice.objects.values_list("user", flat=True)) == [mighty.pk]


def test_without_the_setting_the_password_is_enough(clock):
    staff()
    assert type_password(Client()).redirect_chain[-1][0] == "/admin/"


def test_staff_are_asked_again_after_fifteen_idle_minutes(clock):
    staff()
    client = Client()
    type_password(client)
    clock.shift(timedelta(minutes=14))
    assert client.get("/admin/").status_code == 200
    clock.shift(timedelta(minutes=15, seconds=1))
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")


def test_outside_the_librarys_networks_there_is_no_such_page(settings):
    settings.ADMIN_ADDRESSES = [ip_network("192.0.2.0/24"), ip_network("2001:db8::/48")]
    for address, status in (
        ("192.0.2.7", 200),
        ("198.51.100.1", 404),
        ("2001:db8::7", 200),
        ("2001:db9::7", 404),
        ("", 404),
    ):
        assert Client(REMOTE_ADDR=address).get("/admin/login/").status_code == status, address
    assert Client(REMOTE_ADDR="198.51.100.1").get("/").status_code == 200


def test_guessing_a_staff_password_is_slowed_down_before_any_hash(clock):
    staff()
    client = Client()
    for _ in range(policy.STAFF_WAITS["account"].free):
        type_password(client, password="wrong")
    said = type_password(client).content.decode()
    assert "続けてお試しになったため" in said
    assert client.get("/admin/").status_code == 302
    clock.shift(policy.STAFF_WAITS["account"].first)
    assert type_password(client).redirect_chain[-1][0] == "/admin/"


def test_an_administrator_makes_an_account_and_gives_it_a_role():
    client = Client()
    client.force_login(staff_with_role("administrator"), "patrons.backends.StaffBackend")
    password = "long-enough-4-a-librarian"
    facts = {
        "username": "suzuki",
        "display_name": "鈴木",
        "password1": password,
        "password2": password,
    }
    assert client.post("/admin/patrons/user/add/", facts).status_code == 302
    made = User.objects.get(username="suzuki")
    assert made.kind == User.Kind.STAFF
    assert made.is_staff
    group = Group.objects.get(name=ROLES["counter"].group)
    changed = {
        "username": "suzuki",
        "display_name": "鈴木",
        "is_active": "on",
        "groups": [group.pk],
    }
    change = f"/admin/patrons/user/{made.pk}/change/"
    assert client.post(change, changed | {"is_superuser": "on"}).status_code == 302
    made.refresh_from_db()
    assert made.has_perm("loans.add_loan")
    assert not made.is_superuser


def test_an_administrator_does_not_change_one_who_may_do_everything():
    mighty = staff("mighty")
    client = Client()
    client.force_login(staff_with_role("administrator"), "patrons.backends.StaffBackend")
    for page in ("change/", "password/"):
        path = f"/admin/patrons/user/{mighty.pk}/{page}"
        assert client.post(path, {"username": "x"}).status_code == 403
    mighty.refresh_from_db()
    assert mighty.check_password(PASSWORD)


def test_accounts_of_patrons_are_not_among_those_of_staff(borrower):
    client = Client()
    client.force_login(staff_with_role("administrator"), "patrons.backends.StaffBackend")
    change = client.get(f"/admin/patrons/user/{borrower.user_id}/change/")
    assert change.headers["Location"] == "/admin/"


def test_the_groups_carry_exactly_the_rights_of_the_table():
    words = {"v": "view", "a": "add", "c": "change", "d": "delete"}
    for role in ROLES.values():
        group = Group.objects.get(name=role.group)
        carried = {
            f"{right.content_type.app_label}.{right.codename}"
            for right in group.permissions.select_related("content_type")
        }
        assert carried == {
            f"{table.split('.')[0]}.{words[code]}_{table.split('.')[1]}"
            for table, codes in role.tables.items()
            for code in codes
        }
