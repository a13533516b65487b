"""重なった資料をまとめる in the admin (rules 5.5, 9.3)."""

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Bib, Copy
from tests.factories import CopyFactory, PatronFactory, material, staff_with_role
from tests.verbs import NOON, lent_out, reserve

MERGE = "/admin/counter/merge/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def cataloguer(db) -> Client:
    client = Client()
    user = staff_with_role("cataloguer")
    client.force_login(user, backend="patrons.backends.StaffBackend")
    return client


def test_a_cataloguer_compares_confirms_and_it_is_logged(cataloguer, borrower):
    copy, other = lent_out(), CopyFactory()
    waits = reserve(borrower, copy.bib)
    numbers = {"duplicate": copy.barcode, "into": str(other.bib_id)}
    page = cataloguer.get(MERGE, numbers).content.decode()
    assert copy.barcode in page and other.barcode in page
    assert "11月24日" in page and borrower.name not in page
    chosen = {"duplicate": copy.bib_id, "into": other.bib_id}
    page = cataloguer.post(MERGE, chosen, follow=True).content.decode()
    assert "にまとめました" in page
    waits.refresh_from_db()
    assert (waits.bib, waits.copy) == (other.bib, other)
    said = LogEntry.objects.get(object_id=str(other.bib_id))
    assert f"番号{copy.bib_id}" in said.change_message
    assert "もうまとめられた" in cataloguer.post(MERGE, chosen, follow=True).content.decode()


def test_what_cannot_be_merged_is_said_before_and_at_the_press(cataloguer, book):
    disc = CopyFactory(bib__material_type=material("dvd"))
    page = cataloguer.get(MERGE, {"duplicate": disc.barcode, "into": book.barcode})
    assert "資料形態が違うため" in page.content.decode()
    assert 'name="csrfmiddlewaretoken"' not in page.content.decode().split("<h2>くらべる")[1]
    pressed = cataloguer.post(MERGE, {"duplicate": disc.bib_id, "into": book.bib_id}, follow=True)
    assert "資料形態が違うため" in pressed.content.decode()
    assert Bib.objects.filter(pk=disc.bib_id).exists()
    nonsense = cataloguer.get(MERGE, {"duplicate": "えっ", "into": "999999999"})
    assert nonsense.content.decode().count("見つかりません") == 2


def test_comparing_costs_the_same_with_twenty_copies_and_reservations(cataloguer):
    copies: list[Copy] = [lent_out(), lent_out()]

    def queries() -> int:
        with CaptureQueriesContext(connection) as spent:
            cataloguer.get(MERGE, {"duplicate": copies[0].barcode, "into": copies[1].barcode})
        return len(spent)

    reserve(PatronFactory(), copies[0].bib)
    queries()  # what is kept from page to page is read by the first
    with_one = queries()
    CopyFactory.create_batch(20, bib=copies[0].bib, whereabouts=Copy.Whereabouts.REPAIR)
    for patron in PatronFactory.create_batch(20):
        reserve(patron, copies[0].bib)
    assert queries() == with_one
