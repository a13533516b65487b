"""What was typed is marked where it stands: in any spelling, and where only the reading has it."""

import pytest

from catalog.display.highlighting import Highlighter, marked
from catalog.search import Clause, SearchRequest


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("細雪", "細雪", "<mark>細雪</mark>"),
        ("澤田家の人びと", "沢田", "<mark>澤田</mark>家の人びと"),
        ("ヴァイオリン入門", "バイオリン", "<mark>ヴァイオリン</mark>入門"),
        ("コンピューター入門", "コンピュータ", "<mark>コンピューター</mark>入門"),
        ("ｶﾞﾗｽの城", "がらす", "<mark>ｶﾞﾗｽ</mark>の城"),
        ("人々の本", "人人", "<mark>人々</mark>の本"),
        ("東京20２0", "2020", "東京<mark>20２0</mark>"),
        ("村上 春樹の本", "村上春樹", "<mark>村上 春樹</mark>の本"),
        ("Start art", "art", "Start <mark>art</mark>"),
        ("シェイクスピアの郷里", "シェークスピヤ", "<mark>シェイクスピア</mark>の郷里"),
        ("ゲーテとの対話", "ゲエテ", "<mark>ゲーテ</mark>との対話"),
        ("ビルの管理", "ビール", "ビルの管理"),
        ("<b>本</b>", "本", "&lt;b&gt;<mark>本</mark>&lt;/b&gt;"),
    ],
)
def test_a_word_is_marked_in_whatever_spelling_it_stands(text, word, expected):
    assert marked(text, [word]) == expected


@pytest.mark.parametrize(
    ("text", "reading", "word", "expected"),
    [
        ("銀河鉄道の夜", "ギンガ テツドウ ノ ヨル", "てつどう", "<mark>銀河鉄道</mark>の夜"),
        ("銀河鉄道の夜", "ギンガ テツドウ ノ ヨル", "よる", "銀河鉄道の<mark>夜</mark>"),
        ("図書館のしごと", "トショカン ノ シゴト", "tosyokan", "<mark>図書館</mark>のしごと"),
        ("吾輩は猫", "ワガハイ ワ ネコ", "わがはいはねこ", "<mark>吾輩は猫</mark>"),
        ("鬼滅の刃", "キメツ ノ ヤイバ", "鬼めつの刃", "<mark>鬼</mark>滅の<mark>刃</mark>"),
        ("鬼の刃", "オニ ノ ハ", "鬼めつの刃", "鬼の刃"),
        ("夏目金之助", "ナツメ ソウセキ", "そうせき", "<mark>夏目金之助</mark>"),
    ],
)
def test_the_part_that_is_read_so_is_marked(text, reading, word, expected):
    assert marked(text, [word], [reading]) == expected


def test_what_cannot_be_told_apart_is_marked_as_a_whole():
    assert marked("本日は", ["ほし"], ["キョウ ワ ホシ"]) == "<mark>本日は</mark>"


def test_each_word_is_marked_where_its_field_is_shown():
    row = Clause("title", "星", "starts")
    marks = Highlighter(
        SearchRequest(q="本", author="春樹", clauses=(row, Clause("all", "夜", joint="not")))
    )
    assert marks.title("星の本 春樹 夜") == "<mark>星</mark>の<mark>本</mark> 春樹 夜"
    assert marks.name("村上春樹") == "村上<mark>春樹</mark>"


@pytest.mark.parametrize(
    "text", ["", "\x00", "ー" * 500, "のあ" * 500, "\ud800", "々", "゛゜", "😀" * 300]
)
def test_any_text_can_be_shown(text):
    for word in ("の", "ーー", "\ud800", "々", "a", "😀", "ノア" * 90):
        plain = marked(text, [word], [text]).replace("<mark>", "").replace("</mark>", "")
        assert plain == text


def test_aligning_a_long_reading_takes_no_time():
    text = "あの" + "山の川の" * 3
    assert marked(text, ["まつ"], ["ノ" * 55 + "マツ"]) == f"<mark>{text}</mark>"
