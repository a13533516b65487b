"""What a person types, and which bibs come back, in which order."""

from decimal import Decimal
from pathlib import Path

import pytest

from catalog.indexing.bib_source import BibSource, Person
from catalog.refusals import SearchUnavailable
from catalog.search import SearchRequest, index_state, search
from tests.catalog.search.conftest import shelve

SOSEKI = Person("夏目金之助", "ナツメ キンノスケ", other_names=["夏目漱石", "ナツメ ソウセキ"])
HARUKI = Person("村上春樹", "ムラカミ ハルキ")
KENJI = Person("宮沢 賢治", "みやざわ けんじ", "Miyazawa Kenji")

BOOKS = [
    BibSource(1, "京都", "キョウト"),
    BibSource(2, "京都の歴史", "キョウト ノ レキシ"),
    BibSource(3, "東京都の歴史", "トウキョウト ノ レキシ"),
    BibSource(4, "東京都", "トウキョウト", people=[Person("東京都", "トウキョウト")]),
    BibSource(5, "本", "ホン"),
    BibSource(6, "日本", "ニホン"),
    BibSource(7, "国語入門", "コクゴ ニュウモン"),
    BibSource(8, "中国語入門", "チュウゴクゴ ニュウモン"),
    BibSource(9, "大学", "ダイガク"),
    BibSource(10, "大学院", "ダイガクイン"),
    BibSource(11, "図書館", "トショカン"),
    BibSource(
        12, "澤田家の人びと", "サワダケ ノ ヒトビト", people=[Person("沢田一郎", "サワダ イチロウ")]
    ),
    BibSource(13, "髙島屋", "タカシマヤ"),
    BibSource(14, "ヴァイオリン入門", "ヴァイオリン ニュウモン"),
    BibSource(15, "吾輩は猫である", "ワガハイ ワ ネコ デ アル", people=[SOSEKI]),
    BibSource(16, "坊っちゃん", "ボッチャン", people=[SOSEKI]),
    BibSource(17, "コンピューター入門", "コンピュータ ニュウモン"),
    BibSource(18, "ノルウェイの森", "ノルウェイ ノ モリ", people=[HARUKI], isbns=["9784101001548"]),
    BibSource(19, "銀河鉄道の夜", "ぎんがてつどうのよる", people=[KENJI]),
    BibSource(20, "二〇二〇年のオリンピック", notes="東京2020"),
    BibSource(21, "こども百科", "コドモ ヒャッカ"),
    BibSource(22, "子ども図鑑", "コドモ ズカン"),
    BibSource(23, "子供の科学", "コドモ ノ カガク"),
    BibSource(24, "氷点", "ヒョウテン", volume="続", volume_order=Decimal(2), volume_set=9),
    BibSource(25, "氷点", "ヒョウテン", volume="正", volume_order=Decimal(1), volume_set=9),
    BibSource(
        26, "細雪", "ササメユキ", volume="下", volume_order=Decimal(3), volume_set=7, year=1948
    ),
    BibSource(
        27, "細雪", "ササメユキ", volume="上", volume_order=Decimal(1), volume_set=7, year=1946
    ),
    BibSource(
        28, "細雪", "ササメユキ", volume="中", volume_order=Decimal(2), volume_set=7, year=1947
    ),
    BibSource(29, "わがはいは猫のエッセイ", people=[Person("猫山ねこ", "ネコヤマ ネコ")]),
    BibSource(30, "C++プログラミング", language="eng", ndc="007.64", call_numbers=["007.6/シ/1"]),
    BibSource(31, "心", "こころ", contents="夏目漱石の心をよむ", publisher="岩波書店"),
]


@pytest.fixture(scope="module")
def shelved(index_of_the_module: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        from django.conf import settings

        patch.setattr(settings, "SEARCH_INDEX_DIR", index_of_the_module)
        shelve(*BOOKS)
    return index_of_the_module


@pytest.fixture(autouse=True)
def _library(settings, shelved: Path) -> None:
    settings.SEARCH_INDEX_DIR = shelved


@pytest.fixture
def another_library(settings, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path


def found(q: str = "", **parameters: object) -> list[int]:
    return search(SearchRequest(q=q, **parameters)).ids


@pytest.mark.parametrize(
    ("typed", "first", "later"),
    [
        ("京都", 2, 3),
        ("京都", 1, 4),
        ("本", 5, 6),
        ("国語", 7, 8),
        ("大学", 9, 10),
        ("こども", 21, 23),
        ("漱石", 16, 31),
    ],
)
def test_the_word_itself_comes_before_a_part_of_another(typed, first, later):
    ids = found(typed, within_words=True)
    assert ids.index(first) < ids.index(later)


@pytest.mark.parametrize(
    ("typed", "at_start", "inside"),
    [("京都", 2, 3), pytest.param("国語", 7, 8), ("はる", 18, 4), ("いち", 12, 8)],
)
def test_a_short_word_inside_another_is_only_found_on_request(typed, at_start, inside):
    answer = search(SearchRequest(q=typed))
    everything = search(SearchRequest(q=typed, within_words=True))
    assert at_start in answer.ids
    assert inside not in answer.ids
    assert answer.inside_words == everything.total - answer.total
    assert everything.inside_words == 0


def test_a_short_word_that_begins_no_word_is_found_inside_words():
    assert found("ょうと") == found("ょうと", within_words=True) != []


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("としょかん", 11),
        ("トショカン", 11),
        ("ﾄｼｮｶﾝ", 11),
        ("toshokan", 11),
        ("tosyokan", 11),
        ("沢田", 12),
        ("澤田", 12),
        ("高島屋", 13),
        ("髙嶋屋", 13),
        ("バイオリン", 14),
        ("ヴァイオリン", 14),
        ("わがはいはねこである", 15),
        ("ワガハイワネコデアル", 15),
        ("吾輩は猫", 15),
        ("wagahai wa neko de aru", 15),
        ("wagahai ha neko", 15),
        ("坊つちやん", 16),
        ("坊っちゃん", 16),
        ("ぼっちゃん", 16),
        ("コンピュータ", 17),
        ("ｺﾝﾋﾟｭｰﾀｰ", 17),
        ("村上 春樹", 18),
        ("村上春樹", 18),
        ("はるき 村上", 18),
        ("murakami haruki", 18),
        ("haruki murakami", 18),
        ("9784101001548", 18),
        ("978-4-10-100154-8", 18),
        ("４１０１００１５４５", 18),
        ("4-10-100154-5", 18),
        ("ginga tetsudo", 19),
        ("gingatetsudou no yoru", 19),
        ("銀河鉄道 夜", 19),
        ("miyazawa kenji", 19),
        ("東京２０２０", 20),
        ("2020", 20),
        ("続 氷点", 24),
        ("氷点 続", 24),
        ("細雪 下", 26),
        ("細雪 第3巻", 26),
        ("細雪 3", 26),
        ("c++", 30),
        ("007.6/シ", 30),
    ],
)
def test_however_it_is_typed_the_wanted_bib_comes_first(typed, wanted):
    assert found(typed)[:1] == [wanted]


def test_a_person_is_found_by_another_name_than_the_heading():
    assert {15, 16} <= set(found("夏目漱石"))
    assert {15, 16} <= set(found("夏目 漱石"))
    assert {15, 16} == set(found(author="漱石"))
    assert {15, 16} == set(found(author="なつめ"))


def test_works_of_a_person_come_before_works_about_the_person():
    assert found("夏目漱石")[-1] == 31


def test_particles_meet_however_the_reading_is_written(shelf, another_library):
    shelf(
        BibSource(1, "吾輩は猫である", "わがはいはねこである"),
        BibSource(2, "吾輩ハ猫デアル", "ワガハイ ワ ネコ デ アル"),
    )
    assert set(found("わがはいはねこである")) == {1, 2}
    assert set(found("ワガハイワネコデアル")) == {1, 2}


def test_the_volumes_of_a_set_stand_together_in_their_order():
    assert found("細雪") == [27, 28, 26]
    assert found("氷点") == [25, 24]
    assert found("細雪", sort="title") == [27, 28, 26]


def test_an_exact_title_comes_before_its_reading_and_that_before_the_rest(
    shelf, settings, tmp_path
):
    settings.SEARCH_INDEX_DIR = tmp_path
    shelf(
        BibSource(1, "海辺の暮らし", notes="こころをこめて"),
        BibSource(2, "心", "ココロ"),
        BibSource(3, "こころの窓", "ココロ ノ マド"),
        BibSource(4, "こころ", "ココロ"),
    )
    assert found("こころ", within_words=True) == [4, 2, 3, 1]
    assert found("こころ") == [4, 2, 3]


def test_a_title_typed_with_its_own_kanji_comes_before_its_variant(shelf, another_library):
    shelf(BibSource(1, "高島"), BibSource(2, "髙島"), BibSource(3, "高嶋"))
    assert found("髙島")[0] == 2
    assert found("高島")[0] == 1
    assert found("高嶋")[0] == 3


def test_popularity_decides_between_equals(shelf, another_library):
    shelf(
        BibSource(1, "花", times_lent=3),
        BibSource(2, "花", times_lent=90),
        BibSource(3, "花", times_lent=30),
    )
    assert found("花") == [2, 3, 1]


def test_every_word_must_be_found():
    assert found("入門 ヴァイオリン") == [14]
    assert found("入門 ヴァイオリン 京都") == []


def test_latin_words_that_are_no_romaji_are_only_found_as_they_are():
    assert found("cat") == []
    assert found("python") == []


@pytest.mark.parametrize(
    "typed",
    [
        "*", "?", ":", "( )", "AND", "OR", "NOT", '"京都', "京都'", "+-&&||!(){}[]^~*?:\\/",
        "title:京都", "\x00", "京\x00都", "\ud800", "京都\udfff", "🎉", "👨\u200d👧", "\u202e",
        "゛", "ー", "〜", "・", "々", "の", "あ" * 300, "京都 " * 60, "a" * 300, "\n\t", "1" * 200,
        "a b c d e f g h i j k l m", "第" * 50, "Ⅲ", "十" * 30, "é̈́", "ﷺ", "%", "'; DROP TABLE--",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "where", ["q", "title", "author", "publisher", "subject", "series", "ndc", "isbn"]
)
def test_whatever_is_typed_gets_an_answer(typed, where):
    answer = search(SearchRequest(**{where: typed}))
    assert answer.total >= len(answer.ids)


@pytest.mark.parametrize(
    "parameters",
    [
        {"page": 10**9}, {"page": -1}, {"page": 0}, {"per_page": 10**9}, {"per_page": -5},
        {"sort": "nonsense"}, {"materials": ("\ud800", "")}, {"branches": ("nowhere",)},
        {"decades": (10**30, -1)}, {"year_from": 10**30}, {"year_to": -(10**30)},
        {"year_from": 2000, "year_to": 1990}, {"languages": ("x" * 100_000,)},
    ],
)  # fmt: skip
def test_unknown_and_impossible_parameters_get_an_answer(parameters):
    answer = search(SearchRequest(q="入門", **parameters))
    assert len(answer.ids) <= answer.total


def test_words_beyond_the_tenth_and_signs_beyond_the_two_hundredth_do_not_count():
    assert found("入門 " * 10 + "京都") == found("入門")
    assert found("入門" + " " * 198 + "京都") == found("入門")


def test_each_field_of_the_detailed_form_looks_in_its_own_place():
    assert found(title="心") == [31]
    assert found(publisher="岩波") == [31]
    assert found(author="夏目漱石", title="猫") == [15]
    assert found(title="夏目漱石") == []
    assert found(ndc="007") == [30]
    assert found(ndc="00") == [30]
    assert found(ndc="7") == []
    assert found(isbn="4-10-100154-5") == [18]
    assert found(isbn="978 4 10 100154 8") == [18]
    assert found(isbn="12") == []


def test_without_an_index_the_reader_is_told_kindly(settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path / "none"
    with pytest.raises(SearchUnavailable, match="準備"):
        found("京都")
    assert not index_state().present


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("NDC 913", [1]),
        ("ＮＤＣ　９１３．６", [1]),
        ("ndc:913.6", [1]),
        ("NDC 914", []),
        ("広辞苑 第七版", [2]),
        ("広辞苑第7版", [2]),
        ("広辞苑 6版", []),
        ("カフカの変身", [1]),
        ("カフカの広辞苑", []),
        ("カフカの本", [1]),
        ("三部作上", [3]),
        ("三部作1", [3]),
        ("三部作中巻", []),
    ],
)
def test_class_edition_volume_and_author_are_understood_beside_a_title(
    shelf, another_library, typed, wanted
):
    shelf(
        BibSource(1, "変身", "ヘンシン", ndc="913.6", people=[Person("カフカ")]),
        BibSource(2, "広辞苑", "コウジエン", edition="第7版"),
        BibSource(3, "三部作", volume="上", volume_order=Decimal(1), volume_set=3),
    )
    assert search(SearchRequest(q=typed)).ids == wanted
