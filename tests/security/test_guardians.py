"""Rule 2.2: facts alone never lead to a child's coming and going, however long one waits."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from notifications import rendering
from notifications.models import Notice
from patrons import counter_actions
from patrons.children import guardians
from patrons.models import GuardianMail, Patron
from patrons.refusals import TooManyConfirmations
from tests.conftest import tokyo
from tests.factories import PASSWORD, MailAddressFactory, PatronFactory, a_terminal, staff_with_role

pytestmark = pytest.mark.django_db
NOW = tokyo("2026-11-24")
AFTER_72_HOURS = NOW + timedelta(hours=72, minutes=1)
NEW = "川の音が好きです"
PAGE, STOP = "/mypage/children/", "/mypage/children/stop/"
REPLACE = "/mypage/children/replace/"
FACTS = {
    "card_number": "10000003",
    "name": "多西 さくら",
    "birth_date": "2014/6/1",
    "telephone": "042-123-4567",
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def sakura() -> Patron:
    """A child without an address of its own, whose mother is told."""
    child = PatronFactory(
        card_number="10000003",
        name="多西 さくら",
        name_reading="タサイ サクラ",
        birth_date=date(2014, 6, 1),
        telephone="042-123-4567",
        password=PASSWORD,
    )
    GuardianMail.objects.create(
        patron=child,
        address=MailAddressFactory(address="mother@example.jp"),
        confirmed_at=NOW - timedelta(days=100),
        call_name="さくら",
    )
    return child


def resets(client: Client) -> None:
    assert client.post("/mypage/reset/", FACTS).headers["Location"] == "/mypage/register/"


def registers(client: Client) -> None:
    Patron.objects.get().user.__class__.objects.update(password="!")
    answer = client.post("/mypage/register/", FACTS | {"password": NEW})
    assert answer.headers["Location"] == "/mypage/login/"


def recipients(kind: str = "child_opened") -> list[str]:
    notices = Notice.objects.filter(kind=kind).select_related("address").order_by("pk")
    return [notice.address.address for notice in notices]


@pytest.mark.parametrize("where", [Client, a_terminal])
@pytest.mark.parametrize("opens", [resets, registers])
def test_the_guardian_is_told_at_once_of_a_registration_or_reset_by_facts(
    opens: Callable, where: Callable, sakura
):
    opens(where())
    assert recipients() == ["mother@example.jp"]
    notice = Notice.objects.get(kind="child_opened")
    assert notice.not_before == NOW
    mail = rendering.write("child_opened", [notice], at=NOW)
    assert mail is not None
    for private in (sakura.card_number, "多西", sakura.telephone):
        assert private not in mail.text()


def test_nothing_is_told_when_a_link_or_a_counter_opened_it_or_nobody_confirmed(sakura):
    sakura.mail_address = MailAddressFactory(address="sakura@example.jp")
    sakura.mail_confirmed_at = NOW
    sakura.save()
    Client().post("/mypage/reset/", FACTS)
    [link] = re.findall(r"/mypage/reset/\w{64}/", text_of("reset_link"))
    assert Client().post(link, {"password": NEW}).status_code == 302
    counter_actions.reset_password(sakura)
    GuardianMail.objects.update(confirmed_at=None)
    Patron.objects.update(mail_confirmed_at=None)
    resets(Client())
    assert recipients() == []
    assert not GuardianMail.objects.filter(guarded_since__isnull=False).exists()


def text_of(kind: str) -> str:
    notice = Notice.objects.filter(kind=kind).latest("pk")
    mail = rendering.write(kind, [notice], at=notice.created_at)
    assert mail is not None
    return mail.text()


@pytest.fixture
def stranger(sakura, clock) -> Client:
    """Knows the facts, has set a password, and comes back when the 72 hours are over."""
    client = Client()
    resets(client)
    client.post("/mypage/register/", {"password": NEW})
    clock.move_to(AFTER_72_HOURS)
    client.post("/mypage/login/", {"card_number": "10000003", "password": NEW})
    assert client.get(PAGE).status_code == 200
    return client


def guardian_mail() -> tuple[str, bool]:
    row = GuardianMail.objects.select_related("address").get()
    return row.address.address, row.confirmed_at is not None


def test_after_72_hours_no_page_of_my_page_replaces_the_guardian(stranger):
    everything = {"address": "stranger@example.com", "call_name": "x", "current": NEW, "stop": "1"}
    stays = "いまの送り先に届くメール"
    assert stays in stranger.get(PAGE).content.decode()
    for path in (PAGE, STOP, REPLACE, f"{REPLACE}0123/", f"{PAGE}send-again/"):
        stranger.post(path, everything)
        assert guardian_mail() == ("mother@example.jp", True), path
    assert stays in stranger.post(PAGE, everything).content.decode()
    assert stays in stranger.post(STOP, everything).content.decode()
    assert "stranger@example.com" not in Notice.objects.values_list("address__address", flat=True)


def test_the_link_goes_to_the_guardian_and_replaces_the_address_once(stranger, clock):
    assert stranger.post(REPLACE).headers["Location"] == PAGE
    assert recipients("child_replace") == ["mother@example.jp"]
    [link] = re.findall(r"/mypage/children/replace/\w{64}/", text_of("child_replace"))
    assert link not in stranger.get(PAGE).content.decode()
    mother = Client()
    assert "mother@example.jp" in mother.get(link).content.decode()
    assert guardian_mail() == ("mother@example.jp", True)  # a look has changed nothing
    assert "メールアドレスの形" in mother.post(link, {"address": "m@x"}).content.decode()
    assert "送り先を変えました" in mother.post(link, {"address": "new@example.jp"}).content.decode()
    assert guardian_mail() == ("new@example.jp", False)
    assert recipients("child_confirm") == ["new@example.jp"]
    assert recipients("child_changed") == ["mother@example.jp"]
    assert mother.post(link, {"address": "third@example.jp"}).status_code == 410
    assert mother.get(link).status_code == 410


def test_the_link_also_ends_it(stranger):
    stranger.post(REPLACE)
    [link] = re.findall(r"/mypage/children/replace/\w{64}/", text_of("child_replace"))
    assert "お知らせをやめました" in Client().post(link, {"stop": "1"}).content.decode()
    assert not GuardianMail.objects.exists()
    assert recipients("child_stopped") == ["mother@example.jp"]


def test_whoever_asks_for_links_does_not_fill_the_guardians_mailbox(stranger):
    for _ in range(10):
        stranger.post(REPLACE)
    assert len(recipients("child_replace")) == 4
    assert TooManyConfirmations.sentence in stranger.get(PAGE).content.decode()


def test_a_counter_lets_the_address_be_replaced(stranger, sakura):
    counter = Client()
    counter.force_login(staff_with_role("counter"), "patrons.backends.StaffBackend")
    page = f"/admin/patrons/patron/{sakura.pk}/"
    assert "送り先の変更を認める" in counter.get(f"{page}change/").content.decode()
    assert counter.post(f"{page}act/guardian/").status_code == 302
    assert "送り先の変更を認める" not in counter.get(f"{page}change/").content.decode()
    guardians.choose(sakura, "father@example.jp")
    assert guardian_mail() == ("father@example.jp", False)
    assert recipients("child_changed") == ["mother@example.jp"]


def test_mail_of_the_childs_coming_goes_on_meanwhile(stranger):
    terminal = a_terminal()
    press = {"card_number": "10000003", "password": NEW, "button": "came"}
    assert terminal.post("/terminal/children/", press).status_code == 302
    assert recipients("child_visit") == ["mother@example.jp"]
