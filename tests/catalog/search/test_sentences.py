"""A question is answered by most of its nouns; words of kind, audience and order are meaning."""

from pathlib import Path

import pytest

from catalog.indexing import morphemes
from catalog.indexing.bib_source import BibSource, Person
from catalog.search import Answer, SearchRequest, search
from catalog.search.sentences import read_sentence
from tests.catalog.search.conftest import shelve

pytestmark = pytest.mark.skipif(not morphemes.known(), reason="words are told by the dictionary")

BOOKS = [
    BibSource(1, "犬とくらす", subjects=["犬"], ndc="645.6", year=2001),
    BibSource(2, "ねこのおうち", "ネコ ノ オウチ", material="picture_book", audience="child"),
    BibSource(3, "ねこの医学", "ネコ ノ イガク", material="book", audience="adult"),
    BibSource(4, "図書館のしごと", subjects=["図書館"], year=1990),
    BibSource(5, "海の歴史", year=2010),
    BibSource(6, "夜の川", year=1999, people=[Person("山田花子")]),
    BibSource(7, "朝の川", year=2020, people=[Person("山田花子")]),
    BibSource(8, "京都を歩く", ndc="291.62"),
    BibSource(9, "京都の言葉", ndc="818"),
    BibSource(10, "川の図鑑", audience="child"),
]


@pytest.fixture(autouse=True)
def _library(settings, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path
    shelve(*BOOKS)


def ask(q: str, **parameters: object) -> Answer:
    return search(SearchRequest(q=q, **parameters))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("犬の飼い方を教えてください", 1),
        ("犬のしつけについて知りたい", 1),
        ("図書館の歴史が知りたい", 4),
        ("ねこが出てくる絵本", 2),
        ("山田花子の新しい本", 7),
        ("山田花子 最新作", 7),
        ("京都の旅行ガイド", 8),
        ("3歳児向け ねこ", 2),
        ("小学生向けの川の本", 10),
    ],
)
def test_a_question_finds_what_it_is_about(typed: str, first: int) -> None:
    assert ask(typed).ids[:1] == [first]


def test_the_page_can_say_what_was_searched() -> None:
    answer = ask("ねこが出てくる絵本")
    assert answer.ids == [2]
    assert (answer.searched_words, answer.meanings) == ("ねこ", ("絵本",))


def test_filters_stay_while_a_question_is_read() -> None:
    assert ask("ねこが出てくる絵本", materials=("book",)).total == 0
    assert ask("犬の飼い方を教えて", year_from=2002).total == 0


def test_an_order_that_the_reader_chose_stays() -> None:
    assert ask("山田花子の新しい本", sort="title").ids == [6, 7]


@pytest.mark.parametrize(
    "typed",
    ["象の飼い方を教えて", "火星の砂時計職人", "海の学校", "川と空のあいだの家", "夜の図書館戦記"],
)
def test_what_the_library_does_not_have_is_answered_with_nothing(typed: str) -> None:
    assert ask(typed).total == 0


def test_a_title_is_no_question() -> None:
    assert read_sentence("川と空のあいだの家") is None
    assert read_sentence("あ" * 200) is None


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("12", [1]), ("第十二巻", [1]), ("十二", [1]), ("2019", [2]), ("令和元年", [2]), ("'19", [2])],
)
def test_beside_a_word_a_number_may_be_of_the_series_or_a_year(
    settings, tmp_path: Path, typed: str, wanted: list[int]
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "another"
    shelve(
        BibSource(1, "川", series="夜明文庫", series_number="012", year=1960),
        BibSource(2, "海", series="夜明文庫", series_number="B-7", year=2019),
    )
    assert ask(f"夜明文庫 {typed}").ids == wanted


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("SPY×FAMILY", "spy x family"),
        ("SPY×FAMILY", "spyxfamily"),
        ("SPY×FAMILY", "spyfamily"),
        ("ハンター×ハンター", "ハンターxハンター"),
        ("ハンター×ハンター", "ハンターハンター"),
        ("るるぶ京都'25", "るるぶ京都 2025"),
        ("るるぶ京都 2025", "るるぶ京都'25"),
        ("แฮร์รี่ พอตเตอร์กับศิลาอาถรรพ์", "พอตเตอร์"),
        ("ຄວາມຮັກຂອງແມ່", "ຮັກ"),
        ("ទន្លេសាប", "សាប"),
        ("မြန်မာစာ", "မာစာ"),
        ("كِتَابُ الأَدَبِ", "كتاب الادب"),
        ("סֵפֶר", "ספר"),
        ("红楼梦", "紅樓夢"),
        ("臺灣的書店", "台湾的书店"),
    ],
)
def test_titles_of_many_scripts_are_found_as_they_are_typed(
    settings, tmp_path: Path, title: str, typed: str
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "another"
    shelve(BibSource(1, title), BibSource(2, "無関係"))
    assert ask(typed).ids == [1]


def test_a_word_of_the_same_meaning_is_found_after_the_typed_one(settings, tmp_path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "another"
    shelve(
        BibSource(1, "はじめての園芸"),
        BibSource(2, "ガーデニング入門"),
        BibSource(3, "本の庭", subjects=["園芸"]),
    )
    answer = ask("ガーデニング")
    assert answer.ids[0] == 2
    assert set(answer.ids) == {1, 2, 3}
    assert answer.has_synonyms
    assert ask("ガーデニング", as_typed=True).ids == [2]
