"""Kana as they were written once."""

import pytest

from catalog.indexing.bib_source import BibSource
from catalog.search import SearchRequest, search
from japanese.normalise import compact
from japanese.old_kana import as_spelt_today


@pytest.mark.parametrize(
    ("then", "today"),
    [
        ("てふてふ", "ちょうちょう"),
        ("けふ", "きょう"),
        ("かうしやう", "こうしょう"),
        ("ちひさい", "ちいさい"),
        ("かはばた", "かわばた"),
        ("いうびん", "ゆうびん"),
        ("しうかん", "しゅうかん"),
        ("くわし", "かし"),
        ("えうちゑん", "ようちえん"),
        ("けんぱふ", "けんぽう"),
        ("思ひ出", "思い出"),
        ("言ふ", "言う"),
        ("はは", "はわ"),
        ("さくら", "さくら"),
        ("本", "本"),
        ("", ""),
    ],
)
def test_the_kana_of_old_are_spelt_as_today(then, today):
    assert as_spelt_today(compact(then)) == compact(today)


@pytest.mark.parametrize(
    ("typed", "first"), [("てふてふ", 1), ("思ひ出の蝶", 2), ("わ が は い は ね こ", 3)]
)
def test_they_find_what_is_written_as_today(shelf, typed, first):
    shelf(
        BibSource(1, "蝶々", title_reading="チョウチョウ"),
        BibSource(2, "思い出の蝶"),
        BibSource(3, "吾輩は猫である", title_reading="ワガハイ ワ ネコ デ アル"),
    )
    assert search(SearchRequest(q=typed)).ids[0] == first
