import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from japanese import kanji_variants
from japanese.normalise import compact, fold, joined

SAME = """
國=国 澤田=沢田 廣島=広島 舊約聖書=旧約聖書 齒車=歯車 圖書館=図書館 藝術=芸術 辨当=弁当 瓣=辯
海\ufa45=海海 \ufa10=塚 \ufa19社=神社 \uf936=虜 戀愛=恋愛 龜=亀 臺灣=台湾
髙島=高島 山﨑=山崎 𠮷田=吉田 渡邊=渡辺 渡邉=渡辺 渡\u908a\U000e0101=渡辺 斉藤=斎藤 齋藤=斉藤
齊藤=斎藤 濱田=浜田 嶋田=島田 嶌田=島田 冨田=富田 峯岸=峰岸 桒原=桑原 渕上=淵上 曻=昇 桧山=檜山
祐\ufa4f=祐祐 森鷗外=森鴎外 栁田=柳田 遙=遥 瀧=滝 彌生=弥生 舘=館 辻\U000e0100=辻
ﾄｼｮｶﾝ=トショカン としょかん=トショカン ２０２０=2020 ＡＢＣ=abc ｶﾞｷﾞｸﾞ=ガギグ ﾊﾟﾝ=パン
坊つちやん=坊っちゃん ぼつちやん=ボッチャン か\u3099き=か゛き が=ｶﾞ ゐど=いど こゑ=こえ
てふを=てふお みかづき=みかずき はなぢ=ハナジ ㌔=キロ Ⅲ=III ①=1 ㈱=(株)
ヴァイオリン=バイオリン ｳﾞｧｲｵﾘﾝ=ばいおりん ヴアイオリン=バイオリン ベートーヴェン=ベートーベン
レヴュー=レビュー ヷイオリン=バイオリン オリヴィエ=オリビエ ルーヴル=ルーブル
コンピューター=コンピュータ ｺﾝﾋﾟｭｰﾀｰ=こんぴゅーた コンピュ－タ－=コンピューター
ｺﾝﾋﾟｭ-ﾀ-=コンピューター コンピューターの歴史=コンピュータの歴史
コンピューター入門=コンピュータ入門 ユーザー2020=ユーザ2020 セーター=セータ パーティー=パーティ
ソファー=ソファ ら〜めん=らーめん あーーっ=あーっ
時々=時時 佐々木=佐佐木 こゝろ=こころ いすゞ=いすず つゞく=つづく 一歩々々=一歩一歩
ミスヾ=ミスズ
Café=cafe Cafe\u0301=cafe Ōno=ono Straße=STRASSE Smørrebrød=smorrebrod don’t=don't Æsop=aesop
図\u200b書館=図書館 \u202e図書\u202c=図書 図\0書=図書 図\ud800書=図書 \ufeff図書=図書
⻑野=長野
"""


@pytest.mark.parametrize("pair", SAME.split())
def test_two_spellings_of_one_thing_fold_alike(pair):
    one, other = pair.split("=")
    assert fold(one) == fold(other) != ""
    assert compact(one) == compact(other)


DIFFERENT = """
ビル=ビール キー=キ ショー=ショ ティー=テイ カード=カド おばさん=おばーさん はは=ばば ハハ=パパ
た=だ 京都=東京都 C=C++ C#=C コーヒー=コーヒ店
"""


@pytest.mark.parametrize("pair", DIFFERENT.split())
def test_two_different_words_stay_apart(pair):
    one, other = pair.split("=")
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "folded", "compacted"),
    [
        ("村上　春樹", "村上 春樹", "村上春樹"),
        ("ドン・キホーテ", "ドン キホーテ", "ドンキホーテ"),
        ("「羅生門」（新潮文庫）", "羅生門 新潮文庫", "羅生門新潮文庫"),
        ("スーパー・マリオ", "スーパ マリオ", "スーパーマリオ"),
        ("タイトル――サブタイトル", "タイトル サブタイトル", "タイトルサブタイトル"),
        ("メモリー〜愛〜", "メモリ 愛", "メモリ愛"),
        ("978ー4-00−1", "978 4 00 1", "9784001"),
        ("1+1", "1 1", "11"),
        ("  Harry\tPotter\n", "harry potter", "harrypotter"),
        ("々", "", ""),
        ("", "", ""),
    ],
)
def test_marks_part_words_and_vanish_from_the_compact_form(text, folded, compacted):
    assert fold(text) == folded
    assert compact(text) == compacted


def test_every_traditional_form_of_the_table_becomes_the_common_one():
    pairs = kanji_variants.TRADITIONAL.split()
    assert len({pair[0] for pair in pairs}) == 302
    for old, common in pairs:
        assert fold(old) == fold(common), old + common


def test_the_compatibility_forms_of_the_table_become_the_common_ones():
    codes = [*range(0xFA30, 0xFA6B), 0xFA10, 0xFA16, 0xFA19, 0xFA1A, 0xFA1B]
    for code in codes:
        common = unicodedata.normalize("NFKC", chr(code))
        assert fold(chr(code)) == fold(common)
        assert fold(common) != chr(code)


def test_no_variant_is_listed_twice_and_no_chain_is_left():
    listed = (
        kanji_variants.TRADITIONAL + kanji_variants.NAMES_AND_PRINT + kanji_variants.RADICALS
    ).split()
    assert len({pair[0] for pair in listed}) == len(listed)
    folding = kanji_variants.kanji_folding()
    assert not set(folding) & set(folding.values())


anything = st.text(st.characters(), max_size=40)
japanese = st.text(
    "アイウカガッャョーｰー-〜々ゝゞヽヾヴづぢはきし゛゜\u3099\u309aﾞｳｶ"
    "漢國齋斎 ・（）Ａa+#1é\u0301\u0306и\u200b\U000e0100",
    max_size=16,
)


@given(anything | japanese)
def test_folding_never_raises_and_folding_twice_changes_nothing(text):
    for form in (fold, compact, joined):
        once = form(text)
        assert form(once) == once
        assert once == once.strip()
        assert "  " not in once


def test_every_single_character_folds_to_something_stable():
    unstable = [code for code in range(0x30000) if fold(folded := fold(chr(code))) != folded]
    assert unstable == []


@given(anything | japanese)
def test_the_compact_form_is_the_same_letters_without_gaps(text):
    assert " " not in compact(text)
    assert compact(text).replace("ー", "") == fold(text).replace(" ", "").replace("ー", "")
    assert not set("・（）()「」[]") & set(compact(text))


@given(st.text(st.characters(min_codepoint=0x30A1, max_codepoint=0x30F6), max_size=20))
def test_hiragana_is_katakana(text):
    hiragana = "".join(chr(ord(kana) - 0x60) for kana in text)
    assert fold(hiragana) == fold(text)
