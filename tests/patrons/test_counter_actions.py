"""What staff do for a patron, one press each, logged: rules 2.2, 2.5, 2.6, 12.2, 12.8."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client

from patrons import counter_actions
from patrons.models import FormerName, Patron, Session
from patrons.privileges import card_refusals, may_use_reservations
from patrons.refusals import CardNumberTaken, CardNumberUnreadable
from patrons.staff.patron_actions import PATRON_ACTIONS
from tests.conftest import tokyo
from tests.factories import PASSWORD, PatronFactory, staff_with_role

pytestmark = pytest.mark.django_db
NOW = tokyo("2026-11-24")
LOGIN = {"card_number": "30001234", "password": PASSWORD}


@pytest.fixture(autouse=True)
def _at_a_fixed_instant():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def hanako() -> Patron:
    return PatronFactory(
        name="秋川 花子", card_number="30001234", password=PASSWORD, birth_date=date(2016, 5, 5)
    )


def counter(role: str = "counter") -> Client:
    client = Client()
    client.force_login(staff_with_role(role), backend="patrons.backends.StaffBackend")
    return client


def do(client: Client, patron: Patron, which: str, **typed: str):
    return client.post(f"/admin/patrons/patron/{patron.pk}/act/{which}/", typed)


def log_in(**facts: str) -> int:
    return Client().post("/mypage/login/", LOGIN | facts).status_code


def now_of(patron: Patron) -> Patron:
    return Patron.objects.select_related("user", "mail_address").get(pk=patron.pk)


def test_each_act_asks_first_changes_by_post_only_and_is_logged(hanako):
    client = counter()
    typed = {
        "bar": {"reason": "届け出"}, "suspend": {"reason": "弁償"},
        "exception": {"until": "2027-03-31", "reason": "学校の調べもの"},
        "card": {"number": "3000-9999"},
        "rename": {"name": "草花 花子", "name_reading": "クサバナ"},
        "address": {"address": "hanako@example.jp"},
    }  # fmt: skip
    for which in PATRON_ACTIONS:
        before = Patron.objects.values().get(pk=hanako.pk)
        page = client.get(f"/admin/patrons/patron/{hanako.pk}/act/{which}/")
        assert page.status_code == 200
        assert Patron.objects.values().get(pk=hanako.pk) == before
        assert do(client, hanako, which, **typed.get(which, {})).status_code == 302, which
    logged = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert len(logged) == len(PATRON_ACTIONS)
    assert "利用を停止しました。(わけ: 弁償)" in logged
    assert not [message for message in logged if "草花" in message or "hanako@" in message]


@pytest.mark.parametrize("which", PATRON_ACTIONS)
def test_who_does_not_work_at_the_counter_does_none_of_it(hanako, which):
    before = Patron.objects.values().get(pk=hanako.pk)
    assert do(counter("cataloguer"), hanako, which).status_code == 403
    assert do(Client(), hanako, which).headers["Location"].startswith("/admin/login/")
    assert Patron.objects.values().get(pk=hanako.pk) == before


def test_without_a_reason_nothing_is_barred_or_suspended(hanako):
    client = counter()
    for which in ("bar", "suspend", "exception"):
        assert do(client, hanako, which).status_code == 200
    assert not LogEntry.objects.exists()


def test_the_page_of_a_patron_offers_what_can_be_done_now(hanako):
    client = counter()
    page = client.get(f"/admin/patrons/patron/{hanako.pk}/change/").content.decode()
    assert "利用を停止" in page
    assert "利用停止を解く" not in page
    counter_actions.suspend(hanako, reason="弁償の相談中", at=NOW)
    page = client.get(f"/admin/patrons/patron/{hanako.pk}/change/").content.decode()
    assert "利用停止を解く" in page
    assert "弁償の相談中" in page


def test_a_reset_at_the_counter_ends_the_logins_and_closes_nothing(hanako):
    assert log_in() == 302
    counter_actions.reset_password(hanako, at=NOW)
    assert log_in() == 200
    assert not Session.objects.filter(user=hanako.user).exists()
    assert now_of(hanako).closed_until is None


@pytest.mark.parametrize(
    ("ticked", "password_stays", "login_stays"),
    [
        ({}, True, True),
        ({"end_logins": "on"}, True, False),
        ({"reset": "on"}, False, False),
        ({"reset": "on", "end_logins": "on"}, False, False),
    ],
)
def test_rule_2_2_barring_resets_and_ends_logins_in_the_same_press(
    hanako, ticked, password_stays, login_stays
):
    """For somebody who is threatened: what another person knows or has open goes at once."""
    theirs, client = Client(), counter()
    theirs.post("/mypage/login/", LOGIN)
    page = client.get(f"/admin/patrons/patron/{hanako.pk}/act/bar/").content.decode()
    assert page.count("checked") == 2  # both are offered, and ticked
    assert do(client, hanako, "bar", reason="届け出", **ticked).status_code == 302
    assert now_of(hanako).web_barred_at == NOW
    assert now_of(hanako).user.has_usable_password() is password_stays
    assert Session.objects.filter(user=hanako.user).exists() is login_stays
    assert hanako.user.known_devices.exists() is login_stays
    assert (log_in() == 302) is password_stays
    logged = LogEntry.objects.get().get_change_message()
    assert ("初期化" in logged) is bool(ticked.get("reset"))
    assert "(わけ: 届け出)" in logged


def test_staff_unlock_a_card_that_strangers_made_wait(hanako):
    while log_in(password="wrong-one") != 429:
        pass
    assert log_in() == 429
    counter_actions.unlock(hanako)
    assert log_in() == 302


def test_a_card_issued_anew_kills_the_old_number_and_moves_everything(hanako, book):
    client = Client()
    client.post("/mypage/login/", LOGIN)
    counter_actions.issue_card(hanako, number="３０００ ９９９９", at=NOW)
    assert client.get("/mypage/").headers["Location"].startswith("/mypage/login/")
    assert log_in() == 200
    assert log_in(card_number="30009999") == 302


def test_two_cards_never_have_one_number(hanako):
    PatronFactory(card_number="30009999")
    with pytest.raises(CardNumberTaken):
        counter_actions.issue_card(hanako, number="30009999", at=NOW)
    with pytest.raises(CardNumberUnreadable):
        counter_actions.issue_card(hanako, number="--", at=NOW)
    assert now_of(hanako).card_number == "30001234"


def test_an_exception_lets_a_younger_patron_reserve_through_its_last_day(hanako):
    assert not may_use_reservations(hanako, at=NOW)
    counter_actions.let_reserve(hanako, until=date(2026, 12, 24), reason="調べもの", at=NOW)
    assert may_use_reservations(now_of(hanako), at=tokyo("2026-12-24", "23:59"))
    assert not may_use_reservations(now_of(hanako), at=tokyo("2026-12-25", "00:00"))
    counter_actions.end_exception(hanako)
    assert not may_use_reservations(now_of(hanako), at=NOW)


def test_an_exception_helps_where_the_birth_date_is_unknown_but_no_organisation(hanako):
    Patron.objects.update(birth_date=None)
    counter_actions.let_reserve(hanako, until=date(2026, 12, 24), reason="調べもの", at=NOW)
    assert may_use_reservations(now_of(hanako), at=NOW)
    Patron.objects.update(category=Patron.Category.ORGANISATION)
    assert not may_use_reservations(now_of(hanako), at=NOW)


def test_a_suspension_is_told_without_its_reason_and_can_be_lifted(hanako):
    counter_actions.suspend(hanako, reason="弁償の相談中", at=NOW)
    [refusal] = card_refusals(now_of(hanako), at=NOW)
    assert "弁償" not in str(refusal)
    assert "窓口" in str(refusal)
    counter_actions.reinstate(hanako)
    assert list(card_refusals(now_of(hanako), at=NOW)) == []


def test_a_former_name_is_kept_for_90_days(hanako):
    counter_actions.rename(hanako, name="草花 花子", name_reading="クサバナ ハナコ", at=NOW)
    assert now_of(hanako).name == "草花 花子"
    assert [former_name.name for former_name in FormerName.objects.all()] == ["秋川 花子"]
    assert counter_actions.forget_former_names(at=NOW + timedelta(days=89)) == 0
    assert counter_actions.forget_former_names(at=NOW + timedelta(days=90)) == 1


def test_staff_lift_the_72_hours(hanako):
    Patron.objects.update(closed_until=NOW + timedelta(hours=72))
    counter_actions.lift(hanako)
    assert not now_of(hanako).is_closed(NOW)
