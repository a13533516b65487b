"""The mail address of a patron: rule 3, safety 7 to 9."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from akiruno_library import policy
from notifications import rendering
from notifications.models import MailAddress, Notice
from patrons import address_rules, mail_address
from patrons.address_rules import likely_meant, tidied
from patrons.models import Patron
from patrons.refusals import (
    AddressBeginsOddly,
    AddressHasConsecutiveDots,
    AddressHasDotBeforeAt,
    AddressTooLong,
    NotAnAddress,
)
from tests.conftest import tokyo
from tests.factories import PASSWORD, MailAddressFactory, PatronFactory
from tests.pages import as_read

NOW = tokyo("2026-11-24")
PAGE = "/mypage/email/"


def refusals_of(address: str) -> list[type]:
    return [type(refusal) for refusal in address_rules.refusals(tidied(address))]


@pytest.mark.parametrize(
    "address",
    [
        "hanako@example.jp", "Hanako.Akikawa+library@example.co.jp", "1@ex-ample.tokyo.jp",
        "h_a-n'a!k#o$@example.jp", "a" * 64 + "@example.jp", "h@xn--wgv71a119e.jp",
    ],
)  # fmt: skip
def test_what_rfc_5321_allows_is_taken(address):
    assert refusals_of(address) == []


@pytest.mark.parametrize(
    ("address", "reasons"),
    [
        (".hanako@example.jp", [AddressBeginsOddly]),
        ("-hanako@example.jp", [AddressBeginsOddly]),
        ("_hanako@example.jp", [AddressBeginsOddly]),
        ("hanako.@example.jp", [AddressHasDotBeforeAt]),
        ("hana..ko@example.jp", [AddressHasConsecutiveDots]),
        ("hanako@example..jp", [AddressHasConsecutiveDots]),
        (".hana..ko.@example.jp",
         [AddressBeginsOddly, AddressHasDotBeforeAt, AddressHasConsecutiveDots]),
        ('"hana ko"@example.jp', [AddressBeginsOddly]),
        ("hanako", [NotAnAddress]),
        ("hanako@", [NotAnAddress]),
        ("@example.jp", [NotAnAddress]),
        ("hana@ko@example.jp", [NotAnAddress]),
        ("hanako@example", [NotAnAddress]),
        ("hanako@-example.jp", [NotAnAddress]),
        ("hanako@example.jp.", [NotAnAddress]),
        ("hanako@[192.0.2.1]", [NotAnAddress]),
        ("hanako@192.0.2.1", [NotAnAddress]),
        ("hanako,taro@example.jp", [NotAnAddress]),
        ("hanako@例え.jp", [NotAnAddress]),
        ("h花子@example.jp", [NotAnAddress]),
        ("hanako<b>@example.jp", [NotAnAddress]),
        ("hanako@" + "a" * 64 + ".jp", [NotAnAddress]),
        ("a" * 65 + "@example.jp", [AddressTooLong]),
        ("hanako@" + "a.b." * 70 + "jp", [AddressTooLong]),
    ],
)  # fmt: skip
def test_what_mail_cannot_be_sent_to_is_refused_by_its_reason(address, reasons):
    assert refusals_of(address) == reasons


def test_each_of_the_three_reasons_is_named():
    sentences = {str(r) for r in address_rules.refusals(".hana..ko.@example.jp")}
    named = ["最初の文字が英数字でない", "「@」のすぐ前に「.」", "「.」が続く"]
    assert all(any(words in sentence for sentence in sentences) for words in named)


def test_the_local_part_keeps_its_capitals_and_the_width_of_a_keyboard_goes():
    assert tidied(" Ｈａｎａｋｏ．A@Example.JP ") == "Hanako.A@example.jp"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("docomo.ne.jp", ""), ("docomo.co.jp", "docomo.ne.jp"), ("docmo.ne.jp", "docomo.ne.jp"),
        ("docomo.ne.jo", "docomo.ne.jp"), ("gmial.com", "gmail.com"), ("gmail.co", "gmail.com"),
        ("gmail.co.jp", "gmail.com"), ("gmeil.com", "gmail.com"), ("ezwab.ne.jp", "ezweb.ne.jp"),
        ("softbank.jp", "softbank.ne.jp"), ("yahoo.co.jo", "yahoo.co.jp"), ("i.softbank.jp", ""),
        ("example.jp", ""), ("akiruno.tokyo.jp", ""), ("hotmail.com", ""), ("ne.jp", ""),
    ],
)  # fmt: skip
def test_a_slip_in_a_well_known_domain_gets_a_hint(typed, meant):
    assert likely_meant(f"hanako@{typed}") == meant


@pytest.fixture
def hanako(db) -> Patron:
    return PatronFactory(name="秋川 花子", card_number="30001234", password=PASSWORD)


@pytest.fixture
def at_home(hanako) -> Client:
    client = Client()
    client.force_login(hanako.user, backend="patrons.backends.PatronBackend")
    return client


@pytest.fixture(autouse=True)
def _at_a_fixed_instant():
    with time_machine.travel(NOW, tick=False):
        yield


def register(client: Client, address: str, password: str = PASSWORD):
    return client.post(PAGE, {"address": address, "current": password})


def notices(kind: str) -> list[str]:
    found = Notice.objects.filter(kind=kind).select_related("address").order_by("pk")
    return [notice.address.address for notice in found]


def link(at=NOW) -> str:
    notice = Notice.objects.filter(kind="address_confirm").latest("pk")
    written = rendering.write("address_confirm", [notice], at=at)
    assert written is not None
    body = written.message(notice.address.address, "<1@test>").body
    assert "お心当たりのない場合は" in body
    [path] = re.findall(r"http://\S+?(/mypage/email/confirm/\w{64}/)", body)
    return path


def state(client: Client) -> str:
    return client.get(PAGE).content.decode()


def test_an_address_is_registered_at_once_and_confirmed_by_a_press_on_its_link(at_home, hanako):
    assert register(at_home, "Hanako@Example.jp").headers["Location"] == PAGE
    hanako.refresh_from_db()
    assert hanako.mail_address.address == "Hanako@example.jp"
    assert notices("address_confirm") == ["Hanako@example.jp"]
    assert "まだ確認されていません" in state(at_home)
    elsewhere = Client()
    assert "確認する" in elsewhere.get(link()).content.decode()
    hanako.refresh_from_db()
    assert hanako.mail_confirmed_at is None
    assert elsewhere.post(link()).status_code == 200
    hanako.refresh_from_db()
    assert hanako.mail_confirmed_at == NOW
    assert "確認済み" in state(at_home)
    assert elsewhere.post(path := "/mypage/email/confirm/" + "0" * 64 + "/").status_code == 410, (
        path
    )


@pytest.mark.django_db
def test_the_password_is_asked_again(at_home, hanako):
    page = register(at_home, "hanako@example.jp", "wrong-one").content.decode()
    assert "いまのパスワードが違います" in page
    assert not MailAddress.objects.exists()


def test_guessing_at_the_password_here_is_slowed_down_like_a_login(at_home):
    statuses = [register(at_home, "h@example.jp", "wrong").status_code for _ in range(12)]
    free = policy.LOGIN_WAITS["card"].free
    assert statuses == [200] * free + [429] * (12 - free)


def test_a_change_tells_the_old_address(at_home, hanako):
    register(at_home, "old@example.jp")
    Client().post(link())
    register(at_home, "new@example.jp")
    assert notices("address_changed") == ["old@example.jp"]
    assert notices("address_confirm") == ["old@example.jp", "new@example.jp"]


def test_the_link_of_an_address_that_was_replaced_confirms_nothing(at_home, hanako):
    register(at_home, "old@example.jp")
    old = link()
    register(at_home, "new@example.jp")
    assert Client().post(old).status_code == 410
    hanako.refresh_from_db()
    assert hanako.mail_confirmed_at is None


def test_a_family_with_one_address_confirms_each_card(db):
    """Both notices travel in one mail, and the mail has both links."""
    mother, child = PatronFactory(), PatronFactory()
    for patron in (mother, child, mother):
        mail_address.change(patron, "family@example.jp", at=NOW)
    notices_of_both = list(Notice.objects.filter(kind="address_confirm"))
    mail = rendering.write("address_confirm", notices_of_both, at=NOW)
    assert mail is not None
    paths = re.findall(r"(/mypage/email/confirm/\w{64}/)", mail.text())
    assert len(paths) == 2
    for path in paths:
        assert Client().post(path).status_code == 200
    for patron in (mother, child):
        patron.refresh_from_db()
        assert patron.mail_confirmed_at == NOW


def test_r3_5_a_second_visit_to_a_fulfilled_link_says_that_the_confirmation_is_done(at_home):
    register(at_home, "hanako@example.jp")
    path = link()
    Client().post(path)
    for again in (Client().get(path), Client().post(path)):
        assert again.status_code == 200
        assert "確認は済んでいます" in again.content.decode()
    with time_machine.travel(NOW + policy.CONFIRMATION_VALID, tick=False):
        assert "確認は済んでいます" in Client().get(path).content.decode()


def test_a_fulfilled_link_is_dead_once_the_address_is_another(at_home):
    register(at_home, "hanako@example.jp")
    path = link()
    Client().post(path)
    register(at_home, "new@example.jp")
    assert Client().get(path).status_code == 410


def test_a_link_is_good_for_some_days(at_home):
    register(at_home, "hanako@example.jp")
    path = link()
    with time_machine.travel(NOW + policy.CONFIRMATION_VALID, tick=False):
        assert Client().get(path).status_code == 410


def test_the_confirmation_is_repeated_three_times_a_day_at_most(at_home):
    register(at_home, "hanako@example.jp")
    for _ in range(3):
        at_home.post("/mypage/email/again/")
    assert len(notices("address_confirm")) == 4
    page = at_home.post("/mypage/email/again/", follow=True).content.decode()
    assert "1日に送れる数を超えました" in page
    assert len(notices("address_confirm")) == 4
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        at_home.force_login(Patron.objects.get(card_number="30001234").user,
                            backend="patrons.backends.PatronBackend")  # fmt: skip
        at_home.post("/mypage/email/again/")
    assert len(notices("address_confirm")) == 5


def test_nobody_fills_a_mailbox_from_many_cards(db):
    for number in range(policy.CONFIRMATIONS_TO_AN_ADDRESS + 3):
        try:
            mail_address.change(PatronFactory(card_number=str(number)), "victim@example.jp", at=NOW)
        except Exception as refusal:
            assert "1日に送れる数" in str(refusal)
    assert len(notices("address_confirm")) == policy.CONFIRMATIONS_TO_AN_ADDRESS


def test_for_72_hours_after_facts_alone_a_confirmed_address_stays(at_home, hanako):
    hanako.mail_address = MailAddressFactory(address="hanako@example.jp")
    hanako.mail_confirmed_at = NOW - timedelta(days=9)
    hanako.closed_until = NOW + timedelta(hours=72)
    hanako.save()
    assert "11月27日(金)10時まで変更できません" in state(at_home)
    page = as_read(register(at_home, "other@example.jp"))
    assert "11月27日(金)10時まで変更できません" in page
    assert notices("address_confirm") == []
    with time_machine.travel(NOW + timedelta(hours=72), tick=False):
        at_home.force_login(hanako.user, backend="patrons.backends.PatronBackend")
        assert register(at_home, "other@example.jp").status_code == 302


@pytest.mark.parametrize("mended", ["first", "unconfirmed", "bouncing"])
def test_a_first_an_unconfirmed_or_a_bouncing_address_can_be_mended_all_the_same(
    at_home, hanako, mended
):
    hanako.closed_until = NOW + timedelta(hours=72)
    if mended != "first":
        hanako.mail_address = MailAddressFactory(
            address="old@example.jp", undeliverable_since=NOW if mended == "bouncing" else None
        )
    if mended == "bouncing":
        hanako.mail_confirmed_at = NOW - timedelta(days=9)
    hanako.save()
    assert register(at_home, "new@example.jp").status_code == 302


def test_mail_that_comes_back_is_warned_of_on_every_page_until_the_address_answers(at_home, hanako):
    register(at_home, "hanako@example.jp")
    warning = "図書館からのメールが届いていません"
    assert warning not in at_home.get("/mypage/").content.decode()
    MailAddress.objects.update(undeliverable_since=NOW, undeliverable_reason="550")
    for path in ("/mypage/", "/mypage/settings/", PAGE):
        page = at_home.get(path).content.decode()
        assert warning in page
        assert "予約が取り消しになることがあります" in page
    assert Client().post(link()).status_code == 200
    assert warning not in at_home.get("/mypage/").content.decode()


def test_a_hint_is_no_refusal(at_home):
    assert register(at_home, "hanako@gmial.com").status_code == 302
    assert "「@gmail.com」の入れ間違いではありませんか" in state(at_home)


def test_the_page_tells_how_to_allow_our_domain(client, db):
    assert "@library.akiruno.tokyo.jp" in client.get("/mypage/email/allow/").content.decode()


def test_what_the_counter_writes_is_kept_and_marked(hanako):
    kept = mail_address.keep_as_given(hanako, "hana..ko.@docomo.ne.jp", at=NOW)
    assert (kept.address, kept.undeliverable_since) == ("hana..ko.@docomo.ne.jp", NOW)
    assert notices("address_confirm") == []
    mail_address.keep_as_given(hanako, "hanako@docomo.ne.jp", at=NOW)
    assert notices("address_confirm") == ["hanako@docomo.ne.jp"]
