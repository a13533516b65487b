"""What is offered while a reader is still typing."""

from decimal import Decimal

import pytest

from akiruno_library import policy
from catalog.indexing.bib_source import BibSource, Person
from catalog.refusals import SearchUnavailable
from catalog.search import Suggestion, suggest

SOSEKI = Person("夏目漱石", "ナツメ ソウセキ", "Natsume, Soseki", ["夏目金之助"])
IPPEI = Person("岡本一平", "オカモト イッペイ")
HARUKI = Person("村上春樹", "ムラカミ ハルキ")
CAT = BibSource(
    1, "吾輩は猫である", title_reading="ワガハイ ワ ネコ デ アル", people=[SOSEKI, IPPEI],
    series="多摩文庫", series_reading="タマ ブンコ",
)  # fmt: skip
WOOD = BibSource(2, "ノルウェイの森", title_reading="ノルウェイ ノ モリ", people=[HARUKI])
SEA = BibSource(3, "海辺のカフカ", title_reading="ウミベ ノ カフカ", people=[HARUKI])
ALBUM = BibSource(4, "1Q84", title_reading="イチ キュウ ハチ ヨン", people=[HARUKI])
CATERPILLAR = BibSource(5, "The Very Hungry Caterpillar", people=[Person("Carle, Eric")])


def words(typed: str, kind: str | None = None) -> list[str]:
    return [one.words for one in suggest(typed) if kind in (None, one.kind)]


@pytest.mark.parametrize(
    "typed",
    ["わ", "わが", "わがはいは", "ワガハイワ", "ﾜｶﾞﾊｲ", "わがはいはn", "わがはいｈ", "吾", "吾輩",
     "吾輩はねこ", "wagahai", "waga", "ｗａｇａ", "猫である", "わがはい ねこ", " 吾輩　猫 "],
)  # fmt: skip
def test_a_title_is_offered_however_far_it_is_typed_and_converted(shelf, typed):
    shelf(CAT, WOOD, SEA)
    assert words(typed, "title") == ["吾輩は猫である"]


@pytest.mark.parametrize(
    "typed", ["村上", "村上春", "むらか", "むらかm", "ムラカミ", "村上はる", "村上 はる", "はるき",
              "murakami", "mura", "murakamih", "haruki", "murakami har"],
)  # fmt: skip
def test_an_author_is_offered_however_the_name_is_typed(shelf, typed):
    shelf(CAT, WOOD, SEA)
    assert words(typed, "author") == ["村上春樹"]


@pytest.mark.parametrize("typed", ["1", "1q", "1Q8", "１Ｑ８４"])
def test_a_title_of_latin_letters_and_figures_is_offered_letter_by_letter(shelf, typed):
    shelf(CAT, ALBUM)
    assert words(typed, "title") == ["1Q84"]


@pytest.mark.parametrize("typed", ["the v", "hungry cat", "Hung", "caterpilla"])
def test_an_english_title_is_offered_by_any_of_its_words(shelf, typed):
    shelf(CAT, CATERPILLAR)
    assert words(typed, "title") == ["The Very Hungry Caterpillar"]


def test_a_series_is_offered(shelf):
    shelf(CAT, WOOD)
    assert suggest("たまぶ") == [Suggestion("多摩文庫", "series")]


def test_who_shares_a_book_with_the_author_meant_is_not_offered(shelf):
    shelf(CAT)
    assert words("なつめ", "author") == ["夏目漱石"]
    assert words("いっぺい", "author") == ["岡本一平"]


def test_another_name_offers_the_name_the_catalogue_uses(shelf):
    shelf(CAT)
    assert words("夏目金", "author") == ["夏目漱石"]


def test_kana_in_the_middle_of_a_name_offer_nobody(shelf):
    shelf(BibSource(1, "ももんちゃん", people=[Person("いわむらかずお", "イワムラ カズオ")]), WOOD)
    assert words("むらか", "author") == ["村上春樹"]


def test_what_begins_so_comes_before_what_contains_it_however_popular(shelf):
    shelf(
        BibSource(1, "東京都の歴史", times_lent=400),
        BibSource(2, "京都の歴史"),
        BibSource(3, "京都", times_lent=3),
    )
    assert words("京都") == ["京都", "京都の歴史", "東京都の歴史"]


def test_a_title_of_many_volumes_and_editions_is_offered_once(shelf):
    volumes = [
        BibSource(
            at, "鬼滅の刃", volume=str(at), volume_order=Decimal(at), volume_set=9, times_lent=100
        )
        for at in range(1, 150)
    ]
    shelf(
        *volumes,
        BibSource(500, "鬼滅の刃"),
        BibSource(501, "鬼滅の夜"),
        BibSource(502, "鬼滅 ノ刃"),
    )
    assert words("鬼滅") == ["鬼滅の刃", "鬼滅の夜"]


def test_a_title_is_not_offered_for_what_its_subtitle_holds(shelf):
    shelf(
        BibSource(1, "雨の心中", subtitle="太宰治の死"),
        BibSource(2, "人間太宰治"),
        BibSource(3, "太宰と人間"),
    )
    assert words("太宰", "title") == ["太宰と人間", "人間太宰治"]


def test_no_more_is_offered_than_a_phone_can_show(shelf):
    shelf(*(BibSource(at, f"猫の本 {at}", people=[Person(f"猫田 {at}")]) for at in range(1, 50)))
    found = suggest("猫")
    assert len(found) == policy.SUGGESTIONS
    assert {one.kind for one in found} == {"title", "author"}


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "*", "?:()", '"', "\x00", "\ud800", "🍎", "AND OR NOT", "ー", "々", "゛", "1" * 200,
     "あ" * 200, "本 " * 60, "+#", "'; --", "\u202e本", "a" * 199 + "!"],
)  # fmt: skip
def test_whatever_is_typed_is_answered(shelf, typed):
    shelf(CAT, WOOD, CATERPILLAR)
    assert isinstance(suggest(typed), list)


def test_odd_titles_are_offered_as_they_are(shelf):
    shelf(BibSource(1, "猫\ud800<b>\x1f{{", people=[Person("猫\x1f田")]))
    assert words("猫", "title") == ["猫<b>{{"]


def test_without_an_index_nothing_is_offered():
    with pytest.raises(SearchUnavailable):
        suggest("猫")
