"""Registering a password with four facts, and doing so anew: rules 2.1, 2.2 and safety 1 to 4."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from akiruno_library import policy
from catalog.models import Happening
from notifications import rendering
from notifications.models import Notice
from patrons import hashers
from patrons.models import FormerName, Patron, Session, Throttle
from patrons.privileges import closed_refusals
from tests.conftest import tokyo
from tests.factories import PASSWORD, PatronFactory, a_terminal
from tests.pages import as_read

pytestmark = pytest.mark.django_db
NOW = tokyo("2026-11-24")
NEW = "川の音が好きです"
REGISTER, RESET, LOGIN = "/mypage/register/", "/mypage/reset/", "/mypage/login/"
HANAKO = {
    "card_number": "30001234",
    "name": "秋川 花子",
    "birth_date": "1985/4/12",
    "telephone": "042-123-4567",
}


@pytest.fixture(autouse=True)
def _at_a_fixed_instant():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def hanako() -> Patron:
    return PatronFactory(
        card_number="30001234",
        name="秋川 花子",
        name_reading="アキカワ ハナコ",
        birth_date=date(1985, 4, 12),
        telephone="042-123-4567",
    )


def register(client: Client, password: str = NEW, **facts: str):
    return client.post(REGISTER, HANAKO | {"password": password} | facts)


def reset(client: Client, **facts: str):
    return client.post(RESET, HANAKO | facts)


def may_log_in(password: str = NEW, card: str = "30001234") -> bool:
    form = {"card_number": card, "password": password}
    return Client().post(LOGIN, form).status_code == 302


def recipients(kind: str) -> list[str]:
    """The addresses that a notice of this kind is for."""
    return [n.address.address for n in Notice.objects.filter(kind=kind).select_related("address")]


def mail_of(kind: str) -> EmailMultiAlternatives:
    """The newest of this kind as it would be sent now."""
    notice = Notice.objects.filter(kind=kind).latest("pk")
    written = rendering.write(kind, [notice], at=NOW)
    assert written is not None
    return written.message(notice.address.address, "<1@test>")


def link_in(message: EmailMultiAlternatives) -> str:
    [path] = re.findall(r"http://\S+?(/mypage/\S+/\w{64}/)", message.body)
    return path


def test_with_four_facts_that_match_the_password_is_registered_and_nobody_logged_in(client, hanako):
    response = register(client)
    assert response.headers["Location"] == LOGIN
    assert SESSION_KEY not in client.session
    assert may_log_in()
    counted = Happening.objects.values_list("kind", "branch__code", "number")
    assert list(counted) == [("registration", None, 1)]


@pytest.mark.parametrize(
    "typed",
    [
        {"card_number": "３０００-１２３４"},
        {"name": "秋川花子"},
        {"name": "あきかわ　はなこ"},
        {"name": "ｱｷｶﾜ ﾊﾅｺ"},
        {"birth_date": "昭和60年4月12日"},
        {"birth_date": "S60.4.12"},
        {"telephone": "０４２１２３４５６７"},
        {"telephone": "+81 42 123 4567"},
        {"telephone": "042(123)4567"},
    ],
)
def test_facts_match_however_they_are_written(client, hanako, typed):
    assert register(client, **typed).status_code == 302


@pytest.mark.parametrize(
    ("stored", "typed"),
    [("髙﨑 廣", "高崎 広"), ("渡邊 齋", "渡辺 斎"), ("LEE Jiyoung", "lee jiyoung")],
)
def test_variant_kanji_and_letters_match(client, hanako, stored, typed):
    Patron.objects.update(name=stored)
    assert register(client, name=typed).status_code == 302


FAILURES = {
    "an unknown card": {"card_number": "99999999"},
    "a wrong name": {"name": "秋川 華子"},
    "a wrong birth date": {"birth_date": "1985/4/13"},
    "a wrong telephone number": {"telephone": "042-123-4568"},
    "marks for a name": {"name": "・・"},
    "marks for a telephone number": {"telephone": "---"},
}
REFUSED_ALTHOUGH_RIGHT = {
    "a password exists": lambda patron: patron.user.__class__.objects.update(
        password=make_password(PASSWORD)
    ),
    "barred": lambda patron: Patron.objects.update(web_barred_at=NOW, web_barred_reason="届け出"),
    "closed login": lambda patron: patron.user.__class__.objects.update(is_active=False),
}


@pytest.fixture
def hashes(monkeypatch) -> list[str]:
    """Each hash that is made, by whatever way; the hasher itself works on."""
    made: list[str] = []
    hasher = hashers.LibraryArgon2PasswordHasher
    encode, verify = hasher.encode, hasher.verify
    monkeypatch.setattr(hasher, "encode", lambda *a, **k: made.append("encode") or encode(*a, **k))
    monkeypatch.setattr(hasher, "verify", lambda *a, **k: made.append("verify") or verify(*a, **k))
    return made


def without_token(response) -> str:
    return re.sub(r'value="\w{64}"', "", response.content.decode())


def as_typed_by_hanako(response, typed: dict[str, str]) -> str:
    """The page, with what was typed put back: the form shows it again."""
    page = without_token(response)
    for name, value in typed.items():
        page = page.replace(f'value="{value}"', f'value="{HANAKO[name]}"')
    return page


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize("address", [REGISTER, RESET])
def test_every_failure_is_answered_alike(hanako, hashes, address, confirmed):
    """Status, body, number of hashes and of queries: whoever asks learns nothing (safety 1)."""
    if confirmed:
        hanako.mail_address = PatronFactory(mail="hanako@example.jp").mail_address
        hanako.mail_confirmed_at = NOW
        hanako.save()
    Client().post(address, HANAKO | {"card_number": "0", "password": NEW})  # a first one loads more
    answers = set()
    for typed in FAILURES.values():
        Throttle.objects.all().delete()
        hashes.clear()
        with CaptureQueriesContext(connection) as queries:
            response = Client().post(address, HANAKO | {"password": NEW} | typed)
        page = as_typed_by_hanako(response, typed)
        answers.add((response.status_code, page, len(hashes), len(queries)))
    for name, prepare in REFUSED_ALTHOUGH_RIGHT.items():
        if address == RESET and name == "a password exists":
            continue  # there it is what one comes for
        prepare(hanako)
        Throttle.objects.all().delete()
        hashes.clear()
        with CaptureQueriesContext(connection) as queries:
            response = Client().post(address, HANAKO | {"password": NEW})
        page = without_token(response)
        answers.add((response.status_code, page, len(hashes), len(queries)))
        Patron.objects.update(web_barred_at=None)
        hanako.user.__class__.objects.update(is_active=True, password="!")
    [(status, page, made, _)] = answers
    assert status == 200
    assert made == (1 if address == REGISTER else 0)
    assert "もう一度お確かめください" in page
    assert "窓口" in page
    assert ("登録済みの方はパスワードの初期化へ" in page) is (address == REGISTER)


def test_a_login_costs_one_hash_whatever_the_card_is(hashes):
    """Unknown, without password, suspended, valid: safety 6."""
    PatronFactory(card_number="1")
    PatronFactory(card_number="2", password=PASSWORD)
    PatronFactory(card_number="3", password=PASSWORD, suspended_at=NOW, suspension_reason="弁償")
    for card in ("0", "1", "2", "3"):
        for password in (PASSWORD, "wrong-one"):
            hashes.clear()
            may_log_in(password, card)
            assert len(hashes) == 1, (card, password)


def test_the_page_says_whose_business_a_password_is(client):
    assert "パスワードは個人管理となります" in client.get(REGISTER).content.decode()


def test_an_organisation_has_no_birth_date_to_match(client, hanako):
    Patron.objects.update(birth_date=None, category=Patron.Category.ORGANISATION)
    assert register(client).status_code == 200


def test_a_weak_password_is_told_before_anybody_is_looked_up_and_is_no_try(client):
    for _ in range(30):
        response = register(client, "hanako0412")
        assert response.status_code == 200
        assert "登録できませんでした" not in response.content.decode()
    response = register(client, "akikawa-hanako", name="秋川 花子")  # its reading is on no form
    assert "登録できませんでした" in response.content.decode()


def test_own_facts_that_only_the_record_knows_are_told_to_their_owner(client, hanako):
    response = register(client, "akikawa-hanako")
    assert "見破られやすい" in response.content.decode()
    assert not may_log_in("akikawa-hanako")


def test_after_facts_alone_history_and_childrens_mail_stay_closed_for_72_hours(client, hanako):
    page = as_read(client.get(register(client).headers["Location"]))
    assert "11月27日(金)10時から使えます" in page
    hanako.refresh_from_db()
    ends = NOW + timedelta(hours=72)
    [refusal] = closed_refusals(hanako, at=ends - timedelta(seconds=1))
    assert "11月27日(金)10時まで" in str(refusal)
    assert "窓口" in str(refusal)
    assert list(closed_refusals(hanako, at=ends)) == []


def test_the_address_on_file_is_told_at_once(client, hanako):
    Patron.objects.update(mail_address=PatronFactory(mail="hanako@example.jp").mail_address)
    register(client)
    assert recipients("password_registered") == ["hanako@example.jp"]
    message = mail_of("password_registered")
    assert "11月24日(火)10時" in message.body
    assert "お心当たりのない場合は" in message.body


@pytest.mark.parametrize(("days", "accepted"), [(89, True), (91, False)])
def test_a_former_name_is_accepted_for_90_days(client, hanako, days, accepted):
    FormerName.objects.create(
        patron=hanako, name="草花 花子", name_reading="クサバナ ハナコ",
        changed_at=NOW - timedelta(days=days),
    )  # fmt: skip
    assert (register(client, name="草花 花子").status_code == 302) is accepted


# --- 初期化 -----------------------------------------------------------------------------------


@pytest.fixture
def forgetful(hanako) -> Patron:
    """Has a password, an open login and no mail address."""
    hanako.user.set_password(PASSWORD)
    hanako.user.save()
    assert may_log_in(PASSWORD)
    return hanako


@pytest.fixture
def reachable(forgetful) -> Patron:
    """The same, with a confirmed address."""
    forgetful.mail_address = PatronFactory(mail="hanako@example.jp").mail_address
    forgetful.mail_confirmed_at = NOW - timedelta(days=30)
    forgetful.save()
    return forgetful


def test_without_a_confirmed_address_the_facts_do_and_a_password_is_registered_anew(
    client, forgetful
):
    assert reset(client).headers["Location"] == REGISTER
    assert not may_log_in(PASSWORD)
    assert not Session.objects.filter(user=forgetful.user).exists()
    assert SESSION_KEY not in client.session
    assert client.post(REGISTER, {"password": NEW}).headers["Location"] == LOGIN
    assert SESSION_KEY not in client.session
    assert may_log_in()
    forgetful.refresh_from_db()
    assert forgetful.closed_until == NOW + policy.CLOSED_AFTER_FACTS


def test_a_reset_leaves_the_basket_of_a_visitor(client, forgetful, book):
    client.post("/basket/add/", {"bib": book.bib_id})
    reset(client)
    client.post(REGISTER, {"password": NEW})
    assert book.bib.title in client.get("/basket/").content.decode()


def test_what_was_reset_a_while_ago_is_registered_with_the_facts(client, forgetful):
    reset(client)
    with time_machine.travel(NOW + policy.FACTS_CARRIED_ON + timedelta(seconds=1), tick=False):
        assert "利用者番号" in client.get(REGISTER).content.decode()
        assert register(client).status_code == 302


def test_of_two_who_register_anew_the_second_is_refused(client, forgetful):
    reset(client)
    register(Client())
    response = client.post(REGISTER, {"password": "another-one"})
    assert response.status_code == 200
    assert may_log_in()


def test_with_a_confirmed_address_a_reset_from_elsewhere_needs_its_link(client, reachable):
    page = reset(client).content.decode()
    assert "h•••••@e•••••.jp" in page
    assert "hanako@example.jp" not in page
    assert "資料検索機" in page
    assert "窓口" in page
    assert may_log_in(PASSWORD)
    assert recipients("reset_link") == ["hanako@example.jp"]
    link = link_in(mail_of("reset_link"))
    assert client.get(link).status_code == 200
    assert may_log_in(PASSWORD)  # a look has changed nothing
    assert client.post(link, {"password": NEW}).headers["Location"] == LOGIN
    assert may_log_in()
    assert not may_log_in(PASSWORD)
    assert recipients("password_reset") == ["hanako@example.jp"]
    reachable.refresh_from_db()
    assert reachable.closed_until is None


def test_a_link_is_good_once_and_for_30_minutes(client, reachable):
    reset(client)
    link = link_in(mail_of("reset_link"))
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        assert client.post(link, {"password": NEW}).status_code == 410
    with time_machine.travel(NOW + timedelta(minutes=29, seconds=59), tick=False):
        assert client.post(link, {"password": NEW}).status_code == 302
        assert client.post(link, {"password": "another-one"}).status_code == 410
    assert may_log_in()


def test_a_link_to_an_address_that_was_changed_meanwhile_opens_nothing(client, reachable):
    reset(client)
    link = link_in(mail_of("reset_link"))
    Patron.objects.filter(pk=reachable.pk).update(
        mail_address=PatronFactory(mail="other@example.jp").mail_address
    )
    assert client.post(link, {"password": NEW}).status_code == 410


def test_the_database_does_not_hold_the_link(client, reachable):
    reset(client)
    token = link_in(mail_of("reset_link")).split("/")[-2]
    assert token not in str(list(reachable.links.values()) + list(Notice.objects.values()))


def test_whoever_knows_the_facts_cannot_fill_the_mailbox(client, reachable):
    for _ in range(8):
        assert "メールをご覧ください" in reset(client).content.decode()
    assert len(recipients("reset_link")) == 1 + policy.RESET_LINKS_REPEATED


def test_on_a_terminal_the_facts_do(reachable):
    client = a_terminal()
    assert reset(client).headers["Location"] == REGISTER
    assert not may_log_in(PASSWORD)
    reachable.refresh_from_db()
    assert reachable.is_closed(NOW)
    assert recipients("password_reset") == ["hanako@example.jp"]


def test_on_a_terminal_no_field_is_filled_by_the_browser(hanako):
    at_a_terminal = a_terminal()
    for path in (LOGIN, REGISTER, RESET):
        page = at_a_terminal.get(path).content.decode()
        assert set(re.findall(r'autocomplete="(.*?)"', page)) == {"off"}, path
    at_home = Client().get(REGISTER).content.decode()
    tokens = {"username", "name", "bday", "tel", "new-password"}
    assert tokens <= set(re.findall(r'autocomplete="(.*?)"', at_home))


def test_a_barred_patron_is_reset_at_the_counter_only(client, reachable):
    reset(client)
    link = link_in(mail_of("reset_link"))
    Patron.objects.update(web_barred_at=NOW, web_barred_reason="ご本人の届け出")
    assert client.post(link, {"password": NEW}).status_code == 410
    assert "初期化できませんでした" in reset(client).content.decode()


# --- Who guesses -----------------------------------------------------------------------------


def test_who_knows_everything_but_the_card_number_gets_nowhere_with_200_of_them(client, hanako):
    """And the real patron still gets in: with the password, and with the facts at a terminal."""
    hanako.user.set_password(PASSWORD)
    hanako.user.save()
    statuses = [
        reset(client, card_number=str(30001034 + number)).status_code for number in range(200)
    ]
    assert statuses.count(429) == 200 - policy.FACTS_WAITS["person"].free
    response = reset(client, card_number="30001234")
    assert response.status_code == 429
    assert "お待ちください" in response.content.decode()
    assert int(response.headers["Retry-After"]) > 60
    assert may_log_in(PASSWORD)
    assert reset(a_terminal()).status_code == 302


def test_a_wait_is_the_same_for_a_card_that_exists_and_one_that_does_not(hanako):
    seen = set()
    for card in ("30001234", "99999999"):
        for _ in range(policy.LOGIN_WAITS["card"].free):
            assert not may_log_in("wrong-one", card)
        response = Client().post(LOGIN, {"card_number": card, "password": "wrong-one"})
        seen.add((response.status_code, response.headers["Retry-After"], without_token(response)))
    assert len(seen) == 1


def test_a_device_that_has_logged_in_before_passes_strangers_waits(client, forgetful):
    form = {"card_number": "30001234", "password": PASSWORD}
    assert client.post(LOGIN, form).status_code == 302
    client.post("/mypage/logout/")
    for _ in range(20):
        may_log_in("wrong-one")
    assert Client().post(LOGIN, form).status_code == 429
    assert client.post(LOGIN, form).status_code == 302


def test_a_known_device_guesses_no_faster(client, forgetful):
    form = {"card_number": "30001234", "password": PASSWORD}
    client.post(LOGIN, form)
    client.post("/mypage/logout/")
    wrong = form | {"password": "wrong-one"}
    statuses = [client.post(LOGIN, wrong).status_code for _ in range(20)]
    assert statuses.count(200) == policy.LOGIN_WAITS["known-device"].free


def test_after_a_reset_no_device_is_known(client, forgetful):
    client.post(LOGIN, {"card_number": "30001234", "password": PASSWORD})
    assert forgetful.user.known_devices.count() == 2
    reset(Client())
    assert forgetful.user.known_devices.count() == 0


def test_a_terminal_is_no_device_of_anybodys(forgetful):
    client = a_terminal()
    response = client.post(LOGIN, {"card_number": "30001234", "password": PASSWORD})
    assert response.status_code == 302
    assert "device" not in response.cookies
