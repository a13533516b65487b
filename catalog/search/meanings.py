"""Words that say what kind of material, for whom, or in which order: meaning, not text.

Only a search that finds nothing as typed is read so. `said` is what the page says about it; a word
may stand in the texts all the same, so it counts among the words that raise a hit.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalog.models import Bib

_CHILD, _YOUNG, _ADULT = (str(audience) for audience in (
    Bib.Audience.CHILD, Bib.Audience.YOUNG, Bib.Audience.ADULT,
))  # fmt: skip
_FOR = (
    "(?:向け|むけ|向き|用|のための|でもわかる|でもできる|にもわかる|にもできる|でも|にも|に人気の)?"
)
_NUMBER = "[0-9一二三四五六]+"
_FICTION = tuple(f"9{language}3" for language in "123456789")
_VERSE = ("911", "921", "931", "941", "951")
_ESSAYS = ("914", "924", "934", "944", "954")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word means: one of these values of a field of the index, a sort order, or neither."""

    pattern: re.Pattern[str]
    said: str = ""
    values: tuple[tuple[str, str], ...] = ()
    sort: str = ""
    raises: tuple[str, ...] = ()  # words that raise a hit


def _meaning(
    pattern: str,
    said: str = "",
    *,
    material: str = "",
    ndc: tuple[str, ...] = (),
    audience: str = "",
    language: str = "",
    volume: str = "",
    available: str = "",
    sort: str = "",
    raises: str = "",
) -> Meaning:
    named = {"audience": audience, "language": language, "volume": volume, "available": available}
    values = [*named.items(), *(("material", code) for code in material.split())]
    values += [("ndc", mark) for mark in ndc]
    return Meaning(
        re.compile(pattern),
        said,
        tuple((field, value) for field, value in values if value),
        sort,
        tuple(raises.split()),
    )


# The order counts: a longer pattern stands before a shorter one that it contains.
MEANINGS = (
    _meaning("最新[刊作号]|最新の?|新刊|新作|新しい(?:順|もの|作品)?", "新しい順", sort="newest"),
    _meaning("(?:一番)?人気(?:順|の)?|ベストセラー|よく(?:借り|読ま)れ(?:て|る)い?る?",
        "よく借りられている順", sort="borrowed"),
    _meaning("シリーズ全[部巻]|全シリーズ|全[0-9]*巻(?:セット)?|全部|全て|すべて(?=$|\\s)|セット(?=$|\\s)"),
    _meaning("(?:最初|はじめ|始め)の(?:[1一]?[巻冊]|本)|第?[1一][巻冊]目", "最初の巻", volume="1"),
    _meaning(f"赤ちゃん{_FOR}|乳幼?児{_FOR}", "児童の資料", audience=_CHILD, raises="赤ちゃん"),
    _meaning(f"{_NUMBER}[歳才](?:児|の子|の子ども|の子供)?{_FOR}|幼児{_FOR}|園児{_FOR}",
        "児童の資料", audience=_CHILD, raises="幼児"),
    _meaning(f"小学校?生?の?(?:{_NUMBER}年生?|[低中高]学年){_FOR}|小学生{_FOR}|[低中高]学年{_FOR}"
        f"|(?<!中学)(?<!高校){_NUMBER}年生{_FOR}", "児童の資料", audience=_CHILD, raises="小学生"),
    _meaning("(?:子ども|子供|こども|児童)(?:向け|むけ|向き|用)", "児童の資料", audience=_CHILD,
        raises="子ども"),
    _meaning(f"中高生{_FOR}|(?:中学|高校){_NUMBER}年生?{_FOR}|中学生{_FOR}|高校生{_FOR}"
        f"|(?:10|十)代{_FOR}|ティーンズ?{_FOR}", "ティーンズの資料", audience=_YOUNG,
        raises="中学生 高校生 高校"),
    _meaning("(?:大人|一般)(?:向け|むけ|用)", "一般の資料", audience=_ADULT),
    _meaning("(?:旅行|観光)?ガイドブック|(?:旅行|観光)(?:ガイド|案内)|旅行の?本|旅行する|観光",
        "地理・旅行の資料", ndc=("29",), raises="案内 歩き方 紀行 旅"),
    _meaning("教科書|参考書|テキスト|入門書?|初心者|初[歩級]|基礎|(?:はじめ|初め)て(?:の|でも)?",
        raises="教科書 入門 教本 はじめて はじめの 基礎 やさしい からはじめる"),
    _meaning("やさし[くい]|(?:わ|分)かりやす[くい]|簡単[なに]?", raises="やさしい わかる"),
    _meaning("(?:文字|活字|字)の大きな本?|大きな(?:文字|活字|字)(?:の本)?|大活字本?|拡大文字",
        "大活字の資料", material="large_print", raises="大活字"),
    _meaning("点字(?:の?本|図書)?", "点字の資料", material="braille", raises="点字"),
    _meaning("録音(?:図書|資料)?|朗読(?:CD)?|オーディオブック|耳で(?:聞|聴)く本?|デイジー|DAISY",
        "録音の資料", material="cassette cd daisy", raises="朗読"),
    _meaning("大型絵本|ビッグブック", "大型絵本", material="large_picture_book"),
    _meaning("絵本|えほん", "絵本", material="picture_book large_picture_book", ndc=("726.6", "E"),
        raises="絵本"),
    _meaning("大型紙芝居", "大型紙芝居", material="large_kamishibai"),
    _meaning("紙芝居|かみしばい", "紙芝居", material="kamishibai large_kamishibai"),
    _meaning("漫画|マンガ|まんが|コミックス?", "漫画", material="comic", ndc=("726.1",)),
    _meaning("アニメ(?:ーション)?(?:映画)?", "映像の資料", material="dvd video", ndc=("778.77",),
        raises="アニメーション"),
    _meaning("DVD|ディーブイディー|ビデオ|映画", "映像の資料", material="dvd video", raises="映画"),
    _meaning("(?:音楽)?CD|シーディー", "CD", material="cd"),
    _meaning("雑誌", "雑誌", material="magazine"),
    _meaning("英語の(?=本|絵本|えほん|小説|児童書)|洋書|英語で書かれた",
        "英語の資料", language="eng"),
    _meaning("中国語の(?=本|絵本|小説)|中国語で書かれた", "中国語の資料", language="chi"),
    _meaning("韓国語の(?=本|絵本|小説)|韓国語で書かれた", "韓国・朝鮮語の資料", language="kor"),
    _meaning("(?:いま|今|すぐ)(?:すぐ)?借りられる|貸出中(?:で|じゃ)ない", "いま借りられる資料",
        available="1"),
    _meaning("小説", "小説", ndc=_FICTION, raises="小説"),
    _meaning("詩集|詩歌|歌集|句集", "詩歌", ndc=_VERSE, raises="詩集 歌集 句集"),
    _meaning("エッセイ|エッセー|随筆", "エッセイ", ndc=_ESSAYS, raises="随筆"),
    _meaning("伝記", "伝記", ndc=("28",), raises="物語 伝"),
    _meaning("図鑑|ずかん", raises="図鑑"),
    _meaning("辞書|辞典|事典", raises="辞典 事典"),
)  # fmt: skip
_AFTER = re.compile("^(?:の(?=\\S)|な(?=\\S)|が|を|は|で|に)")


def meanings_in(typed: str) -> tuple[list[Meaning], str]:
    """Return the meanings in a typed search, and the text without their words."""
    text = unicodedata.normalize("NFKC", typed)
    found = []
    for meaning in MEANINGS:
        while match := meaning.pattern.search(text):
            found += [meaning] if meaning not in found else []
            text = f"{text[: match.start()]} {_AFTER.sub('', text[match.end() :])}"
    return found, text.strip()


def said_of(meanings: Iterable[Meaning]) -> Iterator[str]:
    yield from dict.fromkeys(meaning.said for meaning in meanings if meaning.said)
