"""No URL holds a card number (rule 10.3): no link, no form that is got, no redirect."""

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from patrons import staff_log
from patrons.models import Patron
from tests.factories import a_terminal, staff
from tests.test_urls import address, reservation  # noqa: F401
from tests.url_table import CLASSIFIED, OURS, routes
from tests.verbs import lend

pytestmark = pytest.mark.django_db
CARD = "48151623"
PATRONS = "/admin/patrons/patron/"
# Attributes that are no address. Whatever else holds the number would be followed or sent.
NO_ADDRESS = {"value", "title", "aria-label", "alt"}


@pytest.fixture
def borrower(borrower: Patron) -> Patron:
    borrower.card_number = CARD
    borrower.save()
    return borrower


@pytest.fixture
def mighty(db: None) -> Client:
    client = Client()
    client.force_login(staff("mighty"), backend="patrons.backends.StaffBackend")
    return client


def addresses_in(response: HttpResponse) -> Iterator[str]:
    """Attributes of the page that hold the number and may be addresses, and the redirect."""
    yield response.headers.get("Location", "")
    if response.headers.get("Content-Type", "").startswith("text/html"):
        found = re.findall(r"""([\w:-]+)=["']([^"']*)["']""", response.getvalue().decode())
        yield from (f"{name}={value}" for name, value in found if name not in NO_ADDRESS)


def admin_pages(patron: Patron) -> list[str]:
    tables = [model._meta for model in admin.site._registry]
    lists = [reverse(f"admin:{m.app_label}_{m.model_name}_changelist") for m in tables]
    return [*lists, f"{PATRONS}{patron.pk}/change/", f"{PATRONS}{patron.pk}/history/"]


def test_r10_3_no_page_leads_to_an_address_with_a_card_number(
    reservation,  # noqa: F811
    borrower,
    book,
    at_home,
    mighty,
):
    lend(book, borrower)
    mighty.post("/admin/counter/branch/", {"branch": "chuo"})
    mighty.post("/admin/counter/open/", {"patron": borrower.pk})
    naming = set()
    for client in (at_home, a_terminal(borrower), mighty):
        paths = [address(n, reservation) for n in OURS if CLASSIFIED[n].method == "get"]
        for path in [*paths, *(admin_pages(borrower) if client is mighty else [])]:
            response = client.get(path)
            assert [one for one in addresses_in(response) if CARD in one] == [], path
            if CARD in response.getvalue().decode(errors="replace").replace(" ", ""):
                naming.add(path)
    assert naming >= {"/mypage/card/", f"{PATRONS}{borrower.pk}/change/"}


def test_r10_3_no_press_leads_to_an_address_with_a_card_number(
    reservation,  # noqa: F811
    mighty,
):
    mighty.post("/admin/counter/branch/", {"branch": "chuo"})
    typed = dict.fromkeys(("card_number", "code", "card", "q"), CARD)
    for name in (name for name in OURS if CLASSIFIED[name].method == "post"):
        for client in (Client(), mighty):
            response = client.post(address(name, reservation), typed)
            assert CARD not in response.headers.get("Location", ""), name


def test_r10_3_no_address_of_ours_takes_a_card_number():
    taken = {name for path in routes(get_resolver()) for name in re.findall(r"{(\w+)}", path)}
    assert taken & {"card", "card_number"} == set()


def test_r10_3_a_list_that_is_searched_by_card_number_is_searched_by_a_press(borrower, mighty):
    staff_log.looked_at(staff("counter"), borrower)
    found = set()
    for model in admin.site._registry:
        where = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        page = " ".join(mighty.get(where).content.decode().split())
        if 'id="changelist-search"' not in page:
            continue
        if 'id="changelist-search" method="get"' in page:
            assert list(mighty.get(where, {"q": CARD}).context["cl"].result_list) == [], where
            continue
        response = mighty.post(where, {"q": CARD, "o": "1"})
        assert response.headers["Location"] == f"{where}?o=1&q=%2A"
        result = mighty.get(response.headers["Location"])
        assert len(result.context["cl"].result_list) == 1, where
        assert [one for one in addresses_in(result) if CARD in one] == []
        assert f'value="{CARD}"' in result.content.decode()
        found.add(where)
    assert found == {PATRONS, "/admin/patrons/staffaction/"}


def test_r10_3_whoever_may_not_see_a_list_may_not_search_it(at_home, borrower):
    response = at_home.post(PATRONS, {"q": CARD})
    assert response.headers["Location"].startswith("/admin/login/")
