"""新着, rankings, authors, series and classes."""

import html
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from akiruno_library import policy
from catalog import ndc
from catalog.models import Bib, BibStatus, Contributor, Copy, Series
from catalog.search import rebuild
from tests.factories import BibFactory, CopyFactory, material
from tests.pages import as_read
from tests.verbs import NOON, lend

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return html.unescape(as_read(response))


def rows(client: Client, address: str) -> list[str]:
    return [row.name for row in client.get(address).context["rows"]]


def came(title: str, days_ago: int, **facts: object) -> Bib:
    bib = BibFactory(title=title, **facts)
    CopyFactory(bib=bib, accepted_on=TODAY - timedelta(days=days_ago))
    return bib


def test_r7_4_new_arrivals_stand_by_the_day_of_their_first_copy(client: Client) -> None:
    came("先月の本", 30)
    came("今日の本", 0)
    again = came("また来た本", 50)
    CopyFactory(bib=again, accepted_on=TODAY)
    moved_in = CopyFactory(bib=BibFactory(title="移ってきた本"), accepted_on=None).bib
    CopyFactory(bib=moved_in, accepted_on=TODAY)
    came("一年前の本", policy.NEW_FOR.days)
    assert rows(client, "/new/") == ["今日の本", "先月の本", "また来た本"]
    text = page(client, "/new/")
    assert text.index("<h2>2026年11月</h2>") < text.index("今日の本")
    assert text.index("<h2>2026年10月</h2>") > text.index("今日の本")
    assert "10月25日(日)に受け入れました" in text


def test_r7_4_a_copy_on_order_makes_nothing_new_and_nothing_old(client: Client) -> None:
    bib = BibFactory(title="注文した本")
    CopyFactory(bib=bib, accepted_on=None, whereabouts=Copy.Whereabouts.ON_ORDER)
    assert rows(client, "/new/") == []
    CopyFactory(bib=bib, accepted_on=TODAY)
    assert rows(client, "/new/") == ["注文した本"]


def test_new_arrivals_are_narrowed_by_genre_and_material(client: Client) -> None:
    came("大人の小説", 1)
    came("子どもの小説", 2, audience="child")
    came("ティーンズの小説", 3, audience="young")
    came("大人の歴史", 4, ndc="210")
    came("大人の歌", 5, ndc="767", material_type=material("cd"))
    assert rows(client, "/new/?genre=9") == ["大人の小説"]
    assert rows(client, "/new/?genre=child") == ["子どもの小説"]
    assert rows(client, "/new/?genre=young") == ["ティーンズの小説"]
    assert rows(client, "/new/?material=cd&genre=7") == ["大人の歌"]
    assert rows(client, "/new/?material=cd&genre=2") == []
    assert 'href="/new/?genre=2&material=cd"' in page(client, "/new/?material=cd")


def lent(title: str, *times: int, waiting: int = 0, **facts: object) -> Bib:
    bib = BibFactory(title=title, **facts)
    for number in times:
        CopyFactory(bib=bib, times_lent=number)
    BibStatus.objects.filter(bib=bib).update(waiting=waiting)
    return bib


def test_rankings_count_all_copies_of_a_bib_and_share_places(client: Client) -> None:
    lent("二冊で十回", 4, 6)
    lent("一冊で九回", 9, waiting=1)
    lent("こちらも九回", 9, waiting=5)
    lent("四番目", 8, audience="child", material_type=material("cd"))
    lent("借りられていない", 0)
    assert [(row.mark, row.name) for row in client.get("/ranking/").context["rows"]] == [
        ("1位", "二冊で十回"),
        ("2位", "こちらも九回"),
        ("2位", "一冊で九回"),
        ("4位", "四番目"),
    ]
    assert rows(client, "/ranking/?by=reserved") == ["こちらも九回", "一冊で九回"]
    assert rows(client, "/ranking/?audience=child&material=cd") == ["四番目"]
    assert rows(client, "/ranking/?by=reserved&audience=child") == []


def test_lending_a_copy_moves_its_bib_up_the_ranking(client: Client, borrower, book) -> None:
    assert rows(client, "/ranking/") == []
    lend(book, borrower)
    cache.clear()  # a ranking is kept for some minutes
    assert rows(client, "/ranking/") == [book.bib.title]


def test_headings_are_filed_under_the_plain_kana_of_their_reading(client: Client) -> None:
    for name, reading in [
        ("後藤 新平", "ゴトウ シンペイ"),
        ("小泉 八雲", "こいずみ やくも"),
        ("コナン・ドイル", ""),
        ("夏目 漱石", "ナツメ ソウセキ"),
        ("Poe, Edgar", ""),
        ("読みのない人", ""),
    ]:
        Contributor.objects.create(name=name, reading=reading)
    filed = dict(Contributor.objects.values_list("name", "kana"))
    assert filed == {
        "後藤 新平": "コ",
        "小泉 八雲": "コ",
        "コナン・ドイル": "コ",
        "夏目 漱石": "ナ",
        "Poe, Edgar": "",
        "読みのない人": "",
    }
    text = page(client, "/browse/author/?kana=コ")
    assert "小泉 八雲" in text
    assert "夏目 漱石" not in text
    assert "Poe, Edgar" in page(client, "/browse/author/?kana=others")
    assert "一文字を選んで" in page(client, "/browse/author/?kana=x")


def test_an_author_has_a_page_of_all_bibs_the_newest_first(client: Client) -> None:
    for title, year in (("古い本", 1990), ("新しい本", 2020), ("年のない本", None)):
        BibFactory(title=title, year=year, authors=["谷崎 潤一郎"])
    BibFactory(title="ほかの人の本", authors=["別人"])
    author = Contributor.objects.get(name="谷崎 潤一郎")
    assert rows(client, f"/browse/author/{author.pk}/") == ["新しい本", "古い本", "年のない本"]
    assert client.get("/browse/author/999999999999/").status_code == 404


def test_a_series_stands_in_the_order_of_its_numbers(client: Client) -> None:
    series = Series.objects.create(title="秋川文庫", reading="アキカワブンコ")
    for number in ("10", "第２巻", "", "9", "1"):
        BibFactory(title=f"番号{number}", series=series, series_number=number)
    address = f"/browse/series/{series.pk}/"
    assert rows(client, address) == ["番号1", "番号第２巻", "番号9", "番号10", "番号"]
    assert address in page(client, "/browse/series/?kana=ア")
    assert ">5点<" in page(client, "/browse/series/?kana=ア")


def test_classes_are_a_tree_with_names_and_counts(client: Client) -> None:
    for number in ("913.6", "913", "210", "K913", ""):
        BibFactory(title=f"分類{number}", ndc=number)
    rebuild()
    text = page(client, "/browse/ndc/")
    assert "<small>2点</small>" in text
    assert 'href="/browse/ndc/21/"' in text
    text = page(client, "/browse/ndc/91/")
    assert '<a href="/browse/ndc/913/"><span class="number">913</span> 小説・物語</a>' in text
    assert '<a href="/browse/ndc/9/">900 文学</a>' in text
    newest = client.get("/browse/ndc/913/").context["newest"]
    assert {book.title for book in newest} == {"分類913.6", "分類913"}


def test_a_class_has_its_page_without_the_search(client: Client) -> None:
    BibFactory(ndc="913")
    assert "小説・物語" in page(client, "/browse/ndc/91/")


@pytest.mark.parametrize("number", ["xyz", "9135", "-1", "９", "%00", "913.6"])
def test_what_is_no_class_is_not_found(client: Client, number: str) -> None:
    assert client.get(f"/browse/ndc/{number}/").status_code == 404


def test_every_division_has_a_name_and_every_section_a_division() -> None:
    names = ndc.names()
    assert {a + b for a in "0123456789" for b in "0123456789"} <= names.keys()
    assert all(number[:2] in names and name.strip() for number, name in names.items())
    assert (names["913"], names["8"], names["76"]) == ("小説・物語", "言語", "音楽・舞踊・バレエ")


@pytest.mark.parametrize("query", ["page=1000000000", "page=x", "page=0", "page=-1", "page=９",
                                   "page=" + "9" * 5000, "genre=%00&by=x&kana=%FF&material=z",
                                   "page=1&page=2"])  # fmt: skip
def test_any_address_gets_an_answer(client: Client, query: str) -> None:
    bib = came("本", 1, authors=["谷崎 潤一郎"], series=Series.objects.create(title="秋川文庫"))
    author = Contributor.objects.get().pk
    for path in ("/new/", "/ranking/", "/browse/author/", "/browse/series/", "/browse/ndc/9/",
                 f"/browse/author/{author}/", f"/browse/series/{bib.series_id}/"):  # fmt: skip
        page(client, f"{path}?{query}")


def test_a_page_beyond_the_last_leads_back(client: Client) -> None:
    came("本", 1)
    assert '<a href="/new/?genre=9">はじめのページへ</a>' in page(client, "/new/?genre=9&page=77")


def _shelve(number: int) -> tuple[Contributor, Series]:
    series, _ = Series.objects.get_or_create(title="秋川文庫", reading="アキカワ")
    for at in range(number):
        bib = BibFactory(title=f"本{at}", authors=["秋川 花子"], series=series)
        away = Copy.Whereabouts.ON_LOAN
        CopyFactory(bib=bib, accepted_on=TODAY, times_lent=at + 1, whereabouts=away)
        BibStatus.objects.filter(bib=bib).update(waiting=at + 1)
    return Contributor.objects.get(), series


ADDRESSES: list[Callable[[Contributor, Series], str]] = [
    lambda author, series: "/new/",
    lambda author, series: "/ranking/",
    lambda author, series: "/ranking/?by=reserved",
    lambda author, series: f"/browse/author/{author.pk}/",
    lambda author, series: f"/browse/series/{series.pk}/",
    lambda author, series: "/browse/series/?kana=ア",
    lambda author, series: "/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_twenty_rows_ask_the_database_as_often_as_one(client: Client, address) -> None:
    counts = []
    for number in (1, 20):
        path = address(*_shelve(number))
        page(client, path)
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            page(client, path)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


def test_s14_lists_only_answer(client: Client) -> None:
    author, series = _shelve(1)
    for address in ADDRESSES:
        path = address(author, series)
        assert client.post(path).status_code == 405, path
        assert client.head(path).status_code == 200, path


class TestSubjects:
    def test_each_class_shows_what_its_books_are_most_often_about(self, client) -> None:
        cache.clear()
        BibFactory.create_batch(2, ndc="479", subjects=["きのこ"])
        BibFactory(ndc="479", subjects=["こけ"])
        BibFactory(ndc="596", subjects=["きのこ", "料理"])
        BibFactory(ndc="479", subjects=["借りた本の件名"], hidden=True)
        response = client.get("/browse/subject/")
        found = [
            (one.number, [subject.words for subject in one.subjects])
            for one in response.context["classes"]
        ]
        assert found == [("400", ["きのこ", "こけ"]), ("500", ["きのこ", "料理"])]
        page = html.unescape(as_read(response))
        assert "/search/?subject=%E3%81%8D%E3%81%AE%E3%81%93" in page
        assert "借りた本の件名" not in page
