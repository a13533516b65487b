"""Rule 8.3: the presses of きたよ and かえるよ, their mails, and nothing beyond."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client

from akiruno_library import policy
from catalog.models.statistics import Happening, Kind
from notifications.models import Mail, Notice
from patrons.children import guardians, visits
from patrons.models import GuardianMail, Session, Terminal, Visit
from patrons.terminal import enrolment_codes
from tests.conftest import tokyo
from tests.factories import (
    PASSWORD,
    PatronFactory,
    a_terminal,
    branch,
)
from tests.patrons.children.visitors import AFTER_SCHOOL, CAME, LEFT, PRESS, press, sent

pytestmark = pytest.mark.django_db


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
