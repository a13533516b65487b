"""Rule 8.3: the guardian's settings of きたよ and かえるよ, and who is a child."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from akiruno_library import policy
from notifications import sender
from patrons import links
from patrons.children import guardians, visits
from patrons.models import GuardianMail, OneTimeLink, Patron, Visit
from patrons.refusals import (
    AddressHasDotBeforeAt,
    BirthDateUnknownForChildren,
    ClosedForNow,
    GrownUp,
    LinkNotUsable,
    TooManyConfirmations,
)
from tests.conftest import tokyo
from tests.factories import (
    PASSWORD,
    a_terminal,
    enrolled_terminal,
)
from tests.patrons.children.visitors import AFTER_SCHOOL, CAME, LEFT, link_in, press, sent

pytestmark = pytest.mark.django_db


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
