"""こどものページ: every kanji with its reading, children's material first, kind dead ends."""

import json
import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import quote

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.kids.front import today
from catalog.kids.pictures import PICTURES
from catalog.models import Bib, Branch, Contribution, Contributor, Copy, ReadingList
from catalog.models.reading_lists import ReadingListEntry
from catalog.search import rebuild
from patrons.models import Session
from tests.conftest import tokyo
from tests.factories import BibFactory, CopyFactory, PatronFactory, a_terminal, branch

pytestmark = pytest.mark.django_db
KANJI = re.compile("[\u3400-\u9fff々〆]+")
NOT_SEEN = re.compile(
    r"<ruby>.*?</ruby>|<head>.*?</head>|<svg.*?</svg>|<script.*?</script>"
    r"|<span class=\"sr\">.*?</span>|<label class=\"sr\".*?</label>|<[^>]*>",
    re.DOTALL,
)


def for_children(title: str, reading: str, **facts: object) -> Bib:
    return BibFactory(title=title, title_reading=reading, audience="child", **facts)


def written_by(bib: Bib, name: str, reading: str, role: str = "著") -> Bib:
    person, _ = Contributor.objects.get_or_create(name=name, reading=reading)
    position = bib.contributions.count()
    Contribution.objects.create(bib=bib, contributor=person, role=role, position=position)
    return bib


@pytest.fixture
def dinosaurs() -> Bib:
    """On two shelves, with one who wrote and one who drew it."""
    bib = for_children("恐竜の本", "キョウリュウ ノ ホン", ndc="457.87", volume="第3巻")
    written_by(bib, "冨田幸光", "トミダ ユキミツ")
    written_by(bib, "山本匠", "ヤマモト タクミ", "絵")
    CopyFactory(bib=bib, shelf="児童", call_number="K457/キ")
    CopyFactory(
        bib=bib, shelf="書庫", call_number="K457/キ", home_branch=branch("el"),
        whereabouts=Copy.Whereabouts.ON_LOAN,
    )  # fmt: skip
    return bib


@pytest.fixture
def summer(dinosaurs: Bib) -> ReadingList:
    made = ReadingList.objects.create(
        title="夏休《なつやす》みのおすすめ", text="読《よ》んでみよう", shows_from=date(2020, 1, 1)
    )
    made.entries.create(bib=dinosaurs, comment="大《おお》きい!")
    return made


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return unescape(response.content.decode())


def without_reading(text: str) -> list[str]:
    return KANJI.findall(NOT_SEEN.sub("", text))


def test_every_kanji_that_is_seen_carries_its_reading(client: Client, dinosaurs, summer) -> None:
    rebuild()
    there = a_terminal()
    for path in (
        "/kids/",
        f"/kids/bib/{dinosaurs.pk}/",
        f"/kids/lists/{summer.pk}/",
        "/kids/search/?picture=dinosaurs&free=1",
        f"/kids/search/?q={quote('きょうりゅう')}",
        f"/kids/search/?q={quote('ぬぬぬぬ')}",
    ):
        text = page(client, path)
        assert without_reading(text) == [], path
        assert "《" not in text
        assert without_reading(page(there, path)) == [], path


def test_what_the_basket_says_is_said_with_readings(client: Client, dinosaurs) -> None:
    here = f"/kids/bib/{dinosaurs.pk}/"
    for _ in range(2):
        response = client.post("/basket/add/", {"bib": dinosaurs.pk, "next": here})
        assert response["Location"] == here
        text = page(client, here)
        assert re.search('<div class="notice (success|info)"><p>.+よやく', text)
        assert without_reading(text) == []


def test_the_basket_of_children_has_readings_and_says_who_reserves(client, dinosaurs) -> None:
    child = PatronFactory(birth_date=date.today() - timedelta(days=9 * 365))  # noqa: DTZ011
    child_at_home = Client()
    child_at_home.force_login(child.user, backend="patrons.backends.PatronBackend")
    pupil = PatronFactory(name="雨間 悟", name_reading="アメマ サトル")
    for visitor, says, says_not in (
        (client, "カウンター", "すすむ"),
        (child_at_home, "カウンター", "ログイン"),
        (a_terminal(pupil), "すすむ", "カウンター"),
        (a_terminal(name="2階"), "カウンター", "すすむ"),
    ):
        visitor.post("/basket/add/", {"bib": dinosaurs.pk, "next": "/kids/"})
        text = page(visitor, "/kids/basket/")
        assert without_reading(text) == []
        main = text.split("<main", 1)[1].split("</main>", 1)[0]
        assert says in main
        assert says_not not in main
        answer = visitor.post("/basket/remove/", {"bib": dinosaurs.pk, "next": "/kids/basket/"})
        assert answer["Location"] == "/kids/basket/"
        text = page(visitor, "/kids/basket/")
        assert "からっぽ" in text
        assert without_reading(text) == []


def test_nobody_gets_a_cookie_or_a_session(client: Client, dinosaurs) -> None:
    rebuild()
    for path in ("/kids/", "/kids/search/?q=x", f"/kids/bib/{dinosaurs.pk}/", "/kids/suggest/?q=x"):
        assert not client.get(path).cookies
    assert not Session.objects.exists()


def test_children_meet_what_was_made_for_them_and_the_rest_a_link_away(client: Client) -> None:
    CopyFactory(bib=for_children("ねこの絵本", "ネコ ノ エホン"))
    CopyFactory(bib=BibFactory(title="ねこの医学", title_reading="ネコ ノ イガク"))
    rebuild()
    text = page(client, f"/kids/search/?q={quote('ねこ')}")
    assert "絵本" in text
    assert "医学" not in text
    assert f'href="/search/?q={quote("ねこ")}"' in text
    assert 'class="number">2件' in re.sub("<ruby>(.).*?</ruby>", r"\1", text)


def test_where_nothing_is_found_other_ways_are_named(client: Client) -> None:
    CopyFactory(bib=for_children("きつねのおきゃくさま", "キツネ ノ オキャクサマ"))
    CopyFactory(bib=BibFactory(title="量子力学入門", title_reading="リョウシ リキガク"))
    rebuild()
    text = page(client, f"/kids/search/?q={quote('量子力学')}")
    assert f'href="/search/?q={quote("量子力学")}"' in text
    text = page(client, f"/kids/search/?q={quote('きつねのおきゃくさん')}")
    assert quote("きつねのおきゃくさま") in text or "きつねのおきゃくさま" in text
    text = page(client, f"/kids/search/?q={quote('きつね ぬぬぬぬ')}")
    assert f'href="/kids/search/?q={quote("きつね")}"' in text


@pytest.mark.parametrize(
    "query", ["", "?q=", "?page=0", "?page=999999", "?page=x", "?picture=none", "?q=%00%F0%9F%98",
              "?q=" + "あ" * 500, "?q=<script>alert(1)</script>&picture=animals"],
)  # fmt: skip
def test_nonsense_gets_a_page(client: Client, dinosaurs, query: str) -> None:
    rebuild()
    assert "<script>alert" not in client.get(f"/kids/search/{query}").content.decode()


@pytest.mark.parametrize("slug", PICTURES)
def test_each_picture_is_a_search_and_each_search_has_a_picture(slug: str) -> None:
    picture = PICTURES[slug]
    assert picture.clauses
    assert picture.drawn.startswith("<svg")
    assert 'aria-hidden="true"' in picture.drawn


def test_a_picture_finds_by_class_and_by_subject_and_nothing_for_grown_ups(client: Client) -> None:
    found = [
        for_children("魚", "サカナ", ndc="487.5"),
        for_children("こぐま", "コグマ", ndc="726.6", subjects=["絵本", "くま"]),
    ]
    others = [
        for_children("法律", "ホウリツ", ndc="320"),
        BibFactory(title="動物学", title_reading="ドウブツガク", ndc="480"),
    ]
    rebuild()
    text = page(client, "/kids/search/?picture=animals")
    assert [bib.pk for bib in found if f'"/kids/bib/{bib.pk}/"' not in text] == []
    assert [bib.pk for bib in others if f'"/kids/bib/{bib.pk}/"' in text] == []


def test_a_book_says_where_it_stands_and_can_be_put_in_the_basket(
    client: Client, dinosaurs: Bib
) -> None:
    text = page(client, f"/kids/bib/{dinosaurs.pk}/")
    first, second = re.findall(r'<li class="(?:good|plain)">.*?</li>', text, re.DOTALL)
    assert "<span>K457</span><span>キ</span>" in first
    assert "あるよ" in first
    assert "りているよ" in second
    assert 'action="/basket/add/"' in text
    assert f'href="/bib/{dinosaurs.pk}/"' in text


def test_r12_10_a_hidden_book_is_not_there(client: Client, summer: ReadingList) -> None:
    hidden = for_children("ひみつ", "ヒミツ", hidden=True)
    summer.entries.create(bib=hidden)
    rebuild()
    assert page(client, f"/kids/bib/{hidden.pk}/", 404)
    for path in (f"/kids/lists/{summer.pk}/", f"/lists/{summer.pk}/", "/kids/search/?q=ヒミツ"):
        assert f"/bib/{hidden.pk}/" not in page(client, path)


def test_words_while_typing_are_of_childrens_books_and_carry_readings(client: Client) -> None:
    for_children("恐竜の本", "キョウリュウ ノ ホン")
    BibFactory(title="恐竜学", title_reading="キョウリュウガク")
    rebuild()
    response = client.get("/kids/suggest/", {"q": "きょうり"})
    assert "public" in response["Cache-Control"]
    (only,) = json.loads(response.content)["suggestions"]
    assert only["words"] == "恐竜の本"
    assert only["parts"] == [["恐竜", "きょうりゅう"], ["の", ""], ["本", "ほん"]]


def test_without_an_index_children_are_told_to_come_back(client: Client) -> None:
    assert "さがせないよ" in page(client, "/kids/search/?q=x", 503)
    assert page(client, "/kids/")
    assert json.loads(client.get("/kids/suggest/?q=x").content) == {"suggestions": []}


@pytest.mark.parametrize(
    "path", ["/kids/", "/kids/search/", "/kids/lists/{list}/", "/lists/{list}/"]
)
def test_twenty_books_ask_the_database_as_often_as_one(client: Client, path: str) -> None:
    made = ReadingList.objects.create(title="おすすめ", shows_from=date(2020, 1, 1))
    path = path.format(list=made.pk)

    def queries_with(number: int) -> int:
        for _ in range(number):
            bib = written_by(for_children("本", "ホン"), "秋川", "アキカワ")
            CopyFactory(bib=bib, times_lent=3, accepted_on=date(2026, 1, 1))
            made.entries.create(bib=bib)
        rebuild()
        page(client, path)
        with CaptureQueriesContext(connection) as queries:
            page(client, path)
        return len(queries)

    assert queries_with(1) == queries_with(19)


# --- Lists that staff make ------------------------------------------------------------------------


def test_a_list_is_on_the_pages_for_its_days(client: Client, summer: ReadingList) -> None:
    ReadingList.objects.update(
        shows_from=date(2026, 7, 1), shows_until=date(2026, 8, 31), on_home=True
    )
    days = {"2026-06-30": False, "2026-07-01": True, "2026-08-31": True, "2026-09-01": False}
    seen = {day: ReadingList.objects.on_display(tokyo(day)).exists() for day in days}
    assert seen == days
    assert ReadingList.objects.begun(tokyo("2027-01-01")).exists()


def test_it_stands_on_both_homes_and_without_its_signs_for_grown_ups(
    client: Client, summer: ReadingList
) -> None:
    assert "なつやす" in page(client, "/kids/")
    assert f"/lists/{summer.pk}/" not in page(client, "/")
    ReadingList.objects.update(on_home=True)
    assert f'<a href="/lists/{summer.pk}/">夏休みのおすすめ</a>' in page(client, "/")
    text = page(client, f"/lists/{summer.pk}/")
    assert "<h1>夏休みのおすすめ</h1>" in text
    assert "大きい!" in text
    assert f'href="/kids/lists/{summer.pk}/"' in text
    ReadingList.objects.update(audience="adult")
    assert "なつやす" not in page(client, "/kids/")


def test_before_its_first_day_only_staff_see_it(
    client: Client, counter_client: Client, summer: ReadingList
) -> None:
    ReadingList.objects.update(shows_from=date(2999, 1, 1))
    for path in (f"/kids/lists/{summer.pk}/", f"/lists/{summer.pk}/"):
        page(client, path, 404)
        page(counter_client, path)


def test_staff_make_a_list_in_the_admin(counter_client: Client, dinosaurs: Bib) -> None:
    response = counter_client.post(
        "/admin/catalog/readinglist/add/",
        {
            "title": "冬休《ふゆやす》み<b>", "text": "", "audience": "child",
            "shows_from": "2026-12-20", "shows_until": "",
            "entries-TOTAL_FORMS": "1", "entries-INITIAL_FORMS": "0",
            "entries-0-bib": dinosaurs.pk, "entries-0-position": "1", "entries-0-comment": "",
        },
    )  # fmt: skip
    assert response.status_code == 302
    made = ReadingList.objects.get()
    assert [entry.bib for entry in made.entries.all()] == [dinosaurs]
    text = counter_client.get(f"/kids/lists/{made.pk}/").content.decode()
    assert '<rt aria-hidden="true">ふゆやす</rt>' in text
    assert "&lt;b&gt;" in text


def test_a_list_names_a_bib_once_and_ends_after_it_begins(summer: ReadingList, dinosaurs) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ReadingListEntry.objects.create(list=summer, bib=dinosaurs)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReadingList.objects.update(shows_until=summer.shows_from - timedelta(days=1))


def test_r11_what_is_open_today_is_told_in_childrens_words() -> None:
    branches = list(Branch.objects.all())
    said = {
        clock: re.sub("<[^>]*>", "", today(branches, at=tokyo("2026-11-25", clock))[0].words)
        for clock in ("09:00", "12:00", "21:00")
    }
    assert said["09:00"] == "10:00に あくよ"
    assert said["12:00"] == "20:00まで あいているよ"
    assert "しまったよ" in said["21:00"]
    assert "休み" in today(branches, at=tokyo("2026-11-27", "12:00"))[0].words
