"""詳細検索: a form whose address says everything, and that a result leads back to."""

import html
import re
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.test import Client

from catalog.results.advanced import clauses_of_request
from catalog.results.request import Addresses, read
from catalog.search import Clause, SearchRequest, rebuild
from japanese.years import western_year
from tests.factories import BibFactory, CopyFactory, branch, material

pytestmark = pytest.mark.django_db

ROWS = (
    "f1=title&m1=starts&t1=春&op2=or&f2=author&m2=is&t2=宮沢賢治&op3=not&f3=all&m3=contains&t3=伝"
)


def wanted(query: str) -> SearchRequest:
    return read(QueryDict(query))


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def values(text: str) -> dict[str, list[str]]:
    """What the form would send."""
    sent: dict[str, list[str]] = {}
    form = text[text.index('class="advanced"') :]
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
        sent.setdefault(name, []).append(value)
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"[^>]* checked', form):
        sent.setdefault(name, []).append(value)
    for name, value in re.findall(r'<input [^>]*id="\w+" name="(\w+)" value="([^"]+)"', form):
        sent.setdefault(name, []).append(value)
    for name, options in re.findall(r'<select id="\w+" name="(\w+)">(.*?)</select>', form):
        sent[name] = re.findall(r'value="(\w+)" selected', options)
    return sent


def test_the_rows_of_an_address_are_understood_and_written_again():
    rows = (
        Clause("title", "春", "starts"),
        Clause("author", "宮沢賢治", "is", "or"),
        Clause("all", "伝", "contains", "not"),
    )
    request = wanted(ROWS)
    assert request == SearchRequest(clauses=rows)
    assert wanted(Addresses(request).of(request).partition("?")[2]) == request


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("f1=nothing&m1=regex&op1=xor&t1=a", (Clause("all", "a"),)),
        ("t1=&t2=a&op2=or", (Clause("all", "a"),)),
        ("t2=a&op2=not", (Clause("all", "a", joint="not"),)),
        ("t1=%00&f1=title&t0=x&t17=y&t999=z&tx=w", ()),
        ("f1=title&m1=is&op2=and", ()),
    ],
)
def test_what_is_unknown_in_a_row_is_passed_over(query, rows):
    assert wanted(query).clauses == rows


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("1985", 1985), ("１９８５年", 1985), ("昭和60", 1985), ("昭和六十", 1985), ("S60", 1985),
        ("令和元年", 2019), ("平成 元", 1989), ("h31", 2019), ("明治45年", 1912), ("昭和0", None),
        ("0", None), ("", None), ("昔", None), ("20201", None), ("昭和" * 5000, None),
    ],
)  # fmt: skip
def test_years_are_read_in_both_calendars(typed, year):
    assert western_year(typed) == year


def test_the_form_sends_what_it_was_filled_in_with(client: Client):
    query = f"{ROWS}&year_from=1950&year_to=昭和60&branch=chuo&branch=el&material=book&material=cd"
    query += "&language=eng&available=1&decade=1950&sort=title&per_page=50"
    sent = values(page(client, f"/search/advanced/?{query}"))
    again = QueryDict(mutable=True)
    for name, found in sent.items():
        again.setlist(name, found)
    assert read(again) == wanted(query)
    assert wanted(query).year_to == 1985


def test_a_simple_search_becomes_rows():
    assert clauses_of_request(wanted("q=春&author=賢治&t1=星")) == [
        Clause("all", "春"),
        Clause("author", "賢治"),
        Clause("all", "星"),
    ]
    either = clauses_of_request(wanted("q=春&t1=星&t2=月&op2=or"))
    assert [row.text for row in either] == ["星", "月", "春"]  # (星 or 月) and 春


def test_a_result_leads_back_to_the_form_filled_in(client: Client):
    CopyFactory(bib=BibFactory(title="春と修羅"))
    rebuild()
    text = page(client, f"/search/?f1=title&m1=starts&t1={quote('春')}&branch=chuo")
    back = re.search(r'href="([^"]+)">条件を変える', text)
    assert back
    form = page(client, back[1])
    assert 'name="t1" value="春"' in form
    assert '<option value="starts" selected>' in form


def test_each_row_is_a_chip_that_can_be_taken_away(client: Client):
    CopyFactory(bib=BibFactory(title="春と修羅", authors=["宮沢賢治"]))
    CopyFactory(bib=BibFactory(title="春の伝", authors=["宮沢賢治"]))
    rebuild()
    text = page(client, f"/search/?{ROWS}")
    assert "題名「春」で始まる</a>" in text
    assert "または 著者「宮沢賢治」と一致する</a>" in text
    without_first = f"/search/?f1=author&m1=is&t1={quote('宮沢賢治')}&op2=not&f2=all"
    assert f'class="chip" href="{without_first}&m2=contains&t2={quote("伝")}"' in text
    assert "1件" in text
    assert "春と修羅" in text


def test_authors_classes_and_languages_narrow_and_can_be_taken_away(client: Client):
    for title, name, mark, language in (
        ("星の本", "宮沢賢治", "913.6", "jpn"),
        ("星の旅", "宮沢賢治", "440", "jpn"),
        ("Star", "Smith, A.", "440", "eng"),
    ):
        CopyFactory(bib=BibFactory(title=title, authors=[name], ndc=mark, language=language))
    rebuild()
    text = page(client, "/search/")
    author = f"f1=author&m1=is&t1={quote('宮沢賢治')}"
    assert (
        f'<a href="/search/?{author}"><span>宮沢賢治</span> <span class="number">2</span>' in text
    )
    assert "<span>文学</span>" in text
    assert "<span>英語</span>" in text
    narrowed = page(client, f"/search/?ndc=4&language=jpn&{author}")
    assert "星の旅" in narrowed
    assert "星の本" not in narrowed
    assert "分類: 自然科学・医学</a>" in narrowed
    assert 'aria-current="true"><span>宮沢賢治</span>' in narrowed


def test_the_home_page_leads_to_the_form(client: Client):
    assert 'href="/search/advanced/"' in page(client, "/")
    rebuild()
    assert 'href="/search/advanced/">詳細検索</a>' in page(client, "/search/")


def test_the_form_begins_with_what_a_patron_has_set(at_home: Client, borrower):
    borrower.search_branch, borrower.search_material = branch("el"), material("cd")
    borrower.search_sort, borrower.search_per_page = "newest", 50
    borrower.save()
    sent = values(page(at_home, "/search/advanced/"))
    assert (sent["branch"], sent["material"]) == (["el"], ["cd"])
    assert (sent["sort"], sent["per_page"]) == (["newest"], ["50"])
    sent = values(page(at_home, "/search/advanced/?branch=chuo"))
    assert "material" not in sent
    assert sent["branch"] == ["chuo"]


def test_settings_never_narrow_a_bare_address(at_home: Client, borrower):
    CopyFactory(bib=BibFactory(title="春と修羅"))
    rebuild()
    borrower.search_branch, borrower.search_material = branch("el"), material("cd")
    borrower.search_sort = "newest"
    borrower.save()
    text = page(at_home, "/search/")
    assert "春と修羅" in text
    assert '<input type="hidden" name="sort" value="newest">' in text  # in the search box
    assert '<option value="relevance" selected>' in text


@pytest.mark.parametrize(
    "query",
    ["t1=%00", "t1=" + "a" * 5000, "f1=%FF&t1=x", "op2=%22'", "t1=%ED%A0%80", "year_from=x"],
)
def test_any_address_of_the_form_gets_an_answer(client: Client, query: str):
    rebuild()
    page(client, f"/search/advanced/?{query}")
    page(client, f"/search/?{query}")
