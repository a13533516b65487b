import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.indexing.tokens import kanji, query_terms, reading_forms, tokens, value_tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("図書館", "図書 書館"),
        ("本", "本"),
        ("村上 春樹", "村上 上春 春樹"),
        ("村上春樹", "村上 上春 春樹"),
        ("Harry Potter", "harry potter"),
        ("C++入門2020年版", "c++ 入門 2020 年版"),
        ("ドン・キホーテ", "ドン ンキ キホ ホー ーテ"),
        ("Café 一", "cafe 一"),
        ("スーパー・マリオ", "スー ーパ パー ーマ マリ リオ"),
        ("해리포터", "해리 리포 포터"),
        ("Анна Каренина", "анна каренина"),
        ("😀 * ? : ( ) \0", ""),
    ],
)
def test_japanese_is_cut_in_pairs_and_the_rest_in_words(text, expected):
    assert tokens(text) == expected.split()


def found(query: str, *texts: str) -> bool:
    """Whether each term stands in one of the texts: as a phrase of its tokens, or as its kanji."""
    lists = [f" {' '.join(value)} " for value in value_tokens(texts)]
    lists += [f" {single} " for text in texts for single in kanji(text)]
    phrases = [f" {' '.join(tokens(term))} " for term in query_terms(query)]
    return all(any(phrase in held for held in lists) for phrase in phrases)


NEKO = ("吾輩は猫である", *reading_forms("ワガハイ ワ ネコ デ アル"))
COMPUTER = ("コンピューター・ゲームの歴史", *reading_forms("コンピューター ゲーム ノ レキシ"))


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("吾輩は猫", NEKO),
        ("わがはいはねこである", NEKO),
        ("ワガハイワネコデアル", NEKO),
        ("わがはい わ ねこ", NEKO),
        ("猫 わがはい", NEKO),
        ("ﾈｺﾃﾞｱﾙ", NEKO),
        ("コンピュータ", COMPUTER),
        ("コンピューター", COMPUTER),
        ("コンピューターゲーム", COMPUTER),
        ("コンピュータゲーム", COMPUTER),
        ("こんぴゅーたげーむ", COMPUTER),
        ("ｺﾝﾋﾟｭｰﾀｰｹﾞｰﾑ", COMPUTER),
        ("村上春樹", ("村上 春樹",)),
        ("村上　春樹", ("村上春樹",)),
        ("はるき 村上", ("村上 春樹", *reading_forms("ムラカミ ハルキ"))),
        ("ぼっちゃん", ("坊つちやん", *reading_forms("ボッチャン"))),
        ("坊っちゃん", ("坊つちやん",)),
        ("沢田", ("澤田 研二",)),
        ("高島 国", ("國の髙島屋",)),
        ("２０２０", ("2020年の本",)),
        ("本をよむ", reading_forms("ホン オ ヨム") | {"本を読む", "本オヨム"}),
        ("ほんをよむ", reading_forms("ホン オ ヨム")),
        ("がっこうへいく", reading_forms("ガッコウ エ イク")),
    ],
)
def test_what_people_type_finds_the_record(query, texts):
    assert found(query, *texts)


@pytest.mark.parametrize(
    ("query", "text"), [("都京", "東京 都"), ("ビル", "ビール"), ("ショー", "小説ノショ")]
)
def test_what_is_not_there_is_not_found(query, text):
    assert not found(query, text)


def test_no_pair_spans_two_values():
    assert value_tokens(["東京", "都市"]) == [["東京"], ["都市"]]


def test_equal_values_are_held_once_and_empty_ones_never():
    assert value_tokens(["図書", "図・書", "", "()"]) == [["図書"]]


def test_a_reading_is_held_as_it_sounds_and_as_it_is_spelt():
    forms = reading_forms("ワガハイ ワ ネコ デ アル")
    assert forms == {
        "ワガハイワネコデアル",
        "ワガハイハネコデアル",
        "ワガハイ ワ ネコ デ アル",
        "ワガハイ ハ ネコ デ アル",
    }


def test_a_reading_without_particles_has_one_form():
    assert reading_forms("トショカン") == {"トシヨカン"}
    assert reading_forms("") == set()


def test_single_kanji_are_found_in_their_common_form():
    assert kanji("澤のC 本々") == ["沢", "本", "本"]


def test_a_query_is_parted_at_any_space():
    assert query_terms("村上　春樹\u00a0猫\n犬") == ["村上", "春樹", "猫", "犬"]


def test_a_query_is_bounded_in_length_and_terms():
    assert len(query_terms("本 " * 500)) == 10
    assert query_terms("あ" * 500) == ["あ" * 200]


def test_a_single_kana_counts_only_when_it_is_all_there_is():
    assert query_terms("銀河 の 鉄道") == ["銀河", "鉄道"]
    assert query_terms("あ") == ["あ"]


def test_terms_with_nothing_to_look_for_are_left_out():
    assert query_terms("* ? : ( ) 「」 \0 😀") == []
    assert query_terms("AND OR") == ["AND", "OR"]


@given(st.text(st.characters()))
def test_any_text_gives_tokens_without_spaces(text):
    for token in tokens(text) + kanji(text):
        assert token
        assert token.split() == [token]
    for term in query_terms(text):
        assert tokens(term)
    reading_forms(text)
