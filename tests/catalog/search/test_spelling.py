"""What a search that finds nothing may have meant."""

import pytest

from catalog.indexing import morphemes
from catalog.indexing.bib_source import BibSource, Person
from catalog.search import did_you_mean
from catalog.search.spelling.did_you_mean import correction_of
from catalog.search.spelling.edit_distance import closest_part

BOOKS = [
    BibSource(1, "吾輩は猫である", title_reading="ワガハイ ワ ネコ デ アル",
        people=[Person("夏目漱石", "ナツメ ソウセキ")]),
    BibSource(2, "銀河鉄道の夜", title_reading="ギンガ テツドウ ノ ヨル",
        people=[Person("宮沢賢治", "ミヤザワ ケンジ")]),
    BibSource(3, "飛行機の歴史", title_reading="ヒコウキ ノ レキシ",
        people=[Person("村上春樹", "ムラカミ ハルキ")]),
    BibSource(4, "The Very Hungry Caterpillar", people=[Person("Carle, Eric", "カール エリック")]),
    BibSource(5, "ONE PIECE", title_reading="ワン ピース", series="かいけつゾロリ",
        series_reading="カイケツ ゾロリ"),
    BibSource(6, "羅生門", title_reading="ラショウモン"),
    BibSource(7, "写生文", title_reading="シャセイブン"),
    BibSource(9, "鬼滅の刃", title_reading="キメツ ノ ヤイバ",
        people=[Person("ユゴー, ヴィクトル", "ユゴー, ヴィクトル", "Hugo, Victor")]),
    BibSource(10, "大学の数学入門", title_reading="ダイガク ノ スウガク ニュウモン"),
    BibSource(11, "劇場のひと", title_reading="ゲキジョウ ノ ヒト", people=[Person("五味太郎")]),
    BibSource(12, "火花", title_reading="ヒバナ", people=[Person("相原茂")]),
    BibSource(13, "思考の整理学", people=[Person("太宰治", "ダザイ オサム")]),
    BibSource(14, "ぐりとぐら", title_reading="グリ ト グラ",
        people=[Person("フィリップ・K・ディック")]),
    BibSource(8, "セロ弾きのゴーシュ", title_reading="セロヒキ ノ ゴーシュ",
        people=[Person("ゴーシャミ, ジョエ")]),
]  # fmt: skip


@pytest.fixture
def books(shelf) -> None:
    shelf(*BOOKS)


@pytest.mark.parametrize(
    ("typed", "words_meant"),
    [
        ("吾輩は描である", "吾輩は猫である"),
        ("わがはいわねこてある", "吾輩は猫である"),
        ("銀河鉄道の夢", "銀河鉄道の夜"),
        ("ぎんがてっどうのよろ", "銀河鉄道の夜"),
        ("銀鉄河道の夜", "銀河鉄道の夜"),
        ("夏目草石", "夏目漱石"),
        ("漱右", "夏目漱石"),
        ("むらかみはるぎ", "村上春樹"),
        ("murakani haruki", "murakami haruki"),
        ("caterpiller", "caterpillar"),
        ("かいけつゾロソ", "かいけつゾロリ"),
        ("飛行期", "飛行機"),
        ("わがはいはねこでるある", "吾輩は猫である"),
        ("羅生文", "羅生門"),
        ("ゴーシェ", "ゴーシュ"),
        ("鬼めつの刃", "鬼滅の刃"),
        ("鬼滅のやいば", "鬼滅の刃"),
        ("大宰治", "太宰治"),
        ("ビクトロル", "ユゴー, ヴィクトル"),
        ("murakemi", "murakami"),
    ],
)
def test_a_slip_of_the_finger_is_mended(books, typed, words_meant):
    assert did_you_mean(typed) == words_meant


@pytest.mark.skipif(not morphemes.known(), reason="words are known by the dictionary")
@pytest.mark.parametrize(
    ("typed", "is_certain"),
    [("吾輩は描である", True), ("吾輩は犬である", False), ("銀河鉄導の夜", True)],
)
def test_another_word_is_offered_and_not_shown_at_once(books, typed, is_certain):
    found = correction_of(typed)
    assert found is not None
    assert found.is_certain == is_certain


@pytest.mark.skipif(not morphemes.known(), reason="readings of kanji need the dictionary")
@pytest.mark.parametrize(
    ("typed", "words_meant"),
    [("宮沢健二", "宮沢賢治"), ("非行機", "飛行機"), ("村上晴気", "村上春樹")],
)
def test_a_wrong_conversion_is_read_as_the_right_one(books, typed, words_meant):
    assert did_you_mean(typed) == words_meant


@pytest.mark.skipif(not morphemes.known(), reason="words are told by the dictionary")
@pytest.mark.parametrize("typed", ["火山", "相続", "年金"])
def test_what_the_dictionary_has_as_a_word_is_no_slip_of_another(books, typed):
    assert did_you_mean(typed) is None


def test_words_that_are_found_stay_as_they_are(books):
    assert did_you_mean("宮沢賢治 銀河鉄堂") == "宮沢賢治 銀河鉄道"


@pytest.mark.parametrize(
    "typed",
    ["吾輩は猫である", "飛行機 猫", "机上", "俳句入門", "桃太郎", "心理学",
     "グリム", "イソップ", "相対性理論", "", "ぬぬぬぬぬ", "qqqq", "ぬ", "zz", "*?:", "\x00",
     "🍎🍎🍎", "あ" * 200, "一" * 200, "猫 " * 60, "\ud800"],
)  # fmt: skip
def test_where_nothing_better_is_known_nothing_is_said(books, typed):
    assert did_you_mean(typed) is None


@pytest.mark.parametrize(
    ("typed", "text", "found"),
    [
        ("アイウ", "アイウ", (0, 0, 3)),
        ("アエウ", "カアイウキ", (1, 1, 4)),
        ("アイウ", "カアウ", (1, 1, 3)),
        ("アイウ", "アイエウ", (1, 0, 4)),
        ("アイウエ", "カアウイエ", (1, 1, 5)),
        ("ア", "", (1, 0, 0)),
    ],
)
def test_letters_wrong_missing_too_many_or_exchanged_are_one_difference(typed, text, found):
    assert closest_part(typed, text) == found
