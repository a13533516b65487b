"""A bib that is not for visitors (rule 12.10): walked past at every address they can reach."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client

from catalog.models import Bib, BibStatus, Contribution, Contributor, Series, VolumeSet
from catalog.search import rebuild
from patrons.favourites import add_to_list
from patrons.newsletter.issues import recent_arrivals
from patrons.newsletter.matching import arrivals_of
from reservations.basket import open_basket
from reservations.refusals import OnlyThroughTheLibrary
from tests.conftest import tokyo
from tests.factories import BibFactory, CopyFactory
from tests.verbs import NOON, lent_out, reserve, try_to_reserve

pytestmark = pytest.mark.django_db
SEEN, HIDDEN = "河童の渡し", "河童の置土産"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def pair(stranger) -> tuple[Bib, Bib]:
    """Alike in everything by which a page could come upon them, and the first of them is seen."""
    author = Contributor.objects.create(name="芥川 渉", reading="アクタガワ ワタル")
    series = Series.objects.create(title="秋川文庫", reading="アキカワ ブンコ")
    volumes = VolumeSet.objects.create(key="河童")
    bibs = []
    for number, title in enumerate([SEEN, HIDDEN, "河童の三番"], 1):
        bib = BibFactory(
            title=title,
            title_reading="カッパ",
            series=series,
            volume_set=volumes,
            volume_order=number,
        )
        Contribution.objects.create(bib=bib, contributor=author, position=0)
        lent_out(bib=bib, accepted_on=date(2026, 11, 20), call_number=f"913.6/ア/{number}")
        reserve(stranger, bib)
        bibs.append(bib)
    _, hidden, third = bibs
    Bib.objects.filter(pk=hidden.pk).update(hidden=True)
    rebuild()
    assert {BibStatus.objects.get(pk=bib.pk).first_accepted_on for bib in bibs} == {
        date(2026, 11, 20)
    }
    return third, hidden


LISTS = [
    "/",
    "/search/?q=河童",
    "/search/?author=芥川",
    "/search/?q=河童の置",
    "/search/suggest/?q=河童",
    "/bib/{third}/",
    "/new/",
    "/ranking/",
    "/ranking/?by=reserved",
    "/browse/ndc/",
    "/browse/ndc/913/",
    "/browse/author/?kana=ア",
    "/browse/author/{author}/",
    "/browse/series/?kana=ア",
    "/browse/series/{series}/",
    "/api/v1/search/?q=河童",
    "/feeds/new.atom",
    "/feeds/search.atom?q=河童",
    "/sitemap-1.xml",
]
ITS_OWN = ["/bib/{hidden}/", "/bib/{hidden}.bib", "/bib/{hidden}.ris", "/api/v1/bib/{hidden}/"]
# Pages that tell a number of titles: two, though three are catalogued.
COUNTED = {"/browse/ndc/", "/browse/author/?kana=ア", "/browse/series/?kana=ア"}


def test_no_page_of_a_visitor_shows_a_hidden_bib(client: Client, pair):
    third, hidden = pair
    numbers = {
        "third": third.pk,
        "hidden": hidden.pk,
        "author": Contributor.objects.get().pk,
        "series": third.series_id,
    }
    for path in LISTS:
        response = client.get(path.format(**numbers))
        text = response.content.decode()
        assert response.status_code == 200, path
        if path in COUNTED:
            assert "2点" in text, path
            assert "3点" not in text, path
        elif path not in ("/search/?q=河童の置", "/sitemap-1.xml"):
            assert SEEN in text or "河童の渡" in text.replace("<mark>", ""), path
        assert HIDDEN not in text.replace("<mark>", "").replace("</mark>", ""), path
        assert f"/bib/{hidden.pk}/" not in text, path
    for path in ITS_OWN:
        assert client.get(path.format(**numbers)).status_code == 404, path
        assert client.get(path.format(hidden=third.pk)).status_code == 200, path


def test_staff_find_a_hidden_bib_by_its_title(counter_client, pair):
    found = counter_client.get("/admin/catalog/bib/", {"q": "置土産"}).content.decode()
    assert HIDDEN in found
    assert SEEN not in found


def test_hiding_and_showing_a_bib_is_a_change_for_the_index(pair):
    with connection.cursor() as cursor:
        for hidden in (False, True):
            cursor.execute("DELETE FROM search_change")
            Bib.objects.filter(pk=pair[1].pk).update(hidden=hidden)
            cursor.execute("SELECT DISTINCT bib FROM search_change")
            assert cursor.fetchall() == [(pair[1].pk,)]


def test_no_newsletter_tells_of_a_hidden_bib(pair):
    third, hidden = pair
    assert [one.bib_id for one in arrivals_of([hidden.pk, third.pk])] == [third.pk]
    assert hidden.pk not in [one.bib_id for one in recent_arrivals(at=NOON).all]


def test_a_hidden_bib_is_passed_over_by_basket_and_favourites(borrower, client, pair):
    third, hidden = pair
    for patron in (borrower, None):
        basket = open_basket(client.session, patron)
        basket.add([hidden.pk, third.pk])
        assert basket.bib_ids() == [third.pk]
    add_to_list(borrower, [hidden.pk, third.pk])
    kept = borrower.favourite_lists.get().entries.values_list("bib_id", flat=True)
    assert list(kept) == [third.pk]


def test_a_hidden_bib_cannot_be_reserved_on_the_web(borrower):
    copy = CopyFactory(bib__hidden=True)
    [placing] = try_to_reserve(borrower, copy.bib, at=tokyo("2026-11-24"))
    assert [type(reason) for reason in placing.reasons] == [OnlyThroughTheLibrary]
