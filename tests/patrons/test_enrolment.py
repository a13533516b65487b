"""利用者登録: somebody gets their first card at the counter (rules 2.6, 2.7, 9.3)."""

from datetime import date

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client

from patrons.models import Patron, User
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory, staff_with_role

pytestmark = pytest.mark.django_db
PAGE = "/admin/patrons/patron/add/"
ON_PAPER = {
    "card_number": "3005-0001", "name": "渕上 灯", "name_reading": "フチガミ アカリ",
    "birth_date": "2000-02-29", "telephone": "042-000-0099", "category": "resident",
    "card_expires_on": "2029-11-24", "contact_method": "telephone", "pickup_branch": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _at_a_fixed_instant():
    with time_machine.travel(tokyo("2026-11-24"), tick=False):
        yield


@pytest.fixture
def counter(db) -> Client:
    client = Client()
    client.force_login(staff_with_role("counter"), backend="patrons.backends.StaffBackend")
    return client


def text_of(response) -> str:
    return response.content.decode()


def test_a_new_patron_gets_a_card_for_three_years_and_no_password(counter):
    assert 'value="2029-11-24"' in text_of(counter.get(PAGE))
    text = text_of(counter.post(PAGE, ON_PAPER, follow=True))
    assert "渕上 灯さん(利用者番号 30050001)を登録しました。" in text
    assert "パスワードは登録されていません。" in text
    patron = Patron.objects.select_related("user").get()
    assert (patron.card_number, patron.birth_date) == ("30050001", date(2000, 2, 29))
    assert patron.user.kind == User.Kind.PATRON
    assert not patron.user.has_usable_password()
    assert LogEntry.objects.get().object_id == str(patron.pk)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"card_number": "30001111"}, "その利用者番号は、ほかの方が使っています"),
        ({"card_number": "1100000001"}, "その番号は資料番号として使われています"),
        ({"card_number": "カード"}, "利用者番号として読めませんでした"),
        ({"birth_date": ""}, "生年月日を入れてください"),
        ({"category": "organisation"}, "団体には生年月日を登録できません"),
        ({"contact_method": "mail"}, "先に、メールアドレスを登録してください"),
        ({"name": "秋川 花子", "birth_date": "1985-04-12"}, "利用者番号 30001111"),
    ],
)
def test_what_cannot_be_registered_is_said_and_nothing_is_kept(counter, typed, said):
    PatronFactory(card_number="30001111", name="秋川花子", birth_date=date(1985, 4, 12))
    CopyFactory(barcode="1100000001")
    assert said in text_of(counter.post(PAGE, ON_PAPER | typed))
    assert Patron.objects.count() == User.objects.filter(kind="patron").count() == 1


def test_a_patron_without_an_address_cannot_be_told_by_mail(counter):
    patron = PatronFactory(birth_date=date(1985, 4, 12))
    page = f"/admin/patrons/patron/{patron.pk}/change/"
    assert "先に、メール" in text_of(counter.post(page, ON_PAPER | {"contact_method": "mail"}))


def test_a_namesake_born_on_the_same_day_can_be_registered_once_staff_are_sure(counter):
    PatronFactory(name="渕上 灯", birth_date=date(2000, 2, 29))
    assert counter.post(PAGE, ON_PAPER).status_code == 200
    assert counter.post(PAGE, ON_PAPER | {"another": "on"}).status_code == 302
    assert Patron.objects.count() == 2


def test_cataloguers_register_nobody():
    client = Client()
    client.force_login(staff_with_role("cataloguer"), backend="patrons.backends.StaffBackend")
    assert client.post(PAGE, ON_PAPER).status_code == 403
    assert not Patron.objects.exists()
