"""What stands near a bib: on the shelf, by its author, in its series, in its set."""

import html
import re
from decimal import Decimal

import pytest
from django.test import Client

from catalog.models import Bib, BibStatus, Copy, Series, VolumeSet
from tests.factories import BibFactory, CopyFactory, branch

pytestmark = pytest.mark.django_db


def shelves(client: Client, bib: Bib) -> dict[str, list[str]]:
    found = client.get(f"/bib/{bib.pk}/").context["related"]
    return {shelf.name: re.findall("<b>(.*?)</b>", shelf.items) for shelf in found}


def on_shelf(call_number: str, **facts: object) -> Bib:
    return CopyFactory(bib=BibFactory(title=call_number), call_number=call_number, **facts).bib


def test_neighbours_stand_left_and_right_in_the_order_of_the_shelf(client: Client) -> None:
    bib = on_shelf("913.6/タ/5")
    for number in ("913.6/タ/7", "913.6/タ/1", "210/ア", "913.6/タ/6"):
        on_shelf(number)
    on_shelf("913.6/タ/4", home_branch=branch("el"))
    on_shelf("913.6/タ/8", shelf="児童")
    on_shelf("913.6/タ/9", whereabouts=Copy.Whereabouts.WITHDRAWN)
    CopyFactory(bib=bib, call_number="913.6/タ/55")
    assert shelves(client, bib) == {
        "beside": ["210/ア", "913.6/タ/1", "913.6/タ/5", "913.6/タ/6", "913.6/タ/7"]
    }


def test_neighbours_with_the_same_call_number_are_each_met_once(client: Client) -> None:
    bibs = [on_shelf("E/ア") for _ in range(20)]
    Bib.objects.update(title="同じ")
    beside = client.get(f"/bib/{bibs[10].pk}/").context["related"][0]
    met = re.findall('href="(.*?)"', beside.items)
    assert met == [f"/bib/{bib.pk}/" for bib in [*bibs[4:10], *bibs[11:17]]]
    assert "この資料" in beside.items


def test_a_bib_without_a_place_on_a_shelf_has_no_neighbours(client: Client) -> None:
    on_shelf("913.6/ア")
    assert shelves(client, on_shelf("")) == {}
    assert shelves(client, on_shelf("913.6/イ", whereabouts=Copy.Whereabouts.LOST)) == {}


def test_the_same_author_shows_the_most_borrowed_and_not_its_own_volumes(client: Client) -> None:
    volumes = VolumeSet.objects.create(key="細雪")
    of_set = {"volume_set": volumes, "authors": ["谷崎 潤一郎"]}
    bib = BibFactory(title="細雪", volume="上", volume_order=Decimal(1), **of_set)
    BibFactory(title="細雪", volume="下", volume_order=Decimal(3), **of_set)
    for title, lent in (("鍵", 3), ("卍", 9)):
        other = BibFactory(title=title, authors=["谷崎 潤一郎"])
        BibStatus.objects.filter(bib=other).update(times_lent=lent)
    assert shelves(client, bib) == {"author": ["卍", "鍵"]}


def test_the_same_series_shows_what_is_numbered_around_it(client: Client) -> None:
    series = Series.objects.create(title="秋川文庫")
    bibs = {
        number: BibFactory(title=f"{number}", series=series, series_number=str(number))
        for number in range(1, 31)
    }
    assert shelves(client, bibs[15])["series"] == [str(number) for number in range(9, 21)]
    assert shelves(client, bibs[30])["series"] == [str(number) for number in range(19, 31)]


def test_the_volumes_before_and_after_are_named(client: Client) -> None:
    volumes = VolumeSet.objects.create(key="細雪")
    upper, middle, lower = (
        BibFactory(title="細雪", volume=volume, volume_order=Decimal(order), volume_set=volumes)
        for order, volume in enumerate("上中下")
    )
    text = html.unescape(client.get(f"/bib/{middle.pk}/").content.decode())
    assert f'<a href="/bib/{upper.pk}/" rel="prev">前の巻: 細雪 上</a>' in text
    assert f'<a href="/bib/{lower.pk}/" rel="next">次の巻: 細雪 下</a>' in text
    assert "前の巻" not in html.unescape(client.get(f"/bib/{upper.pk}/").content.decode())


def test_a_very_long_set_shows_the_spines_around_this_one(client: Client) -> None:
    volumes = VolumeSet.objects.create(key="月刊")
    bibs = [
        BibFactory(title="月刊", volume=f"{n}号", volume_order=Decimal(n), volume_set=volumes)
        for n in range(1, 101)
    ]
    page = client.get(f"/bib/{bibs[49].pk}/").context
    assert [spine.label for spine in page["spines"]][::59] == ["20号", "79号"]
    assert page["place_in_set"] == "全100号の50"
