"""Segmentation: splits a run of text without spaces into its content words.

夏目漱石こころ, 猫が出てくる絵本 and 銀河鉄道について have no hits as typed. Only a search without
hits is segmented, because its words may then match anywhere in a bib.
"""

import re
from itertools import pairwise

from catalog.indexing import morphemes
from catalog.indexing.tokens import kanji, query_terms
from japanese.normalise import compact

# Each word adds a query of some ten variants.
MOST_WORDS = 8
_SCRIPTS = re.compile("[一-鿿〇々ヶ]+|[ァ-ヺー]+|[ぁ-ゖー]+|[0-9０-９]+|[A-Za-zＡ-Ｚａ-ｚ]+|[^\\s]")
_HIRAGANA = re.compile("[ぁ-ゖー]+")
_SHORT_HIRAGANA = re.compile("[ぁ-ゖー]{1,2}")
_LATIN_OR_FIGURES = re.compile("[A-Za-z']+|[0-9]+")
_COUNTED = re.compile("[巻部集冊編話号版]")
_SPECIFIC = {
    "名詞",
    "動詞",
    "形容詞",
    "形状詞",
    "副詞",
    "代名詞",
    "接頭辞",
    "接尾辞",
    "連体詞",
    "感動詞",
}
# Words that fit any book and so select none: 漱石が書いた本, 犬の出てくる絵本, 憲法について.
_OF_ANY_BOOK = """
本 書 図書 書籍 書物 絵本 小説 作品 著書 著 作者 著者 作家 話 物 者 人 事 為 訳 シリーズ 題名
タイトル 入門 解説 資料 文献 最新 刊 こと もの ひと 様 的 向け 用 達 等 何 どれ それ これ
為る 居る 有る 成る 無い 出る 来る 書く 描く 読む 言う 載る 乗る 知る 分かる 教える 探す 欲しい
就く つく 関する 対する すすめる お薦め
"""
_ANY_BOOK = {compact(word) for word in _OF_ANY_BOOK.split()}


def segment(q: str) -> list[str]:
    """Return the words to search instead; an empty list if they equal the typed words."""
    typed = query_terms(q)
    found = list(dict.fromkeys(word for term in typed for word in _words_of(term)))
    return found[:MOST_WORDS] if found and found != typed else []


def _words_of(term: str) -> list[str]:
    if term.isascii():
        return _LATIN_OR_FIGURES.findall(term) or [term]
    found = _by_dictionary(term) if morphemes.known() else _by_script(term)
    if not all(map(_is_specific, found)):
        if _HIRAGANA.fullmatch(term):
            return [term]  # the dictionary very probably split it at wrong places
        found = [word for word in found if _is_specific(word)]
    return _counted_together(found) or [term]


def _is_specific(word: str) -> bool:
    """Whether a word selects books. One or two hiragana are mostly particles."""
    return not _SHORT_HIRAGANA.fullmatch(word)


def _by_dictionary(term: str) -> list[str]:
    """Return the content words with their suffixes, because 図書館 must not become 図書.

    Returns nothing if no noun remains: verbs alone (泣ける話) select no books.
    """
    found: list[tuple[str, str, str]] = []  # surface, dictionary form, part of speech
    end = -1  # of the last word that was kept
    for word in morphemes.words_of(term):
        kind, here, usual = word.part_of_speech(), word.surface(), compact(word.normalized_form())
        is_suffix = kind[0] == "接尾辞" and usual not in _ANY_BOOK
        is_helper = kind[1] in ("非自立可能", "助動詞語幹") and not kanji(here)
        if is_suffix and found and not found[-1][0].isdecimal():
            before = found.pop()
            found.append((before[0] + here, before[1] + usual, before[2]))
        elif kind[0] in _SPECIFIC and not is_helper:
            if end == word.begin() and _is_the_rest_of_a_name(found[-1][0], here):
                here, usual = found[-1][0] + here, found.pop()[1] + usual
            found.append((here, usual, kind[0]))
        else:
            continue
        end = word.end()
    specific = [(here, kind) for here, usual, kind in found if usual not in _ANY_BOOK]
    return [here for here, _ in specific] if any(kind == "名詞" for _, kind in specific) else []


def _is_the_rest_of_a_name(before: str, here: str) -> bool:
    """Whether a single kanji belongs to the kanji before it: 太宰治, not 太宰 and 治."""
    kanji_only = kanji(before) == list(before) and kanji(here) == list(here)
    return kanji_only and len(here) == 1 and here not in _ANY_BOOK


def _by_script(term: str) -> list[str]:
    """Split where the script changes. Used when the dictionary is not installed."""
    runs = (run for run in _SCRIPTS.findall(term) if compact(run))
    return [run for run in runs if compact(run) not in _ANY_BOOK]


def _counted_together(found: list[str]) -> list[str]:
    """Join a number and its counter: 5 and 巻 become one word."""
    joined = found[:1]
    for before, word in pairwise(found):
        if before.isdecimal() and _COUNTED.fullmatch(word):
            joined[-1] += word
        else:
            joined.append(word)
    return joined
