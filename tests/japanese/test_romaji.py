import pytest
from hypothesis import given
from hypothesis import strategies as st

from japanese.romaji import loose_romaji, romaji_keys


@pytest.mark.parametrize(
    ("reading", "typed"),
    [
        ("トショカン", "toshokan, tosyokan, toshokann, Tosyokann, ＴＯＳＨＯＫＡＮ"),
        ("ギンガ テツドウ", "ginga tetsudou, ginga tetsudo, ginga tetudou, Ginga Tetsudō"),
        ("ムラカミ ハルキ", "murakami haruki, MURAKAMI  Haruki"),
        ("むらかみ はるき", "murakami haruki"),
        ("シンブン", "shimbun, shinbun, sinbun, simbun"),
        ("ニッポン", "nippon"),
        ("マッチャ", "matcha, maccha, mattya"),
        ("ジョウホウ", "jouhou, joho, zyoho, jyouhou, jōhō, zyôhô"),
        ("オオノ", "ohno, ono, oono, ōno"),
        ("サトウ", "satoh, sato, satou, satō"),
        ("ケンイチ", "ken'ichi, kenichi, kenniti, ken’ichi"),
        ("ヂシン", "jishin, zisin, disin"),
        ("ツヅク", "tsuzuku, tuduku, tsuduku, tsudzuku"),
        ("フジサン", "fujisan, huzisan, fuzisan"),
        ("ゲーム", "gemu, ge-mu, geemu, gēmu"),
        ("エドガワ ランポ", "edogawa rampo, edogawa ranpo"),
        ("ユウキ", "yuuki, yuki, yūki, yuhki"),
        ("キョウト", "kyoto, kyouto, kyōto"),
        ("シュンヤ", "shun'ya, shunya, syunnya"),
        ("チャチャ", "chacha, tyatya, cyacya"),
        ("パーティー", "pa-thi-, paatii, pati"),
        ("バッジ", "bajji, bazzi"),
        ("ザッシ", "zasshi, zassi"),
        ("シェア", "shea, syea"),
        ("ファン", "fan"),
        ("ヴァイオリン", "vaiorin, baiorin"),
        ("ｷﾞﾝｶﾞ", "ginga"),
        ("ワガハイ ワ ネコ デ アル", "wagahai wa neko de aru, wagahai ha neko de aru"),
        ("ホン オ ヨム", "hon wo yomu, hon o yomu"),
        ("C ゲンゴ 2020", "c gengo 2020"),
    ],
)
def test_every_usual_romanising_meets_the_reading(reading, typed):
    for spelling in typed.split(", "):
        assert loose_romaji(spelling) == romaji_keys(reading), spelling


@pytest.mark.parametrize(("one", "other"), [("カサ", "ガサ"), ("ハハ", "ハナ"), ("キテ", "キッテ")])
def test_different_sounds_stay_apart(one, other):
    assert romaji_keys(one) != romaji_keys(other)


def test_words_keep_their_order_and_their_gaps():
    assert romaji_keys("ムラカミ  ハルキ").split() == ["murakami", "haruki"]


@given(st.text(st.characters()))
def test_any_text_has_an_answer(text):
    for spelled in (loose_romaji(text), romaji_keys(text)):
        assert spelled.split() == spelled.split(" ") or spelled == ""
