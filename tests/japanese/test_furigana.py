"""Readings above the words: cut where the record makes it certain, safe, and right with marks."""

import re
from collections.abc import Iterator

import pytest

from catalog.display.highlighting import Highlighter
from catalog.search import SearchRequest
from japanese import furigana
from japanese.furigana import parts, with_reading


@pytest.fixture
def on_the_page() -> Iterator[None]:
    token = furigana.show(True)
    yield
    furigana.as_before(token)


def laid(text: str, reading: str) -> list[tuple[str, str]]:
    found = parts(text, reading)
    assert "".join(text[part.first : part.last] for part in found) == text
    return [(text[part.first : part.last], part.reading) for part in found if part.reading]


@pytest.mark.parametrize(
    ("text", "reading", "above"),
    [
        ("吾輩は猫である", "ワガハイ ワ ネコ デ アル", [("吾輩", "わがはい"), ("猫", "ねこ")]),
        ("スーホの白い馬", "スーホ ノ シロイ ウマ", [("白", "しろ"), ("馬", "うま")]),
        ("三びきのやぎ", "サンビキ ノ ヤギ", [("三", "さん")]),
        ("母をたずねて", "ハハ オ タズネテ", [("母", "はは")]),
        ("宇宙への鍵", "ウチュウ エノ カギ", [("宇宙", "うちゅう"), ("鍵", "かぎ")]),
        ("東京・京都", "トウキョウ キョウト", [("東京", "とうきょう"), ("京都", "きょうと")]),
        ("魔女さんが通る!!", "マジョサン ガ トオル", [("魔女", "まじょ"), ("通", "とお")]),
        ("100万回生きたねこ", "ヒャクマンカイ イキタ ネコ", [("100万回生", "ひゃくまんかい い")]),
        ("都会のトム&ソーヤ", "トカイ ノ トム アンド ソーヤ", [("都会", "とかい")]),
        ("コンピュータの話", "コンピューター ノ ハナシ", [("話", "はなし")]),
        ("一ヶ月", "イッカゲツ", [("一ヶ月", "いっかげつ")]),
        ("夏目金之助", "ナツメ, キンノスケ", [("夏目金之助", "なつめ きんのすけ")]),
        ("𠮷田", "ヨシダ", [("𠮷田", "よしだ")]),
        ("こころ", "ココロ", []),
        ("The Snowy Day", "ザ スノウイー デイ", []),
        ("門", "", []),
        # Two ways of laying it: 子 and 小 cannot be told apart, so they are read together.
        ("小の子", "コノノコ", [("小の子", "こののこ")]),
        # The reading is of something else: it stands above the whole.
        ("題名", "ベツノ ヨミ デ ナガスギル", [("題名", "べつの よみ で ながすぎる")]),
    ],
)  # fmt: skip
def test_a_reading_stands_above_the_kanji_it_belongs_to(
    text: str, reading: str, above: list[tuple[str, str]]
) -> None:
    assert laid(text, reading) == above


def test_blanks_of_the_record_tell_where_a_word_begins() -> None:
    assert laid("小の子", "コ ノ ノコ") == [("小", "こ"), ("子", "のこ")]


def test_whoever_does_not_choose_readings_gets_none() -> None:
    assert with_reading("吾輩は<猫>", "ワガハイ ワ ネコ") == "吾輩は&lt;猫&gt;"


def test_base_and_reading_are_escaped(on_the_page) -> None:
    text = with_reading("<山>&", "ヤマ<b>&")
    assert set(re.findall("<[^>]*>", text)) == set(
        re.findall("<[^>]*>", with_reading("山", "ヤマ"))
    )
    assert "&lt;" in text


def test_a_reading_is_for_the_eye_alone(on_the_page) -> None:
    assert with_reading("山の本", "ヤマ ノ ホン") == (
        '<ruby>山<rp>(</rp><rt aria-hidden="true">やま</rt><rp>)</rp></ruby>の'
        '<ruby>本<rp>(</rp><rt aria-hidden="true">ほん</rt><rp>)</rp></ruby>'
    )


def test_a_reading_that_no_line_has_room_for_stands_behind(on_the_page) -> None:
    text = with_reading("社会科学方法論序説研究資料集成補遺", "シャカイ カガク")
    assert "<ruby>" not in text
    assert text.endswith("(しゃかい かがく)</small>")


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("猫", "は<ruby><mark>猫</mark><rp>"),
        ("吾輩は猫", "<ruby><mark>吾輩</mark><rp>(</rp>"),
        ("輩は", "<ruby>吾<mark>輩</mark><rp>"),
        ("わがはい", "<ruby><mark>吾輩</mark><rp>"),
        ("neko", "は<ruby><mark>猫</mark><rp>"),
    ],
)
def test_what_was_looked_for_is_marked_below_its_reading(
    on_the_page, typed: str, marked: str
) -> None:
    text = Highlighter(SearchRequest(q=typed)).title("吾輩は猫である", "ワガハイ ワ ネコ デ アル")
    assert marked in text
    assert text.count("<rt") == 2


def test_a_long_title_full_of_kana_is_laid_quickly_or_not_at_all(on_the_page) -> None:
    assert with_reading("山の" * 99, "ヤマノ" * 66).count("<ruby>") <= 99
    assert with_reading("山の" * 5_000, "ヤマノ" * 5_000) == "山の" * 5_000
