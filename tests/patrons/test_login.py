"""Two doors: rule 2.7, safety 6, 11 and 21."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from patrons.models import Patron, User
from tests.factories import PASSWORD, PatronFactory, staff

pytestmark = pytest.mark.django_db
LOGIN = "/mypage/login/"


@pytest.fixture
def hanako() -> Patron:
    return PatronFactory(name="秋川 花子", card_number="30001234", password=PASSWORD)


def try_to_log_in(client: Client, card: str, password: str = PASSWORD, then: str = ""):
    return client.post(LOGIN, {"card_number": card, "password": password, "next": then})


@pytest.mark.parametrize("typed", ["30001234", "３０００１２３４", "3000-1234", " 3000 1234 "])
def test_a_card_number_is_read_as_people_type_it(client, hanako, typed):
    assert try_to_log_in(client, typed).headers["Location"] == "/mypage/"
    assert client.get("/mypage/").status_code == 200


@pytest.mark.parametrize(
    ("card", "password"),
    [("30001234", "wrong-one"), ("99999999", PASSWORD), ("30005678", PASSWORD)],
)
def test_a_wrong_card_and_a_wrong_password_are_answered_alike(client, hanako, card, password):
    PatronFactory(card_number="30005678")  # has no password yet
    response = try_to_log_in(client, card, password)
    assert response.status_code == 200
    assert "利用者番号またはパスワードが違います" in response.content.decode()
    assert SESSION_KEY not in client.session


def test_a_password_keeps_its_spaces(client, hanako):
    assert try_to_log_in(client, "30001234", f" {PASSWORD}").status_code == 200


def test_a_login_that_was_closed_opens_nothing(client, hanako):
    User.objects.update(is_active=False)
    assert try_to_log_in(client, "30001234").status_code == 200


def test_a_staff_login_is_no_card_number(client):
    staff("counter")
    assert try_to_log_in(client, "counter").status_code == 200
    assert SESSION_KEY not in client.session


def test_a_card_number_is_no_staff_login(client, hanako):
    response = client.post("/admin/login/", {"username": "30001234", "password": PASSWORD})
    assert response.status_code == 200
    assert SESSION_KEY not in client.session


def test_a_patron_who_logged_in_does_not_get_into_the_admin(client, hanako):
    try_to_log_in(client, "30001234")
    for path in ("/admin/", "/admin/counter/", "/admin/patrons/patron/"):
        assert client.get(path).headers["Location"].startswith("/admin/login/")


def test_a_login_changes_the_key_of_the_session(client, hanako, book):
    client.post("/basket/add/", {"bib": book.bib_id})
    before = client.session.session_key
    try_to_log_in(client, "30001234")
    assert before
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("then", "leads"),
    [
        ("/basket/", "/basket/"),
        ("https://evil.example/", "/mypage/"),
        ("//evil.example/", "/mypage/"),
        ("javascript:alert(1)", "/mypage/"),
        ("", "/mypage/"),
    ],
)
def test_after_the_login_the_way_leads_to_our_own_pages(client, hanako, then, leads):
    assert try_to_log_in(client, "30001234", then=then).headers["Location"] == leads


def test_a_logout_clears_what_the_browser_kept(client, hanako):
    try_to_log_in(client, "30001234")
    response = client.post("/mypage/logout/")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/mypage/").headers["Location"].startswith(LOGIN)


def test_a_login_form_needs_its_token(hanako):
    client = Client(enforce_csrf_checks=True)
    assert try_to_log_in(client, "30001234").status_code == 403


def test_passwords_are_hashed_with_argon2id_as_agreed(hanako):
    assert hanako.user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
