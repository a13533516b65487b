"""お知らせをやめる without a login: rule 7.4, RFC 8058; safety 7."""

import pytest
from django.test import Client

from notifications import outbox
from notifications.models import Notice
from patrons.models import NotificationPreferences
from patrons.unsubscribing import STOPPABLE, is_wanted, read, unsubscribe_address
from tests.conftest import tokyo

pytestmark = pytest.mark.django_db
AT = tokyo("2026-11-28", "15:30")


@pytest.fixture
def reader(one_who_waits):
    NotificationPreferences.objects.create(
        patron=one_who_waits, newsletter_since=AT, due_soon_since=AT
    )
    return one_who_waits


def path_for(patron, kind: str) -> str:
    return "/" + unsubscribe_address(patron.pk, kind).split("/", 3)[3]


@pytest.mark.parametrize("kind", STOPPABLE)
def test_one_click_of_a_mail_program_stops_it_and_nothing_else(reader, kind):
    """It has no cookie and no token of a form."""
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path_for(reader, kind), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert {one: is_wanted(reader, one) for one in STOPPABLE} == {
        one: one != kind for one in STOPPABLE
    }
    assert not answer.cookies


def test_a_get_changes_nothing(reader):
    page = Client().get(path_for(reader, "newsletter"))
    assert "新着のお便りをやめる" in page.content.decode()
    assert is_wanted(reader, "newsletter")


def test_what_was_stopped_by_mistake_begins_again(reader):
    client, path = Client(), path_for(reader, "newsletter")
    assert "これからはお送りしません" in client.post(path).content.decode()
    assert "また、お送りします" in client.post(path, {"resubscribe": "1"}).content.decode()
    assert is_wanted(reader, "newsletter")


def test_what_waits_to_be_sent_is_taken_back(reader):
    for kind in ("newsletter", "news"):
        outbox.announce(
            key=f"{kind}:1",
            kind=kind,
            address=reader.mail_address,
            subject_ids={"patron": reader.pk},
            at=AT,
        )
    Client().post(path_for(reader, "newsletter"))
    assert Notice.objects.get(kind="newsletter").withdrawn_at
    assert Notice.objects.get(kind="news").withdrawn_at is None


@pytest.mark.parametrize("spoilt", ["x", "a:b:c", "%00", "あ"])
def test_a_link_that_was_cut_off_says_so(reader, spoilt):
    page = Client().get(f"/unsubscribe/{spoilt}/")
    assert page.status_code == 404
    assert "途中で切れていないか" in page.content.decode()
    cut = path_for(reader, "newsletter")[:-6] + "/"
    assert Client().post(cut).status_code == 404
    assert is_wanted(reader, "newsletter")


def test_the_link_holds_neither_card_nor_address(reader):
    path = path_for(reader, "newsletter")
    assert reader.card_number not in path
    assert "satoru" not in path
    assert read(path.split("/")[2]) == (reader, "newsletter")


def test_the_page_shows_nothing_of_the_person(reader):
    page = Client().get(path_for(reader, "newsletter")).content.decode()
    assert reader.name not in page
    assert "satoru" not in page
