"""Help: every topic says what is true, in the numbers of the policy, and is found."""

import html
import re
from copy import deepcopy
from datetime import time, timedelta
from pathlib import Path

import pytest
from django.test import Client

from akiruno_library import policy
from catalog.help.topic_search import found
from catalog.help.topics import TOPICS
from catalog.models import Branch, MaterialType
from reservations.models import State
from reservations.obstacles import CARD_EXPIRED, PREDECESSOR, STOPPED, SUSPENDED
from tests.factories import a_terminal

pytestmark = pytest.mark.django_db
SOURCES = Path(__file__).parents[2] / "templates/catalog/help"
KANJI = re.compile("[\u3400-\u9fff々〆]+")
JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]+")


def page(client: Client, slug: str) -> str:
    return html.unescape(client.get(f"/help/{slug}/").content.decode())


def article(client: Client, slug: str) -> str:
    return page(client, slug).split("<article", 1)[1].split("</article>")[0]


def test_every_topic_renders_without_a_misspelt_name_and_leads_only_where_something_is(
    client: Client, settings
) -> None:
    settings.TEMPLATES = deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "MISSPELT"
    leads_to = set()
    for slug in TOPICS:
        response = client.get(f"/help/{slug}/")
        text = response.content.decode()
        assert response.status_code == 200
        assert "MISSPELT" not in text, slug
        assert not response.cookies, slug
        leads_to |= set(re.findall(r'href="(/[^"#?]*)', text))
    with_pages = {path for path in leads_to if not path.startswith("/static/")}
    assert {f"/help/{slug}/" for slug in TOPICS} <= with_pages | {"/help/easy-search/"}
    assert [path for path in sorted(with_pages) if client.get(path).status_code == 404] == []


def test_the_index_leads_to_every_topic(client: Client) -> None:
    text = client.get("/help/").content.decode()
    assert [slug for slug in TOPICS if f'href="/help/{slug}/"' not in text] == []


def test_every_topic_is_led_to_from_where_its_question_arises() -> None:
    """From a page of the portal itself; the footer leads to what stands beside the portal."""
    beside = {"accessibility-results", *(slug for slug in TOPICS if slug.startswith("easy-"))}
    pages = [p for p in SOURCES.parents[1].rglob("*.html") if SOURCES not in p.parents]
    linked = "".join(path.read_text() for path in pages)
    without = [
        slug
        for slug in TOPICS
        if slug not in beside
        and not re.search(f"""topic=.{slug}["']|help:topic' '{slug}'""", linked)
    ]
    assert without == []


def test_a_topic_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get("/help/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("slug", "name", "value", "said"),
    [
        ("register", "PASSWORD_MIN_LENGTH", 9, "9文字以上"),
        ("register", "CLOSED_AFTER_FACTS", timedelta(hours=50), "50時間"),
        ("forgotten", "RESET_LINK_VALID", timedelta(minutes=25), "25分のうちに"),
        ("card", "CARD_VALID_YEARS", 4, "有効期限は4年"),
        ("reserve", "RESERVATION_LIMIT", 17, "一度に17件まで"),
        ("reserve", "AUDIOVISUAL_RESERVATION_LIMIT", 6, "視聴覚資料は6件まで"),
        ("order", "SEQUENCE_PATIENCE", timedelta(days=33), "33日お待ちになると"),
        ("skip", "SUSPENSION_LONGEST", timedelta(days=730), "2年まで"),
        ("status", "CLOSED_RESERVATION_VISIBLE", timedelta(days=8), "8日間「キャンセル履歴"),
        ("pickup", "HOLD_SHELF_DAYS", 11, "用意ができた日から11日"),
        ("mail", "CONFIRMATION_VALID", timedelta(days=5), "5日のうちに"),
        ("newsletter", "DUE_SOON", timedelta(days=4), "返却期限の4日前"),
        ("status", "CLOSED_RESERVATION_VISIBLE", timedelta(days=14), "キャンセル履歴(2週間)"),
        ("renew", "RENEWALS", 2, "延長は2回だけ"),
        ("easy-renew", "RENEWALS", 2, "2<ruby>回"),
        ("english", "RENEWALS", 2, "can be renewed twice"),
        ("lend-limits", "RENEWALS", 2, "2回だけ"),
        ("newsletter", "NEWSLETTER_AT", time(16), "毎週土曜日の午後4時に"),
        ("newsletter", "NEWSLETTER_WEEKDAY", 6, "毎週日曜日の午後3時30分に"),
        ("newsletter", "MORNING_MAILS_AT", time(8, 15), "3日前の午前8時15分に"),
        ("reserve", "SCHOOL_YEAR_STARTS", (9, 1), "中学1年生になる9月1日から"),
        ("favourites", "FAVOURITE_LISTS", 7, "リストは7つまで"),
        ("children", "CHILDREN_UNDER", 16, "16歳になる前"),
        ("terminals", "TERMINAL_SESSION_EXPIRY", timedelta(seconds=55), "55秒"),
        ("privacy", "MAIL_KEPT", timedelta(days=45), "45日。本文"),
        ("privacy", "VISITS_KEPT", timedelta(days=29), "29日"),
        ("accessibility", "SESSION_EXPIRY", timedelta(minutes=31), "31分"),
        ("easy-password", "PASSWORD_MIN_LENGTH", 9, "9<ruby>文字"),
        ("easy-reserve", "HOLD_SHELF_DAYS", 11, "11<ruby>日"),
        ("english", "RESERVATION_LIMIT", 17, "17 reservations at once"),
    ],
)
def test_the_numbers_of_the_rules_come_from_the_policy(
    client: Client, monkeypatch, slug: str, name: str, value: object, said: str
) -> None:
    assert said not in page(client, slug)
    monkeypatch.setattr(policy, name, value)
    assert said in page(client, slug)


def test_r4_1_loan_periods_are_those_of_the_material_types(client: Client) -> None:
    MaterialType.objects.filter(code="book").update(loan_days=19)
    rows = re.findall(r"<tr><th scope=\"row\".*?</tr>", page(client, "lend-limits"))
    assert any(">図書<" in row and ">19日<" in row for row in rows)
    audio = MaterialType.objects.filter(medium=MaterialType.Medium.AUDIO).first()
    assert audio
    (row,) = [row for row in rows if audio.name in row]
    assert f">{audio.loan_days}日<" in row
    assert f"あわせて{audio.loan_limit}点まで" in row


def test_r5_13_each_word_of_state_is_explained_as_the_list_explains_it(client: Client) -> None:
    text = article(client, "status")
    words = [state.label for state in State] + [
        each.status for each in (PREDECESSOR, SUSPENDED, CARD_EXPIRED, STOPPED)
    ]
    assert [word for word in words if f"<dt>{word}</dt>" not in text] == []
    assert SUSPENDED.explained in text


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("パスワードを忘れた", "forgotten"),
        ("ﾊﾟｽﾜｰﾄﾞ 忘れ", "forgotten"),
        ("メールが来ない", "mail"),
        ("旅行に行く", "skip"),
        ("上巻から読みたい", "order"),
        ("取置中", "status"),
        ("カードをなくした", "card"),
        ("何冊まで借りられる", "lend-limits"),
        ("延長できない", "renew"),
        ("予約 キャンセル", "pickup"),
        ("子ども 見守り", "children"),
        ("opac", "terminals"),
        ("以前の仕組みから引きついだ", "favourites"),
        ("個人情報", "privacy"),
        ("電話番号", "contact"),
        ("English", "english"),
    ],
)
def test_a_question_in_ones_own_words_finds_its_topic(question: str, slug: str) -> None:
    assert slug in [topic.slug for topic in found(question)][:3]


def test_what_only_mentions_a_word_in_passing_does_not_distract() -> None:
    assert [topic.slug for topic in found("メールが来ない")] == ["mail", "newsletter"]


def test_every_topic_is_found_by_its_title_and_by_each_of_its_words() -> None:
    for topic in TOPICS.values():
        assert topic in found(topic.title)[:2], topic.title
        for word in topic.words.split():
            assert topic in found(word), (topic.slug, word)


@pytest.mark.parametrize("question", ["", " ", "、。", "ゑゑゑゑ", "xyzzy", "\x00", "<zq>" * 900])
def test_what_is_no_question_gets_a_page_all_the_same(client: Client, question: str) -> None:
    response = client.get("/help/", {"q": question})
    assert response.status_code == 200
    assert not response.context["found"]
    assert b"<zq>" not in response.content


def test_r8_2_a_terminal_shows_telephone_numbers_without_leading_to_them(client: Client) -> None:
    Branch.objects.filter(code="chuo").update(telephone="042-000-1111")
    assert 'href="tel:042-000-1111"' in page(client, "contact")
    there = page(a_terminal(), "contact")
    assert "042-000-1111" in there
    assert "tel:" not in there


@pytest.mark.parametrize("slug", [slug for slug in TOPICS if slug.startswith("easy")])
def test_in_easy_japanese_every_kanji_carries_its_reading(client: Client, slug: str) -> None:
    text = article(client, slug) + page(client, slug).split("</article>")[1].split("</nav>")[0]
    without = re.sub(r"<ruby>.*?</ruby>|<[^>]*>", "", text)
    assert KANJI.findall(without) == []
    assert "《" not in text


def test_in_the_english_guide_japanese_words_are_marked_as_such(client: Client) -> None:
    text = article(client, "english")
    assert text.startswith(' class="help" lang="en"')
    without = re.sub(r'<(\w+)[^>]* lang="ja"[^>]*>.*?</\1>', "", text)
    assert JAPANESE.findall(re.sub(r"<[^>]*>", "", without)) == []


def test_home_tells_who_is_not_logged_in_how_to_get_a_password(
    client: Client, at_home: Client
) -> None:
    words, lead = "パスワードをお持ちでない方へ", 'href="/help/register/"'
    nobody, patron = (one.get("/").content.decode() for one in (client, at_home))
    assert words in nobody
    assert lead in nobody
    assert words not in patron
