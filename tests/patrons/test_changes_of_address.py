"""Rule 3.5: who is told of a change of address, and which address nobody registers, at any door."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command

from akiruno_library import policy
from akiruno_library.refusals import Refusal
from notifications.models import Notice
from patrons import counter_actions, mail_address
from patrons.children import guardians
from patrons.models import GuardianMail, Patron
from tests.conftest import tokyo
from tests.factories import PatronFactory

pytestmark = pytest.mark.django_db
NOW = tokyo("2026-11-24")
X, Y = "x@example.com", "y@example.net"
KINDS = {"address_changed", "child_changed"}


@pytest.fixture(autouse=True)
def _at_a_fixed_instant():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sakura() -> Patron:
    """A child: has an address of their own, and may have a guardian's."""
    return PatronFactory(
        card_number="10000003", birth_date=date(2014, 6, 1), mail="before@example.jp"
    )


def by_themselves(patron: Patron, address: str) -> None:
    mail_address.change(patron, address, at=NOW)


def at_a_counter(patron: Patron, address: str) -> None:
    counter_actions.register_address(patron, address=address, at=NOW)


def for_the_guardian(patron: Patron, address: str) -> None:
    guardians.choose(patron, address, at=NOW)


DOORS = [by_themselves, at_a_counter, for_the_guardian]
every_door = pytest.mark.parametrize("register", DOORS, ids=lambda door: door.__name__)


def confirm(patron: Patron) -> None:
    Patron.objects.filter(pk=patron.pk).update(mail_confirmed_at=NOW)
    GuardianMail.objects.filter(patron=patron).update(confirmed_at=NOW)


def recipients() -> list[str]:
    notices = Notice.objects.filter(kind__in=KINDS).select_related("address").order_by("pk")
    return [notice.address.address for notice in notices]


@every_door
def test_an_address_that_never_answered_is_not_told_that_it_is_replaced(
    register: Callable, sakura: Patron
):
    """Changing to and fro between two strangers' addresses sends them no mail a change."""
    for _ in range(3):
        register(sakura, X)
        register(sakura, Y)
    assert recipients() == []


@every_door
def test_a_confirmed_address_is_told_once(register: Callable, sakura: Patron):
    register(sakura, X)
    confirm(sakura)
    register(sakura, Y)
    register(sakura, X)
    assert recipients() == [X]


OUR_OWN = [
    f"info@{policy.MAIL_DOMAIN}",
    f"INFO@{policy.MAIL_DOMAIN.upper()}",
    f"info+book@{policy.MAIL_DOMAIN}",
]


@pytest.mark.parametrize("address", OUR_OWN)
@pytest.mark.parametrize("register", [by_themselves, for_the_guardian])
def test_the_address_that_our_mail_comes_from_is_nobodys(
    register: Callable, address: str, sakura: Patron
):
    with pytest.raises(Refusal, match="図書館がメールを送り出す"):
        register(sakura, address)
    assert not Notice.objects.exists()


def test_the_return_path_of_our_mail_is_our_own_too(settings, sakura: Patron):
    settings.MAIL_RETURN_PATH = f"bounces@{policy.MAIL_DOMAIN}"
    with pytest.raises(Refusal):
        by_themselves(sakura, f"bounces@{policy.MAIL_DOMAIN}")
    by_themselves(sakura, f"somebody@{policy.MAIL_DOMAIN}")  # staff are patrons, too


def test_from_the_counter_and_from_a_table_it_is_kept_and_marked(sakura: Patron, tmp_path: Path):
    at_a_counter(sakura, OUR_OWN[0])
    file = tmp_path / "patrons.csv"
    file.write_text(
        "利用者番号,名前,読み,生年月日,電話番号,区分,有効期限,メールアドレス,連絡方法,受取館\n"
        f"10000009,秋川 花子,アキカワ ハナコ,S60.4.12,,,2028/3/31,{OUR_OWN[2]},,\n",
        "utf-8",
    )
    call_command("import_table", "patrons", str(file))
    for card in ("10000003", "10000009"):
        patron = Patron.objects.get(card_number=card)
        assert patron.mail_address.undeliverable_since == NOW
        assert "図書館がメールを送り出す" in patron.mail_address.undeliverable_reason
    assert not Notice.objects.exists()


def test_a_page_says_why(sakura: Patron, client):
    sakura.user.set_password("sky-blue-2026")
    sakura.user.save()
    client.force_login(sakura.user, backend="patrons.backends.PatronBackend")
    typed = {"address": OUR_OWN[0], "current": "sky-blue-2026"}
    assert "送り出すためのアドレス" in client.post("/mypage/email/", typed).content.decode()
