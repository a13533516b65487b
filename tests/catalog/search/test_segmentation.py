"""What was typed in one go is told apart into words, where it stands nowhere as it is."""

import pytest

from catalog.indexing import morphemes
from catalog.indexing.bib_source import BibSource, Person
from catalog.search import SearchRequest, search, segment


@pytest.fixture
def books(shelf) -> None:
    shelf(
        BibSource(1, "吾輩は猫である", title_reading="ワガハイ ワ ネコ デ アル",
            people=[Person("夏目漱石", "ナツメ ソウセキ")], branches=("chuo",)),
        BibSource(2, "こころ", people=[Person("夏目漱石", "ナツメ ソウセキ")]),
        BibSource(3, "図書館のしごと", title_reading="トショカン ノ シゴト"),
        BibSource(4, "昆虫", subjects=["図鑑"]),
        BibSource(5, "文藝春秋", volume="2026年12月号", material="magazine"),
        BibSource(6, "猫", people=[Person("村上春樹")]),
    )  # fmt: skip


needs_words = pytest.mark.skipif(not morphemes.known(), reason="words are told by the dictionary")


@needs_words
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("夏目漱石の猫の本", [1]),
        ("夏目漱石こころ", [2]),
        ("漱石が書いた猫の小説", [1]),
        ("図書館についての本", [3]),
        ("図書館に関する資料", [3]),
        ("昆虫図鑑", [4]),
        ("文藝春秋12月", [5]),
    ],
)
def test_the_words_may_stand_anywhere(books, typed, found):
    answer = search(SearchRequest(q=typed))
    assert answer.ids == found
    assert answer.searched_words


@pytest.mark.parametrize("typed", ["鬼めつの刃", "鬼滅のやいば", "猫である刃"])
def test_half_of_it_may_be_how_the_rest_is_read(shelf, typed):
    shelf(
        BibSource(1, "鬼滅の刃", title_reading="キメツ ノ ヤイバ"),
        BibSource(2, "鬼の刃", title_reading="オニ ノ ハ"),
    )
    answer = search(SearchRequest(q=typed))
    assert answer.ids == ([1] if "猫" not in typed else [])
    assert not answer.searched_words


def test_without_a_dictionary_the_scripts_tell_words_apart(monkeypatch):
    monkeypatch.setattr(morphemes, "known", lambda: False)
    assert segment("夏目漱石ノルウェイの森") == ["夏目漱石", "ノルウェイ", "森"]


@pytest.mark.parametrize("typed", ["夏目漱石", "猫である", "こころ", "漱石 猫"])
def test_what_stands_somewhere_is_looked_for_as_it_is(books, typed):
    answer = search(SearchRequest(q=typed))
    assert answer.total
    assert not answer.searched_words


def test_a_filter_that_leaves_nothing_changes_no_word(books):
    assert search(SearchRequest(q="猫である", branches=("el",))).total == 0


@needs_words
def test_what_is_told_apart_can_be_narrowed(books):
    assert search(SearchRequest(q="夏目漱石の猫の本", branches=("chuo",))).ids == [1]
    assert search(SearchRequest(q="夏目漱石の猫の本", branches=("el",))).ids == []


@pytest.mark.parametrize(
    "typed",
    ["", "ぬるぽがっ", "らしょうもんん", "qqqq", "の", "本", "泣ける話", "*?:", "\x00", "一" * 200,
     "猫 " * 60,
     "\ud800"],
)  # fmt: skip
def test_where_nothing_tells_anything_nothing_is_found(books, typed):
    answer = search(SearchRequest(q=typed))
    assert not (answer.searched_words and answer.total)


def test_letters_and_figures_are_segments_of_their_own(shelf):
    shelf(BibSource(1, "NO.6"))
    assert search(SearchRequest(q="no6")).ids == [1]
