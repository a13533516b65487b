"""Rule 8.2: a device becomes a terminal by a code that staff issue, and ceases when they say so."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from akiruno_library import policy
from patrons.models import Terminal
from patrons.refusals import WrongEnrolmentCode
from patrons.terminal import enrolment_codes
from reservations.basket import SESSION_KEY
from tests.conftest import tokyo
from tests.factories import PASSWORD, PatronFactory, a_terminal, branch, staff_with_role
from tests.verbs import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def terminal(db: None) -> Terminal:
    return Terminal.objects.create(branch=branch("el"), name="1階 児童コーナー")


def type_code(client: Client, code: str):
    return client.post("/terminal/enrol/", {"code": code})


def test_a_device_that_is_not_enrolled_is_no_terminal():
    response = Client().get("/terminal/", follow=True)
    assert response.redirect_chain == [("/terminal/enrol/", 302)]
    assert "職員" in response.content.decode()


def test_staff_add_a_terminal_and_the_code_typed_on_the_device_enrols_it():
    admin, device = Client(), Client()
    admin.force_login(staff_with_role("administrator"), backend="patrons.backends.StaffBackend")
    response = admin.post(
        "/admin/patrons/terminal/add/", {"branch": branch("el").pk, "name": "入口"}, follow=True
    )
    said = next(str(m) for m in response.context["messages"] if "登録コード" in str(m))
    code = said.split("登録コードは ")[1].split(" です")[0]
    assert type_code(device, f" {code} ").headers["Location"] == "/terminal/"
    page = device.get("/terminal/")
    assert page.status_code == 200
    assert "東部図書館エル 資料検索機" in page.content.decode()


def test_a_code_is_good_once(terminal):
    code = enrolment_codes.issue_code(terminal)
    first, second = Client(), Client()
    assert type_code(first, code).status_code == 302
    assert "登録コードが違うか" in type_code(second, code).content.decode()
    assert second.get("/terminal/").status_code == 302


def test_a_code_is_good_for_half_an_hour(terminal):
    late, later = (
        enrolment_codes.issue_code(terminal, at=NOON),
        NOON + policy.ENROLMENT_CODE_GOOD_FOR,
    )
    with pytest.raises(WrongEnrolmentCode):
        enrolment_codes.enrol(late, at=later)
    enrolment_codes.enrol(late, at=later - timedelta(seconds=1))


@pytest.mark.parametrize("nonsense", ["", "0", "000000000000", "\0", "１２３４５６７８９０１２"])
def test_nonsense_is_no_code(terminal, nonsense):
    with pytest.raises(WrongEnrolmentCode):
        enrolment_codes.enrol(nonsense)


def test_a_revocation_counts_from_the_next_request_on(borrower):
    device = a_terminal(borrower)
    assert device.get("/mypage/").status_code == 200
    enrolment_codes.revoke(Terminal.objects.get())
    assert device.get("/mypage/").headers["Location"].startswith("/mypage/login/")
    assert device.get("/terminal/").headers["Location"] == "/terminal/enrol/"


def test_a_revoked_terminal_can_be_enrolled_anew_and_its_old_device_stays_out(terminal):
    old = Client()
    type_code(old, enrolment_codes.issue_code(terminal))
    enrolment_codes.revoke(terminal)
    new = Client()
    type_code(new, enrolment_codes.issue_code(terminal))
    assert new.get("/terminal/").status_code == 200
    assert old.get("/terminal/").status_code == 302


def test_a_cookie_that_we_did_not_sign_makes_no_terminal(terminal, settings):
    _, key = enrolment_codes.enrol(enrolment_codes.issue_code(terminal))
    client = Client()
    client.cookies[settings.TERMINAL_COOKIE_NAME] = key
    assert client.get("/terminal/").status_code == 302


def test_the_table_holds_neither_code_nor_key(terminal):
    code = enrolment_codes.issue_code(terminal)
    assert code not in str(Terminal.objects.values().get())
    _, key = enrolment_codes.enrol(code)
    assert key not in str(Terminal.objects.values().get())


def test_an_enrolled_terminal_knows_its_device_whatever_wrote_the_row(terminal):
    with pytest.raises(IntegrityError), transaction.atomic():
        Terminal.objects.update(enrolled_at=tokyo("2026-11-24"), device_digest="")


def test_a_session_that_began_elsewhere_does_not_go_on_at_a_terminal(borrower, settings):
    """Nor does one that began on a terminal go on at home: a copied cookie opens nothing."""
    home, device = Client(), a_terminal()
    home.force_login(borrower.user, backend="patrons.backends.PatronBackend")
    device.cookies[settings.SESSION_COOKIE_NAME] = home.cookies[settings.SESSION_COOKIE_NAME].value
    assert device.get("/mypage/").status_code == 302

    device = a_terminal(borrower, name="2階")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = device.cookies[settings.SESSION_COOKIE_NAME].value
    assert thief.get("/mypage/").status_code == 302


def test_the_end_of_a_visit_takes_login_and_basket_with_it(book):
    """Rules 8.2, 12.11; by a form that needs no token, but not from another site."""
    patron = PatronFactory(password=PASSWORD)
    device = a_terminal()
    device.post("/basket/add/", {"bib": book.bib_id})
    assert device.session[SESSION_KEY] == [book.bib_id]
    assert (
        device.post("/terminal/end/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )
    ended = device.post("/terminal/end/")
    assert ended.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert SESSION_KEY not in device.session
    device.post("/mypage/login/", {"card_number": patron.card_number, "password": PASSWORD})
    assert device.get("/mypage/").status_code == 200
    device.post("/terminal/end/")
    assert device.get("/mypage/").status_code == 302


def test_every_page_tells_the_script_the_seconds_of_the_rule():
    page = a_terminal().get("/search/").content.decode()
    assert 'data-idle="60" data-warning="20" data-report="10"' in page


def test_pages_elsewhere_know_nothing_of_terminals(book):
    page = Client().get("/").content.decode()
    assert "terminal" not in page


@time_machine.travel(tokyo("2026-11-24"), tick=False)
def test_the_detail_page_shows_call_number_and_shelf_large(book):
    on_terminal = a_terminal().get(f"/bib/{book.bib_id}/").content.decode()
    assert '<p class="call">913.6/ア</p>' in on_terminal
    assert ">BibTeX</a>" not in on_terminal
    assert "call-slip" not in Client().get(f"/bib/{book.bib_id}/").content.decode()


@pytest.mark.parametrize("with_login", [True, False])
def test_a_visit_ends_on_the_server_after_sixty_seconds_without_a_request(
    book, borrower, with_login
):
    """Walking away ends the login, and a basket that nobody's login fills (rules 8.2, 12.11)."""
    with time_machine.travel(NOON, tick=False) as clock:
        device = a_terminal()
        device.post("/basket/add/", {"bib": book.bib_id})
        if with_login:
            borrower.user.set_password(PASSWORD)
            borrower.user.save()
            facts = {"card_number": borrower.card_number, "password": PASSWORD}
            device.post("/mypage/login/", facts)
        clock.shift(59)
        device.post("/terminal/here/")
        clock.shift(59)
        assert device.get("/mypage/").status_code == (200 if with_login else 302)
        assert SESSION_KEY in device.session or with_login
        clock.shift(61)
        assert device.get("/mypage/").status_code == 302
        assert SESSION_KEY not in device.session
