"""The page of results."""

import html
import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.indexing import morphemes
from catalog.models import Copy
from catalog.results.other_libraries import elsewhere
from catalog.search import SearchRequest, rebuild
from tests.factories import BibFactory, CopyFactory, branch, material

pytestmark = pytest.mark.django_db


def shelve(number: int, **facts: object) -> None:
    for at in range(number):
        facts_of_bib = {"title": f"秋川の本{at:02}", "authors": ["秋川 花子", "雨間 悟"]} | facts
        CopyFactory(bib=BibFactory(**facts_of_bib))
        CopyFactory(
            bib=BibFactory(**facts_of_bib | {"title": f"秋川の旅{at:02}"}),
            whereabouts=Copy.Whereabouts.ON_LOAN,
        )


def page(client: Client, query: str = "", status: int = 200) -> str:
    response = client.get(f"/search/?{query}")
    assert response.status_code == status
    return html.unescape(response.content.decode())


def test_twenty_rows_ask_the_database_as_often_as_one(client: Client) -> None:
    shelve(12)
    rebuild()
    page(client)
    counts = []
    for query in (f"q={quote('旅00')}", f"q={quote('秋川')}"):
        with CaptureQueriesContext(connection) as queries:
            page(client, query)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_a_row_says_the_series_and_the_edition(client: Client) -> None:
    CopyFactory(bib=BibFactory(title="こころ", edition="改版", publisher="夜明社"))
    rebuild()
    assert "改版 夜明社" in page(client, f"q={quote('こころ')}")


def test_the_total_is_told_in_words(client: Client) -> None:
    shelve(12)
    rebuild()
    assert "24件のうち1〜20件" in page(client)
    assert "24件のうち21〜24件" in page(client, "page=2")


def test_a_row_says_what_where_and_offers_the_basket(client: Client) -> None:
    copy = CopyFactory(
        bib=BibFactory(title="細雪", volume="上", authors=["谷崎 潤一郎"], year=1955)
    )
    rebuild()
    text = page(client, f"q={quote('細雪')}")
    assert '<bdi><mark>細雪</mark></bdi><span class="volume">上</span>' in text
    assert "谷崎 潤一郎" in text
    assert "秋川書房 1955年 図書" in text
    assert "中央図書館にあります" in text
    assert 'action="/basket/add/"' in text
    assert f'name="bib" value="{copy.bib_id}"' in text


def test_what_cannot_be_reserved_has_no_button(client: Client) -> None:
    copy = CopyFactory(lending=Copy.Lending.IN_LIBRARY, shelf="参考")
    rebuild()
    text = page(client)
    assert "館内でご覧ください(中央図書館 参考)" in text
    assert f'name="bib" value="{copy.bib_id}"' not in text


def test_facets_add_a_filter_and_chips_take_it_away(client: Client) -> None:
    CopyFactory(bib=BibFactory(title="秋川の歌", material_type=material("cd"), year=1994))
    CopyFactory(bib=BibFactory(title="秋川の本"), home_branch=branch("el"))
    rebuild()
    text = page(client, f"q={quote('秋川')}")
    for link in ("material=cd", "branch=el", "decade=1990", "available=1", "decade=2020"):
        assert f'href="/search/?q={quote("秋川")}&{link}"' in text
    narrowed = page(client, f"q={quote('秋川')}&material=cd")
    assert "秋川の歌" in narrowed
    assert "秋川の本" not in narrowed
    assert (
        f'<a class="chip" href="/search/?q={quote("秋川")}">'
        '<span class="sr">外す: </span>CD</a>' in narrowed
    )


@pytest.mark.skipif(not morphemes.known(), reason="words are told by the dictionary")
def test_what_was_typed_in_one_go_leads_on_with_fewer_words(client: Client) -> None:
    BibFactory(title="オリエント急行の殺人")
    rebuild()
    text = page(client, f"q={quote('オリエント急行殺人事件')}")
    assert "「オリエント 急行 殺人」でさがす" in text
    assert "「オリエント」でさがす" in text
    text = page(client, f"q={quote('殺人急行')}")
    assert "「殺人 急行」でさがしました" in text


def test_a_search_without_a_hit_leads_on_in_three_ways_at_least(client: Client) -> None:
    CopyFactory(bib=BibFactory(title="秋川の本"))
    rebuild()
    text = page(client, f"q={quote('秋川 ぬぬぬぬ')}&material=cd")
    assert "見つかりませんでした" in text
    assert "すべての資料から" in text
    assert "読みでさがす" in text
    assert "図書館に相談する" in text
    assert "「秋川」でさがす" not in text  # no CD has that either
    text = page(client, f"q={quote('秋川 ぬぬぬぬ')}")
    assert f'href="/search/?q={quote("秋川")}">「秋川」でさがす</a>' in text
    text = page(client, f"q={quote('秋川')}&material=cd")
    assert f'href="/search/?q={quote("秋川")}">「CD」を外す</a> <span class="number">1件' in text
    assert "しぼりこみをすべて外す" not in text  # it is the only one
    text = page(client, f"q={quote('秋川')}&material=cd&year_to=1800")
    assert f'href="/search/?q={quote("秋川")}">しぼりこみをすべて外す</a>' in text
    text = page(client, f"author={quote('秋川')}")
    assert f'href="/search/?q={quote("秋川")}">どの項目からでもさがす</a>' in text


def test_a_certain_correction_is_shown_at_once_and_can_be_declined(client: Client) -> None:
    CopyFactory(bib=BibFactory(title="走れメロス", title_reading="ハシレ メロス"))
    rebuild()
    text = page(client, f"q={quote('走れメドス')}")
    assert "「走れメドス」では見つからないので、「走れメロス」でさがしました。" in text
    assert re.search('id="total"[^>]*>1件<', text)
    declined = f"q={quote('走れメドス')}&as_typed=1"
    assert f'<a href="/search/?{declined}">「走れメドス」のままさがす</a>' in text
    text = page(client, declined)
    assert "見つかりませんでした" in text
    assert f'もしかして: <a href="/search/?q={quote("走れメロス")}">走れメロス</a>' in text


@pytest.mark.parametrize("query", ["q=978-4-8340-0082-5", "isbn=4834000826"])
def test_the_isbn_of_one_book_opens_its_page(client: Client, query: str) -> None:
    bib = BibFactory(title="ぐりとぐら", isbns=["9784834000825"])
    CopyFactory(bib=bib)
    rebuild()
    response = client.get(f"/search/?{query}")
    assert (response.status_code, response["Location"]) == (302, f"/bib/{bib.pk}/")
    assert "ぐりとぐら" in page(client, f"{query}&material=book")


@pytest.mark.parametrize("query", ["title={}", "f1=title&m1=contains&t1={}"])
def test_the_detailed_form_asks_whether_another_was_meant(client: Client, query: str) -> None:
    CopyFactory(bib=BibFactory(title="走れメロス", title_reading="ハシレ メロス"))
    rebuild()
    meant = query.format(quote("走れメロス"))
    text = page(client, query.format(quote("走れメドス")))
    assert f'もしかして: <a href="/search/?{meant}">走れメロス</a>' in text


def test_a_search_without_a_hit_asks_whether_another_was_meant(client: Client) -> None:
    CopyFactory(bib=BibFactory(title="走れメロス", title_reading="ハシレ メロス"))
    rebuild()
    assert "もしかして" not in page(client, f"q={quote('走れメロス')}")
    # None is a CD.
    assert f'もしかして: <a href="/search/?q={quote("走れメロス")}">走れメロス' in page(
        client, f"q={quote('走れメドス')}&material=cd"
    )


def test_what_the_library_does_not_have_is_looked_for_elsewhere_but_not_on_a_terminal(
    client: Client,
) -> None:
    rebuild()
    text = page(client, f"q={quote('秋川 <b>')}")
    assert f'href="https://ndlsearch.ndl.go.jp/search?cs=bib&keyword={quote("秋川")}+' in text
    assert 'href="https://catalog.library.metro.tokyo.lg.jp/' in text
    context = {"elsewhere": elsewhere(SearchRequest(q="秋川")), "on_terminal": True}
    assert "https:" not in render_to_string("catalog/_nothing_found.html", context)


def test_a_page_beyond_the_last_leads_back(client: Client) -> None:
    shelve(1)
    rebuild()
    assert "はじめのページへ" in page(client, "page=1000000000")


def test_without_an_index_the_page_asks_to_come_back(client: Client) -> None:
    assert "ただいま検索の準備をしています" in page(client, "q=x", status=503)
    assert client.get("/").status_code == 200


def test_a_bib_that_only_the_index_still_knows_is_left_out(client: Client) -> None:
    copy = CopyFactory(bib=BibFactory(title="秋川の本"))
    rebuild()
    bib = copy.bib
    copy.delete()
    bib.delete()
    assert "秋川の本" not in page(client)


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=" + "a" * 5000, "q=%FF%FE", "q=*?:()%22'", "page=x&page=y", "q=&q=", "material="],
)
def test_any_address_gets_an_answer(client: Client, query: str) -> None:
    shelve(1)
    rebuild()
    page(client, query)


def test_a_choice_of_order_keeps_the_search(client: Client) -> None:
    shelve(1)
    rebuild()
    text = page(client, f"q={quote('秋川')}&branch=chuo&sort=title&page=1")
    assert '<input type="hidden" name="q" value="秋川">' in text
    assert '<input type="hidden" name="branch" value="chuo">' in text
    assert re.search(r'<option value="title" selected>\s*題名の順', text)
    assert 'type="hidden" name="sort"' not in text
