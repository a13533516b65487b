"""Rule 8.3: きたよ and かえるよ, from the guardian's settings to the mail, and nothing beyond."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from akiruno_library import policy
from catalog.models.statistics import Happening, Kind
from notifications import sender
from notifications.models import Mail, Notice
from patrons import links
from patrons.children import guardians, visits
from patrons.models import GuardianMail, OneTimeLink, Patron, Session, Terminal, Visit
from patrons.refusals import (
    AddressHasDotBeforeAt,
    BirthDateUnknownForChildren,
    ClosedForNow,
    GrownUp,
    LinkNotUsable,
    TooManyConfirmations,
)
from patrons.terminal import enrolment_codes
from tests.conftest import tokyo
from tests.factories import (
    PASSWORD,
    MailAddressFactory,
    PatronFactory,
    a_terminal,
    branch,
    enrolled_terminal,
)

pytestmark = pytest.mark.django_db
AFTER_SCHOOL = tokyo("2026-11-24", "14:05")
CAME, LEFT = Visit.Button.CAME, Visit.Button.LEFT
PRESS = "/terminal/children/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AFTER_SCHOOL, tick=False) as clock:
        yield clock


@pytest.fixture
def sakura(db: None) -> Patron:
    """A sixth-grader with a password."""
    return PatronFactory(
        name="多西 さくら",
        name_reading="タサイ サクラ",
        card_number="10000003",
        birth_date=date(2014, 6, 1),
        password=PASSWORD,
    )


def confirmed_mail_of(
    child: Patron, address: str = "hanako@example.jp", **facts: object
) -> GuardianMail:
    """A guardian's mail whose address has confirmed."""
    return GuardianMail.objects.create(
        patron=child,
        address=MailAddressFactory(address=address),
        confirmed_at=AFTER_SCHOOL - timedelta(days=100),
        **{"call_name": "さくら"} | facts,
    )


@pytest.fixture
def guardian_mail(sakura) -> GuardianMail:
    return confirmed_mail_of(sakura)


def press(
    client: Client, button: Visit.Button = CAME, *, card: str = "10000003", password=PASSWORD
):
    return client.post(PRESS, {"card_number": card, "password": password, "button": button})


def sent(mail_server) -> list[str]:
    sender.send_due_mail()
    return [mail.get_body(("plain",)).get_content() for mail in mail_server.mails]


def link_in(text: str) -> str:
    return re.search(r"/mypage/children/confirm/[0-9a-f]+/", text)[0]


# --- The guardian's settings --------------------------------------------------------------------


def test_the_whole_way_from_the_settings_to_the_mail(sakura, mail_server):
    home, terminal = Client(), a_terminal()
    home.post("/mypage/login/", {"card_number": sakura.card_number, "password": PASSWORD})
    typed = {"address": "hanako@example.jp", "call_name": "さくら", "current": PASSWORD}
    assert home.post("/mypage/children/", typed).status_code == 302
    assert press(terminal).headers["Location"] == "/terminal/children/hello/"
    [confirmation] = sent(mail_server)  # before the confirmation nothing is told
    link = link_in(confirmation)
    Client().get(link)
    assert not GuardianMail.objects.get().confirmed_at  # a look confirms nothing
    assert "確認しました" in Client().post(link).content.decode()
    with time_machine.travel(AFTER_SCHOOL + timedelta(minutes=5), tick=False):
        press(terminal, LEFT)
        text = sent(mail_server)[-1]
    assert "さくらさんが、14時10分に中央図書館で「かえるよ」のボタンを押しました。" in text
    assert "お知らせが遅れました" not in text
    for private in (sakura.card_number, "多西", sakura.telephone):
        assert private not in str(mail_server.mails[-1])


def test_a_change_asks_for_the_password(sakura):
    home = Client()
    home.force_login(sakura.user, backend="patrons.backends.PatronBackend")
    typed = {"address": "hanako@example.jp", "call_name": "", "current": "wrong"}
    assert "いまのパスワードが違います" in home.post("/mypage/children/", typed).content.decode()
    assert not GuardianMail.objects.exists()


def test_every_change_is_told_to_the_address_before(sakura, guardian_mail, mail_server, clock):
    guardians.choose(sakura, "hanako@example.jp", call_name="さっちゃん")
    clock.shift(60)
    guardians.choose(sakura, "taro@example.jp", call_name="さっちゃん")
    assert [mail["To"] for mail in _after(mail_server)] == [
        "hanako@example.jp",
        "hanako@example.jp",
        "taro@example.jp",
    ]
    guardians.confirm(_token(sakura))
    guardians.stop(sakura)
    assert _after(mail_server)[-1]["To"] == "taro@example.jp"
    assert not GuardianMail.objects.exists()


def _after(mail_server):
    sender.send_due_mail()
    return mail_server.mails


def _token(patron: Patron) -> str:
    return links.token_of(OneTimeLink.objects.usable().get(patron=patron))


def test_an_address_that_never_confirmed_is_not_written_to_again(sakura, mail_server):
    guardians.choose(sakura, "stranger@example.jp")
    sender.send_due_mail()
    guardians.choose(sakura, "hanako@example.jp")
    assert [mail["To"] for mail in _after(mail_server)] == [
        "stranger@example.jp",
        "hanako@example.jp",
    ]


def test_the_link_of_an_address_that_was_replaced_confirms_nothing(sakura):
    guardians.choose(sakura, "taro@example.jp")
    old = _token(sakura)
    guardians.choose(sakura, "hanako@example.jp")
    with pytest.raises(LinkNotUsable):
        guardians.confirm(old)
    assert Client().get(f"/mypage/children/confirm/{old}/").status_code == 410


def test_r3_5_a_second_visit_to_a_fulfilled_link_says_that_the_confirmation_is_done(sakura):
    guardians.choose(sakura, "hanako@example.jp")
    path = f"/mypage/children/confirm/{_token(sakura)}/"
    assert "確認しました" in Client().post(path).content.decode()
    again = Client().get(path)
    assert again.status_code == 200
    assert "確認は済んでいます" in again.content.decode()


def test_confirmation_mails_are_not_repeated_without_end(sakura):
    guardians.choose(sakura, "hanako@example.jp")
    for _ in range(policy.CONFIRMATIONS_REPEATED):
        guardians.resend(sakura)
    with pytest.raises(TooManyConfirmations):
        guardians.resend(sakura)


def test_an_address_that_mail_cannot_reach_is_refused_by_name(sakura):
    with pytest.raises(AddressHasDotBeforeAt):
        guardians.choose(sakura, "hanako.@example.jp")


def test_the_settings_are_closed_for_72_hours_after_facts_alone_but_mail_goes_on(
    sakura, guardian_mail, mail_server
):
    sakura.closed_until = AFTER_SCHOOL + timedelta(hours=1)
    sakura.save()
    for change in (
        lambda: guardians.choose(sakura, "thief@example.jp"),
        lambda: guardians.stop(sakura),
        lambda: guardians.resend(sakura),
    ):
        with pytest.raises(ClosedForNow):
            change()
    home = Client()
    home.force_login(sakura.user, backend="patrons.backends.PatronBackend")
    page = home.get("/mypage/children/").content.decode()
    assert "hanako@example.jp" not in page
    press(a_terminal())
    assert len(sent(mail_server)) == 1


@pytest.mark.parametrize(
    ("born", "is_one"),
    [(date(2008, 11, 25), True), (date(2008, 11, 24), False), (None, False)],
)
def test_children_are_under_eighteen(sakura, born, is_one):
    sakura.birth_date = born
    assert guardians.is_child(sakura) is is_one


def test_who_was_born_on_29_february_is_grown_up_on_1_march():
    assert guardians.grown_up_from(date(2008, 2, 29)) == date(2026, 3, 1)


def test_grown_ups_and_people_without_a_birth_date_are_told_why(borrower, sakura):
    with pytest.raises(GrownUp):
        guardians.choose(borrower, "x@example.jp")
    sakura.birth_date = None
    sakura.save()
    with pytest.raises(BirthDateUnknownForChildren):
        guardians.choose(sakura, "x@example.jp")


def test_the_eighteenth_birthday_ends_it(sakura, guardian_mail, mail_server):
    terminal = enrolled_terminal()[0]
    birthday = tokyo("2032-06-01", "00:00")
    assert guardians.end_of_childhood(at=birthday - timedelta(seconds=1)) == 0
    visits.note(sakura, CAME, branch=terminal.branch, at=birthday)
    assert not Visit.objects.exists()  # even before the job of that day
    assert guardians.end_of_childhood(at=birthday) == 1
    assert not GuardianMail.objects.exists()


def test_an_address_that_never_answered_is_forgotten_when_its_links_are(sakura):
    guardians.choose(sakura, "never@example.jp", at=AFTER_SCHOOL)
    assert guardians.forget_unconfirmed() == 0
    links.forget_old(at=AFTER_SCHOOL + policy.CONFIRMATION_VALID + timedelta(days=1, minutes=1))
    assert guardians.forget_unconfirmed() == 1
    assert not GuardianMail.objects.exists()


def test_an_address_that_confirmed_stays(sakura, guardian_mail):
    assert guardians.forget_unconfirmed() == 0


# --- The child's press ------------------------------------------------------------------------


@pytest.mark.parametrize(("button", "says"), [(CAME, "こんにちは"), (LEFT, "またきてね")])
def test_the_answer_is_a_greeting_and_no_session_opens(sakura, guardian_mail, button, says):
    terminal = a_terminal()
    response = terminal.post(
        PRESS, {"card_number": "1000-0003", "password": PASSWORD, "button": button}, follow=True
    )
    page = response.content.decode()
    assert says in page
    for private in ("さくら", "10000003", "hanako"):
        assert private not in page
    assert not Session.objects.exists()
    assert terminal.get("/mypage/").status_code == 302


def test_whoever_nobody_asked_for_gets_the_same_answer_and_leaves_no_trace(borrower, sakura):
    """A grown-up, or a child whose guardian set nothing up: the screen tells no difference."""
    borrower.user.set_password(PASSWORD)
    borrower.user.save()
    terminal = a_terminal()
    for patron in (borrower, sakura):
        answer = press(terminal, card=patron.card_number)
        assert answer.headers["Location"] == "/terminal/children/hello/"
    assert not Visit.objects.exists()
    assert not Notice.objects.exists()


def test_the_same_press_within_a_minute_is_one(sakura, guardian_mail, mail_server, clock):
    terminal = a_terminal()
    press(terminal)
    clock.shift(59)
    press(terminal)
    press(terminal, LEFT)  # another button is another press
    clock.shift(2)
    press(terminal)
    assert len(sent(mail_server)) == 3


def test_brothers_and_sisters_make_a_mail_each(sakura, guardian_mail, mail_server):
    brother = PatronFactory(birth_date=date(2016, 1, 1), password=PASSWORD)
    GuardianMail.objects.create(
        patron=brother, address=guardian_mail.address, confirmed_at=AFTER_SCHOOL, call_name=""
    )
    terminal = a_terminal()
    press(terminal)
    press(terminal, card=brother.card_number)
    text = sent(mail_server)
    assert sorted(text.split("が、")[0] for text in text) == ["お子さん", "さくらさん"]


def test_only_enrolled_terminals_take_a_press(sakura, guardian_mail):
    assert press(Client()).headers["Location"] == "/terminal/enrol/"
    revoked = a_terminal()
    enrolment_codes.revoke(Terminal.objects.get())
    assert press(revoked).headers["Location"] == "/terminal/enrol/"
    other_site = a_terminal(name="2階")
    facts = {"card_number": "10000003", "password": PASSWORD, "button": CAME}
    response = other_site.post(PRESS, facts, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert not Visit.objects.exists()


def test_a_wrong_password_says_so_in_a_childs_words_and_sends_nothing(sakura, guardian_mail):
    for card, password in (
        ("10000003", "wrong"),
        ("99999999", PASSWORD),
        ("", ""),
        ("1", "x" * 500),
    ):
        page = press(a_terminal(name=card + password[:9]), card=card, password=password)
        assert page.status_code == 200
    assert "ちがうよ" in page.content.decode()
    assert not Visit.objects.exists()


def test_wrong_attempts_slow_down_but_lock_no_child_out(sakura, guardian_mail, clock):
    """Safety 10: the wait is short whatever was tried, and the logins do not feel it."""
    terminal = a_terminal()
    for _ in range(200):
        response = press(terminal, password="wrong")
        if response.status_code == 429:
            clock.shift(int(response.headers["Retry-After"]))
    while (response := press(terminal, password="wrong")).status_code != 429:
        pass
    assert "すこし まってね" in response.content.decode()
    clock.shift(policy.CHILDREN_WAITS["card"].longest)
    assert press(terminal).headers["Location"] == "/terminal/children/hello/"
    home = Client()
    home.post("/mypage/login/", {"card_number": "10000003", "password": PASSWORD})
    assert home.get("/mypage/").status_code == 200


# --- The mail ---------------------------------------------------------------------------------


def test_a_mail_that_is_late_says_so_first(sakura, guardian_mail, mail_server, clock):
    press(a_terminal())
    clock.shift(timedelta(minutes=15, seconds=1))
    [text] = sent(mail_server)
    assert text.startswith("14時05分に来館しました。お知らせが遅れました。")


def test_a_mail_of_yesterday_is_not_sent(sakura, guardian_mail, mail_server, clock):
    """The day ends at midnight in Tokyo (7.5)."""
    press(a_terminal())
    clock.move_to(tokyo("2026-11-25", "00:00"))
    assert sent(mail_server) == []


def test_what_was_not_sent_when_the_guardian_stopped_is_taken_back(
    sakura, guardian_mail, mail_server
):
    press(a_terminal())
    guardians.stop(sakura)
    [text] = sent(mail_server)
    assert "これからは届きません" in text


def test_visits_and_what_was_told_of_them_go_after_thirty_days(sakura, guardian_mail, clock):
    press(a_terminal())
    clock.shift(policy.VISITS_KEPT - timedelta(seconds=1))
    assert visits.forget_old() == 0
    clock.shift(1)
    assert visits.forget_old() == 1
    assert not Visit.objects.exists()
    assert not Notice.objects.filter(kind="child_visit").exists()


def test_staff_read_in_no_list_of_mails_when_a_child_came(
    sakura, guardian_mail, mail_server, counter_client
):
    press(a_terminal())
    sent(mail_server)
    assert "hanako" not in counter_client.get("/admin/notifications/mail/").content.decode()
    Mail.objects.update(state=Mail.State.REFUSED, sent_at=None)  # this they are to mend
    assert "hanako" in counter_client.get("/admin/notifications/mail/").content.decode()


def test_staff_see_how_many_came_and_nobody_who(sakura, guardian_mail):
    press(a_terminal())
    happened = Happening.objects.get()
    assert (happened.kind, happened.branch, happened.number) == (Kind.VISIT, branch(), 1)
    assert happened.month == date(2026, 11, 1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_ten_fingers_at_once_make_one_visit_and_one_notice(sakura, guardian_mail):
    """Real connections: whoever comes second waits for the child's row and finds the press."""
    place = branch()

    def touch(_: int) -> None:
        try:
            visits.note(sakura, CAME, branch=place, at=AFTER_SCHOOL)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as fingers:
        list(fingers.map(touch, range(10)))
    visit = Visit.objects.get()
    assert list(Notice.objects.values_list("key", flat=True)) == [f"visit:{visit.pk}"]
