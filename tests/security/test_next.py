"""Wherever an address or a form names the page to go on to: one of ours, or the usual one."""

import pytest
from django.test import Client, RequestFactory

from akiruno_library.safe_next import LONGEST, safe_next
from tests.factories import PASSWORD, PatronFactory
from tests.url_table import CLASSIFIED

HOSTILE = [
    "foo", "catalog:home", "", "//evil.example", "///evil.example", "/\\evil.example",
    "\\\\evil.example", "https://evil.example", "javascript:alert(1)", "/\tevil", "/a\r\nX: y",
    "/\0", " /mypage/", "./", "../", "?q=x", "#x", "/\u2028", "/\x85", "/" + "x" * LONGEST,
]  # fmt: skip
OURS = ["/", "/mypage/", "/search/?q=%E6%9C%AC&page=2#bib-3", "/search/?q=本", "/a//b?next=//x"]
# Whoever takes a `next`: the address, and what else its form needs.
TAKES_NEXT = {
    "display:change": {"size": "large"},
    "reservations:add": {"bib": "1"},
    "reservations:remove": {"bib": "1"},
    "patrons:stay": {},
}


def test_only_a_path_of_ours_is_gone_on_to():
    for wanted, goes in [*((one, "/") for one in HOSTILE), *((one, one) for one in OURS)]:
        for request in (
            RequestFactory().post("/", {"next": wanted}),
            RequestFactory().get("/", {"next": wanted}),
        ):
            assert safe_next(request, "catalog:home") == goes, wanted


@pytest.mark.django_db
def test_every_form_with_a_next_leads_to_a_page_of_ours():
    client = Client()
    for name, fields in TAKES_NEXT.items():
        usual = CLASSIFIED[name].nobody
        for wanted in HOSTILE:
            answer = client.post(CLASSIFIED[name].path, fields | {"next": wanted})
            assert (answer.status_code, answer.headers["Location"]) == (302, usual), (name, wanted)
        answer = client.post(CLASSIFIED[name].path, fields | {"next": OURS[1]})
        assert answer.headers["Location"] == OURS[1]


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["foo", "//evil.example", "/\\evil.example"])
def test_a_right_login_is_one_whatever_its_link_said(wanted: str):
    PatronFactory(card_number="30000001", password=PASSWORD)
    form = {"card_number": "30000001", "password": PASSWORD, "next": wanted}
    client = Client()
    assert client.get("/mypage/login/", {"next": wanted}).status_code == 200
    assert client.post("/mypage/login/", form).headers["Location"] == "/mypage/"
    assert client.get("/mypage/login/", {"next": wanted}).headers["Location"] == "/mypage/"
