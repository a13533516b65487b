"""Forms without a token: from our own pages only, and of a patron with one (safety 14)."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings as ours
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from catalog.search import rebuild
from patrons.same_origin import OPENED_BEFORE
from reservations.models import BasketEntry
from tests.factories import a_terminal
from tests.url_table import CLASSIFIED

pytestmark = pytest.mark.django_db
HERE = "http://testserver"
FOREIGN = [
    {"HTTP_ORIGIN": "https://evil.example"},
    {"HTTP_ORIGIN": "https://testserver"},  # another scheme is another site
    {"HTTP_ORIGIN": "http://testserver:8080"},
    {"HTTP_ORIGIN": "http://testserver.evil.example"},
    {"HTTP_ORIGIN": "null"},
    {"HTTP_REFERER": "https://evil.example/testserver/"},
    {"HTTP_REFERER": "https://testserver/"},
    {"HTTP_REFERER": "http://testserver@evil.example/"},
    {"HTTP_SEC_FETCH_SITE": "cross-site"},
    {"HTTP_SEC_FETCH_SITE": "same-site"},
    {"HTTP_ORIGIN": HERE, "HTTP_SEC_FETCH_SITE": "cross-site"},
    {"HTTP_ORIGIN": "https://evil.example", "HTTP_REFERER": f"{HERE}/"},
]
OWN = [
    {},
    {"HTTP_ORIGIN": HERE},
    {"HTTP_ORIGIN": HERE, "HTTP_SEC_FETCH_SITE": "same-origin"},
    {"HTTP_REFERER": f"{HERE}/search/?q=x"},
    {"HTTP_ORIGIN": ours.SITE_URL},  # behind a proxy that ends TLS and does not say so
]
WITH_A_TOKEN_OF_A_PATRON = {"display:change", "reservations:add", "reservations:remove"}
BY_LINK = {"patron_mails:unsubscribe", "api:search", "api:bib", "api:nothing_here"}


def exempt(patterns: list, space: str = "") -> Iterator[str]:
    """The names of all addresses that Django's own check lets be."""
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from exempt(each.url_patterns, each.namespace or space)
        elif isinstance(each, URLPattern) and getattr(each.callback, "csrf_exempt", False):
            yield f"{space}:{each.name}"


def guarded() -> list[str]:
    named = set(exempt(get_resolver().url_patterns))
    return sorted(
        name for name in named - BY_LINK if name in CLASSIFIED and not name.startswith("api:")
    )


def test_the_addresses_guarded_by_origin_are_these():
    assert set(guarded()) == WITH_A_TOKEN_OF_A_PATRON | {
        "terminal:here",
        "terminal:end",
        "children:press",
    }


@pytest.mark.parametrize("name", sorted(WITH_A_TOKEN_OF_A_PATRON))
def test_from_another_site_nothing_is_done_from_our_pages_it_is(name):
    path = CLASSIFIED[name].path
    for headers in FOREIGN:
        assert Client().post(path, {"bib": "1"}, **headers).status_code == 403, headers
    for headers in OWN:
        assert Client().post(path, {"bib": "1"}, **headers).status_code == 302, headers


def test_on_a_terminal_too():
    terminal = a_terminal()
    for name in ("terminal:here", "terminal:end", "children:press"):
        for headers in FOREIGN:
            assert terminal.post(CLASSIFIED[name].path, **headers).status_code == 403, name
        assert terminal.post(CLASSIFIED[name].path).status_code < 400, name


@pytest.fixture
def patron(borrower) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(borrower.user, backend="patrons.backends.PatronBackend")
    return client


@pytest.mark.parametrize("name", sorted(WITH_A_TOKEN_OF_A_PATRON))
def test_without_the_token_a_patron_is_shown_the_page_anew_and_nothing_is_done(patron, book, name):
    form = {"bib": book.bib_id, "next": "/search/", "size": "large"}
    answer = patron.post(CLASSIFIED[name].path, form, HTTP_ORIGIN=HERE)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/search/")
    assert not BasketEntry.objects.exists()
    assert f"{ours.COOKIE_PREFIX}display" not in patron.cookies
    assert OPENED_BEFORE in patron.get("/help/").content.decode()


def test_with_the_token_of_the_page_it_is_done(patron, book):
    rebuild()
    for page in (f"/bib/{book.bib_id}/", "/search/?q=あきる野", f"/kids/bib/{book.bib_id}/"):
        text = patron.get(page).content.decode()
        forms = re.findall(r'<form[^>]*action="/basket/add/".*?</form>', text, re.DOTALL)
        forms += re.findall(r'<form[^>]*action="/display/".*?</form>', text, re.DOTALL)
        assert len(forms) >= 2, page
        tokens = [re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form) for form in forms]
        assert all(tokens), page
        BasketEntry.objects.all().delete()
        form = {"bib": book.bib_id, "csrfmiddlewaretoken": tokens[0][1]}
        patron.post("/basket/add/", form, HTTP_ORIGIN=HERE)
        assert BasketEntry.objects.count() == 1, page


def test_before_a_login_a_page_holds_no_token_and_sets_no_cookie(book):
    visitor = Client()
    answer = visitor.get(f"/bib/{book.bib_id}/")
    assert "csrfmiddlewaretoken" not in answer.content.decode()
    assert not answer.cookies
