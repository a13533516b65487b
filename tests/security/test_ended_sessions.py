"""A login that ended loses no press: back to the page, the fields as they were, and a sentence."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from akiruno_library import policy
from patrons.models import Session
from patrons.unfinished import fields
from patrons.unfinished.filling import fill_in
from patrons.unfinished.words import NOT_DONE, sentence_for
from tests.factories import a_terminal, staff
from tests.url_table import ADMIN_LOGIN, CLASSIFIED, LOGIN
from tests.verbs import reserve

pytestmark = pytest.mark.django_db
PATRONS = [name for name, each in CLASSIFIED.items() if each.nobody == LOGIN]
STAFF = [name for name, each in CLASSIFIED.items() if each.nobody == ADMIN_LOGIN]
ADDRESS, PASSWORD_FIELD = "/mypage/email/", "seikai-no-kotoba"


@pytest.fixture
def places(borrower, book) -> dict[str, object]:
    reservation = reserve(borrower, book.bib)
    return {"reservation": reservation.pk, "list": 1, "bib": book.bib_id, "patron": borrower.pk}


def end_login() -> None:
    """Its time is over on the server; the browser does not know."""
    Session.objects.filter(user__isnull=False).update(
        expire_date=timezone.now() - timedelta(minutes=1)
    )


def log_in(client: Client, user: object, backend: str = "PatronBackend") -> None:
    client.force_login(user, backend=f"patrons.backends.{backend}")


def press(client: Client, path: str, page: str, **typed: object) -> str:
    """Send a form of the page; returns where the visitor is led."""
    answer = client.post(path, typed, HTTP_REFERER=f"http://testserver{page}")
    assert answer.status_code == 302, path
    return str(answer.headers["Location"])


def next_of(location: str) -> str:
    return parse_qs(urlsplit(location).query)["next"][0]


@pytest.mark.parametrize(
    ("names", "login", "page", "elsewhere"),
    [(PATRONS, LOGIN, "/mypage/card/", "/mypage/"), (STAFF, ADMIN_LOGIN, "/admin/", "/admin/")],
)
def test_before_every_press_the_login_ends(borrower, places, names, login, page, elsewhere):
    client, member = Client(), staff("librarian")
    user, backend = borrower.user, "PatronBackend"
    if login == ADMIN_LOGIN:
        user, backend = member, "StaffBackend"
    for name in names:
        log_in(client, user, backend)
        end_login()
        path = CLASSIFIED[name].path.format(**places)
        location = press(client, path, page, word="x")
        assert urlsplit(location).path == login, name
        assert next_of(location) == page, name
        log_in(client, user, backend)
        if CLASSIFIED[name].method == "post":
            response = client.get(page)
            assert response.status_code == 200, name
            assert sentence_for(name) in response.content.decode(), name
            assert sentence_for(name) not in client.get(page).content.decode(), name
        assert next_of(press(Client(), path, "//evil.example/")) == elsewhere, name
    assert get_user_model().objects.filter(pk=user.pk).exists()


def test_every_press_of_a_patron_has_words_for_what_was_not_done():
    assert [n for n in PATRONS if CLASSIFIED[n].method == "post" and n not in NOT_DONE] == []
    assert [name for name in NOT_DONE if name not in CLASSIFIED] == []


@pytest.fixture
def typed_too_late(borrower) -> Client:
    client = Client()
    log_in(client, borrower.user)
    end_login()
    press(client, ADDRESS, ADDRESS, address="hanako@example.jp", current=PASSWORD_FIELD)
    return client


def test_what_was_typed_stands_there_again_once_and_no_password(borrower, typed_too_late):
    log_in(typed_too_late, borrower.user)
    response = typed_too_late.get(ADDRESS).content.decode()
    assert 'value="hanako@example.jp"' in response
    assert "メールアドレスを変更していません" in response
    assert "パスワードのほかは残っています" in response
    assert PASSWORD_FIELD not in response
    assert "hanako@example.jp" not in typed_too_late.get(ADDRESS).content.decode()


def test_nobody_else_reads_what_was_typed(stranger, borrower, typed_too_late):
    stored = [session.get_decoded() for session in Session.objects.all()]
    assert "hanako@example.jp" in str(stored)
    assert PASSWORD_FIELD not in str(stored)
    log_in(typed_too_late, stranger.user)
    assert "hanako@example.jp" not in typed_too_late.get(ADDRESS).content.decode()
    log_in(typed_too_late, borrower.user)
    assert "hanako@example.jp" not in typed_too_late.get(ADDRESS).content.decode()


def test_it_is_kept_for_minutes_and_only_of_a_login_that_was(typed_too_late):
    [kept] = [each for each in Session.objects.all() if each.user_id is None]
    assert kept.expire_date <= timezone.now() + policy.UNFINISHED_KEPT
    nobody = Client()
    press(nobody, ADDRESS, ADDRESS, address="nobody@example.jp")
    assert Session.objects.filter(user=None).count() == 1
    assert settings.SESSION_COOKIE_NAME not in nobody.cookies


def test_on_a_terminal_nothing_is_kept_for_whoever_comes_next(borrower):
    terminal = a_terminal(borrower)
    end_login()
    login = press(terminal, ADDRESS, ADDRESS, address="hanako@example.jp")
    assert "まだメールアドレスを変更していません" in terminal.get(login).content.decode()
    assert "変更していません" not in terminal.get(login).content.decode()
    assert "unfinished" not in "".join(terminal.cookies)
    assert "hanako@example.jp" not in str([s.get_decoded() for s in Session.objects.all()])


def every_form(form: type = forms.BaseForm) -> set[type]:
    return {form}.union(*(every_form(each) for each in form.__subclasses__()))


def test_every_field_for_a_password_or_a_code_has_a_name_that_is_never_kept():
    secret = {
        (form.__name__, name)
        for form in every_form()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, forms.PasswordInput) or "code" in name
    }
    assert secret
    assert [each for each in secret if not fields.SECRET.search(each[1])] == []


PAGE = """<form method="get" action="/a/"><input name="t" value="1"></form>
<form method="POST" action="/a/?x=1"><input type="hidden" name="h" value="1">
<input name=t value='a"b'>
<input type="password" name="p"><textarea name="m" rows=2>old &amp; gone</textarea>
<select name="s"><option value="1" selected>一<option value="2">二</option></select>
<input type="checkbox" name="c" value="1" checked><input type=checkbox name="c" value="2">
<input type="radio" name="r" value="y"><button name="t" value="z">送る</button></form>
<form method="post"><input name="t"></form>"""


def test_only_the_form_that_was_sent_is_filled_and_only_what_can_be_seen():
    typed = {"t": ['<"&>'], "h": ["2"], "p": ["no"], "m": ["新しい\n<b>"], "s": ["2"], "c": ["2"]}
    filled = fill_in(PAGE, "/a/", "/b/", typed)
    first, second, third = filled.split("</form>", 2)
    assert first == PAGE.split("</form>")[0]
    assert third == PAGE.split("</form>", 2)[2]
    assert '<input name="t" value="&lt;&quot;&amp;&gt;">' in second
    assert '<textarea name="m" rows=2>\n新しい\n&lt;b&gt;</textarea>' in second
    assert '<option value="1">一<option value="2" selected>' in second
    assert '<input type="checkbox" name="c" value="1">' in second
    assert '<input type="checkbox" name="c" value="2" checked>' in second
    for untouched in ('type="hidden" name="h" value="1"', '<input type="password" name="p">'):
        assert untouched in second
    assert '<button name="t" value="z">' in second


def test_every_address_that_takes_only_presses_has_a_page_for_whoever_opens_it(borrower, places):
    patron, member = Client(), Client()
    log_in(patron, borrower.user)
    log_in(member, staff("librarian"), "StaffBackend")
    seen = 0
    for name, each in CLASSIFIED.items():
        if each.method == "post":
            for client in (Client(), patron, member):
                answer = client.get(each.path.format(**places))
                assert answer.status_code in (302, 405), name
                if answer.status_code == 405:
                    seen += 1
                    assert "POST" in answer.headers["Allow"], name
                    assert "ボタンを押したときにだけ使うアドレス" in answer.content.decode(), name
    assert seen > 40
