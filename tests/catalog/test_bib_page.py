"""資料詳細: what it is, where it is, what can be done."""

import html
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Bib, BibStatus, Contributor, Copy, Series, VolumeSet
from tests.factories import BibFactory, CopyFactory, branch, material

pytestmark = pytest.mark.django_db


def page(client: Client, bib: Bib) -> str:
    response = client.get(f"/bib/{bib.pk}/")
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def test_everything_catalogued_is_shown(client: Client) -> None:
    bib = BibFactory(
        title="細雪",
        title_reading="ササメユキ",
        subtitle="副題のことば",
        authors=["谷崎 潤一郎"],
        series=Series.objects.create(title="秋川文庫"),
        series_number="12",
        edition="改版",
        published="2020.4",
        extent="300p",
        isbns=["9784101010014"],
        subjects=["姉妹-小説"],
        language="eng",
        contents="第一章",
        notes="注のことば",
    )
    Contributor.objects.update(reading="タニザキ ジュンイチロウ")
    text = page(client, bib)
    for words in (
        "ササメユキ",
        "副題のことば",
        "改版",
        "2020.4",
        "300p",
        "9784101010014",
        "英語",
        "第一章",
        "注のことば",
        "著(タニザキ ジュンイチロウ)",
    ):
        assert words in text
    author = Contributor.objects.get()
    assert f'<a href="/browse/author/{author.pk}/">谷崎 潤一郎</a>' in text
    assert f'<a href="/browse/series/{bib.series_id}/">秋川文庫</a> 12' in text
    assert '<a href="/browse/ndc/913/">913.6</a> 小説・物語' in text
    assert f'<a href="/search/?subject={quote("姉妹-小説")}">' in text


def test_nothing_empty_is_named(client: Client) -> None:
    text = page(client, BibFactory())
    for label in ("副題", "シリーズ", "件名", "ISBN", "ほかの巻", "None"):
        assert label not in text


def test_the_volumes_of_a_set_stand_in_their_order(client: Client) -> None:
    volumes = VolumeSet.objects.create(key="細雪")
    lower, upper, middle = (
        BibFactory(title="細雪", volume=volume, volume_order=Decimal(order), volume_set=volumes)
        for volume, order in (("下", 3), ("上", 1), ("中", 2))
    )
    text = page(client, middle)
    assert "全3巻の2" in text
    places = [
        text.index(part)
        for part in (
            f'<a href="/bib/{upper.pk}/" aria-label="細雪 上">上</a>',
            '<span aria-current="true">中</span>',
            f'<a href="/bib/{lower.pk}/" aria-label="細雪 下">下</a>',
        )
    ]
    assert places == sorted(places)


def test_each_copy_says_where_it_is_and_withdrawn_ones_are_gone(client: Client) -> None:
    bib = BibFactory()
    CopyFactory(bib=bib, home_branch=branch("el"), barcode="222", shelf="文庫")
    CopyFactory(bib=bib, barcode="111", lending=Copy.Lending.IN_LIBRARY, shelf="参考")
    CopyFactory(bib=bib, barcode="333", whereabouts=Copy.Whereabouts.ON_LOAN)
    CopyFactory(bib=bib, barcode="444", current_branch=branch("el"))
    CopyFactory(bib=bib, barcode="555", whereabouts=Copy.Whereabouts.WITHDRAWN)
    BibStatus.objects.filter(bib=bib).update(waiting=2)
    text = page(client, bib)
    assert "予約2件・所蔵4冊" in text
    assert "館内でご覧ください" in text
    assert "いまは東部図書館エルの棚にあります" in text
    assert "貸出中" in text
    assert "555" not in text
    assert text.index("111") < text.index("222")


def test_r5_1_what_cannot_be_reserved_says_why_and_has_no_button(client: Client) -> None:
    kept = CopyFactory(lending=Copy.Lending.IN_LIBRARY).bib
    assert "この資料は館内でご覧ください" in page(client, kept)
    large = CopyFactory(bib=BibFactory(material_type=material("large_kamishibai"))).bib
    assert "窓口でお申し込みください" in page(client, large)
    for bib in (kept, large):
        assert "予約かごへ" not in page(client, bib)
    assert "予約かごへ" in page(client, CopyFactory().bib)


def test_many_copies_and_volumes_ask_the_database_as_often_as_one(client: Client) -> None:
    volumes = VolumeSet.objects.create(key="x")
    counts = []
    for number in (1, 20):
        facts = {"volume_order": Decimal(1), "volume_set": volumes}
        bib = [BibFactory(authors=["甲", "乙", "丙"][:number], **facts) for _ in range(number)][-1]
        for _ in range(number):
            CopyFactory(bib=bib)
        page(client, bib)
        with CaptureQueriesContext(connection) as queries:
            page(client, bib)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_s15_odd_characters_make_no_element(client: Client) -> None:
    odd = "<img onerror=alert(1)>{{7*7}}\u202e\r\n\"'"
    bib = BibFactory(
        title=odd,
        title_reading=odd,
        subtitle=odd,
        volume=odd,
        publisher=odd,
        published=odd,
        ndc=odd[:20],
        edition=odd,
        extent=odd,
        subjects=[odd],
        contents=odd,
        notes=odd,
        authors=[odd],
        series=Series.objects.create(title=odd),
    )
    CopyFactory(bib=bib, shelf=odd[:30], call_number=odd, supplements=odd[:30])
    for address in (f"/bib/{bib.pk}/", "/"):
        text = client.get(address).content.decode()
        assert "<img" not in text
        assert "{{7*7}}" in text or address == "/"
        assert ">49<" not in text
    assert f"<bdi>{html.escape(odd)}</bdi>" in client.get(f"/bib/{bib.pk}/").content.decode()


@pytest.mark.parametrize(
    ("title", "language", "marked"),
    [
        ("82년생 김지영", "kor", '<bdi lang="ko">'),
        ("82年生まれ、キム・ジヨン", "kor", "<bdi>"),  # an edition in two languages
        ("三四郎", "jpn", "<bdi>"),
    ],
)
def test_a_title_in_another_language_says_so(client: Client, title, language, marked) -> None:
    bib = CopyFactory(bib=BibFactory(title=title, language=language)).bib
    assert f"{marked}{title}</bdi>" in client.get(f"/bib/{bib.pk}/").content.decode()


def test_a_book_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/bib/999999999999/").status_code == 404
    assert client.get("/bib/99999999999999999999999999/").status_code == 404
