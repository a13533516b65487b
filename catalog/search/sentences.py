"""Questions and sentences: what they ask for, when all their words together find nothing.

Particles and what says nothing about content are dropped. Nouns must be found, most of them; verbs
and adjectives only raise a hit. A title that the library does not have asks for nothing: only what
is plainly a question, or names a kind of material, is answered by a part of its words.
"""

import re
from dataclasses import dataclass, replace

from catalog.indexing import morphemes
from catalog.indexing.tokens import kanji
from catalog.search.meanings import Meaning, meanings_in
from japanese.normalise import compact

MOST_WORDS = 8
LONGEST_SENTENCE = 80  # characters; a longer text is no question at a catalogue
_ASKS = re.compile(
    "たい(?:です|んです|の)?(?:が|けど)?[。？?！!]*$|ください|下さい|教えて|ありますか|ある[?？]"
    "|ですか|ますか|でしょうか|のか[?？。]*$|[?？]$|について|に関する|に関して|関連の|とは(?:何|$)"
    "|(?:どう|なぜ|何故|どんな|どこ|いつ|だれ|誰|なに|何)(?!者)"
    "|(?:の|た|る|い|な|う|く|む|ぶ|ぐ|す|つ)(?:本|絵本|話|お話|おはなし|資料|小説|図鑑|物語)(?:は|を|が|って)?$"
    "|(?:して|探して)います|おすすめ|オススメ|お薦め|お勧め"
    "|(?:り|い|え|み|き|し|て|べ|ち)方|かた$|方法|やりかた|つくりかた|仕組み|しくみ|ルール"
)
_OF_ANY_QUESTION = """
本 書 図書 書籍 書物 絵本 作品 著書 著 作者 著者 作家 話 お話 おはなし 御話 物 者 人 事 為 訳
題名 タイトル 資料 文献 こと もの ひと 様 的 向け 用 達 等 何 どれ それ これ 此れ 其れ 方 方法 仕方
遣り方 やり方 時 とき 頃 お薦め おすすめ 勧め 主人公 登場 説明 仕組み 仕組 ルール 情報 勉強 内容
関連 関係 関する 色々 いろいろ 種類 昔 今 親 中 自分 私 僕 うち 家族 よう ほう 気 場合 所 処 どこ
何処 誰 なに 意味 理由 質問 希望 はじめ 初め 始め
"""
_EMPTY = {compact(word) for word in _OF_ANY_QUESTION.split()}
_NOUNS = {"名詞", "接頭辞", "形状詞"}
_RAISING = {"動詞", "形容詞", "副詞"}
_LONE_SIGN = re.compile("[ァ-ヺー]|[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a sentence asks for: words to be found, at least so many; words that raise a hit."""

    words: tuple[tuple[str, ...], ...]  # each word with the parts of which it may consist
    least: int
    raising: tuple[str, ...] = ()
    meanings: tuple[Meaning, ...] = ()

    @property
    def searched(self) -> str:
        return " ".join("".join(word) for word in self.words)

    @property
    def with_all_words(self) -> "Sentence":
        return replace(self, least=len(self.words))

    @property
    def for_everybody(self) -> "Sentence":
        """The same without an audience: a book for pupils is often shelved for adults."""
        rest = (one for one in self.meanings if {name for name, _ in one.values} != {"audience"})
        return replace(self, meanings=tuple(rest))


def read_sentence(typed: str) -> Sentence | None:
    """Return what is asked for; None if the text is no question and names no kind."""
    if len(typed) > LONGEST_SENTENCE or not morphemes.known():
        return None
    meanings, rest = meanings_in(typed)
    asks = bool(_ASKS.search(typed.strip()))
    if not meanings and not asks:
        return None
    words, raising = _content(rest)
    conditions = any(meaning.values or meaning.sort for meaning in meanings)
    if not words and not (meanings and conditions):
        return None
    raising += [word for meaning in meanings for word in meaning.raises]
    least = _least(len(words), asks=asks)
    return Sentence(tuple(words[:MOST_WORDS]), least, tuple(raising), tuple(meanings))


def _least(words: int, *, asks: bool) -> int:
    """Return how many of the words must be found. Beside a kind of material all must be."""
    if not asks:
        return min(words, MOST_WORDS)
    return {0: 0, 1: 1, 2: 1, 3: 2}.get(words, -(-min(words, MOST_WORDS) * 3 // 5))


def _content(text: str) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return the nouns, joined where they touch, and the words that only raise a hit."""
    nouns: list[list[_Part]] = []
    raising: list[str] = []
    touches = False
    for word in morphemes.words_of(text):
        kind, here, usual = word.part_of_speech(), word.surface(), compact(word.normalized_form())
        if kind[0] == "接尾辞" and touches and usual not in _EMPTY:
            nouns[-1][-1] = nouns[-1][-1].with_suffix(here, usual)  # 図書館 is no 図書
        elif kind[0] in _NOUNS and kind[1] != "助動詞語幹":
            nouns += [] if touches else [[]]
            nouns[-1].append(_Part(here, usual))
            touches = True
        else:
            touches = False
            if kind[0] in _RAISING and kind[1] != "非自立可能" and kanji(here):
                raising += [here] * (usual not in _EMPTY)
    runs = (tuple(part.text for part in run if part.usual not in _EMPTY) for run in nouns)
    found = [run for run in runs if run and not _LONE_SIGN.fullmatch(compact("".join(run)))]
    return list(dict.fromkeys(found)), raising


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    usual: str

    def with_suffix(self, text: str, usual: str) -> "_Part":
        return _Part(self.text + text, self.usual + usual)
