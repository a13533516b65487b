"""設定: what searches and reservations begin with (rule 6.3)."""

import html

import pytest
from django.test import Client

from patrons.models import Patron
from tests.factories import branch, material

pytestmark = pytest.mark.django_db
SENT = {
    "search_branch": "",
    "search_material": "",
    "search_sort": "",
    "search_per_page": "",
    "pickup_branch": "",
    "contact_method": "none",
}


def kept() -> Patron:
    return Patron.objects.get()


def test_settings_are_kept_and_shown_again(at_home: Client, borrower):
    el, cd = branch("el"), material("cd")
    sent = SENT | {
        "search_branch": el.pk,
        "search_material": cd.pk,
        "search_sort": "newest",
        "search_per_page": "50",
        "pickup_branch": el.pk,
        "contact_method": "telephone",
    }
    assert at_home.post("/mypage/settings/", sent).headers["Location"] == "/mypage/settings/"
    patron = kept()
    assert (patron.search_branch, patron.search_material) == (el, cd)
    assert (patron.search_sort, patron.search_per_page) == ("newest", 50)
    assert (patron.pickup_branch, patron.contact_method) == (el, "telephone")
    text = html.unescape(at_home.get("/mypage/settings/").content.decode())
    for value in (el.pk, cd.pk, "newest", "50"):
        assert f'<option value="{value}" selected>' in text


def test_settings_can_be_taken_back(at_home: Client, borrower):
    borrower.search_branch, borrower.search_sort, borrower.search_per_page = branch(), "title", 100
    borrower.save()
    at_home.post("/mypage/settings/", SENT)
    patron = kept()
    assert (patron.search_branch, patron.search_sort, patron.search_per_page) == (None, "", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"search_branch": "999"},
        {"search_sort": "; drop"},
        {"search_per_page": "7"},
        {"search_per_page": "x"},
        {"contact_method": "mail"},  # there is no address to write to
        {"contact_method": ""},
        {"pickup_branch": "x"},
    ],
)
def test_what_cannot_be_chosen_is_told_and_changes_nothing(at_home: Client, borrower, wrong):
    response = at_home.post("/mypage/settings/", SENT | {"search_sort": "newest"} | wrong)
    assert response.status_code == 200
    assert "選んでください" in html.unescape(response.content.decode())
    assert kept().search_sort == ""


def test_my_page_leads_to_the_settings(at_home: Client):
    assert 'href="/mypage/settings/"' in at_home.get("/mypage/").content.decode()
