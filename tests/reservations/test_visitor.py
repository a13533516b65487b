"""Rows of results know their reader; a set goes into the basket in order (rules 5.2, 5.6)."""

import html
import re
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Bib, VolumeSet
from catalog.search import rebuild
from tests.factories import BibFactory, CopyFactory
from tests.verbs import lend, reserve

pytestmark = pytest.mark.django_db


def page(client: Client, query: str) -> str:
    response = client.get(f"/search/?q={quote(query)}")
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def shelve(*titles: str) -> list[Bib]:
    return [CopyFactory(bib=BibFactory(title=title)).bib for title in titles]


def shelve_set(title: str, *volumes: str) -> list[Bib]:
    """The volumes come into the catalogue last first."""
    together = VolumeSet.objects.create(key=title)
    bibs = [
        CopyFactory(
            bib=BibFactory(title=title, volume=name, volume_order=Decimal(at), volume_set=together)
        ).bib
        for at, name in reversed(list(enumerate(volumes, start=1)))
    ]
    return bibs[::-1]


def test_rows_say_what_is_in_the_basket_reserved_and_at_home(at_home: Client, borrower):
    inside, reserved, lent, free = shelve("秋川の春", "秋川の夏", "秋川の秋", "秋川の冬")
    reserve(borrower, reserved)
    lend(lent.copies.get(), borrower)
    at_home.post("/basket/add/", {"bib": inside.pk})
    rebuild()
    text = page(at_home, "秋川")
    for words in ("予約かごに入っています", "予約しています", "借りています"):
        assert text.count(words) == 1
    assert f'name="bib" value="{free.pk}"' in text
    for bib in (inside, reserved, lent):
        assert f'name="bib" value="{bib.pk}"' not in text


def test_an_unknown_visitor_sees_their_own_basket_only(client: Client, borrower):
    inside, reserved = shelve("秋川の春", "秋川の夏")
    reserve(borrower, reserved)
    rebuild()
    assert "予約しています" not in page(client, "秋川")
    assert not client.cookies
    client.post("/basket/add/", {"bib": inside.pk})
    assert page(client, "秋川").count("予約かごに入っています") == 1


def test_a_patron_with_twenty_rows_asks_as_often_as_with_one(at_home: Client):
    shelve(*(f"秋川の本{at:02}" for at in range(20)))
    rebuild()
    page(at_home, "秋川")
    counts = []
    for query in ("本00", "秋川"):
        with CaptureQueriesContext(connection) as queries:
            page(at_home, query)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_volumes_of_a_work_stand_together_in_order(client: Client):
    bibs = shelve_set("秋川日記", "上", "中", "下")
    rebuild()
    text = page(client, "秋川日記")
    assert "3件" in text
    assert text.count('class="result work"') == 1
    places = [text.index(f'<a href="/bib/{bib.pk}/">{bib.volume}</a>') for bib in bibs]
    assert places == sorted(places)
    assert text.count("中央図書館にあります") == 3


def test_one_press_puts_the_whole_set_in_the_basket_in_order(client: Client):
    bibs = shelve_set("秋川日記", "上", "中", "下")
    rebuild()
    text = page(client, "秋川日記")
    form = text[: text.index("全3巻を予約かごへ")].rpartition("<form")[2]
    offered = re.findall(r'name="bib" value="(\d+)"', form)
    assert offered == [str(bib.pk) for bib in bibs]
    client.post("/basket/add/", {"bib": offered})
    assert client.session["basket"] == [bib.pk for bib in bibs]


def test_a_set_with_more_volumes_asks_no_more(client: Client):
    shelve_set("秋川日記", "上", "下")
    shelve_set("雨間日記", *(f"第{at}巻" for at in range(1, 16)))
    rebuild()
    counts = []
    for query in ("秋川日記", "雨間日記"):
        with CaptureQueriesContext(connection) as queries:
            page(client, query)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_no_basket_can_hold_is_not_offered_as_a_whole(client: Client):
    shelve_set("秋川日記", *(f"第{at}巻" for at in range(1, 22)))
    rebuild()
    text = page(client, "秋川日記")
    assert 'class="result work"' in text
    assert "全21巻" not in text
