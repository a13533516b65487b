"""Words by morphological analysis, if SudachiPy is installed (optional extra `words`).

They distinguish 京都 in 京都の歴史 from 京都 in 東京都の歴史, and treat 子ども as 子供. Without
them everything is found, too; they only improve the order.
"""

import re
import threading
from functools import cache
from importlib.util import find_spec
from typing import Any

from japanese.normalise import compact

_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_HIRAGANA = re.compile("[ぁ-ゖー ]+")

SHORTEST_READING = 5  # kana; a shorter reading occurs inside the readings of other words
# Characters; the tokeniser refuses more than about 16,000, and no title is longer.
LONGEST_TEXT = 1_000

_of_this_thread = threading.local()


@cache
def known() -> bool:
    return bool(find_spec("sudachipy") and find_spec("sudachidict_small"))


def split(text: str) -> list[str]:
    """Return the words in their normal form, folded; empty without SudachiPy."""
    return split_and_whole(text)[0]


def split_and_whole(text: str) -> tuple[list[str], list[str]]:
    """Return the words, and the words joined with suffixes, as 大学院 is not 大学."""
    split: list[str] = []
    whole: list[str] = []
    for word in words_of(text):
        part = compact(word.normalized_form())
        if not part:
            continue
        split.append(part)
        if whole and (word.part_of_speech()[0] == "接尾辞" or _counts(whole[-1], word)):
            whole[-1] += part
        else:
            whole.append(part)
    return split, whole


def _counts(before: str, word: Any) -> bool:
    """Whether the word counts the number before it: 3月 is no 月."""
    return before.isdecimal() and word.part_of_speech()[2] == "助数詞可能"


def synonym_groups(text: str) -> list[str]:
    """Return the groups of synonyms of the nouns in a text, as the dictionary numbers them."""
    nouns = (word for word in words_of(text) if word.part_of_speech()[0] == "名詞")
    return [str(group) for noun in nouns for group in noun.synonym_group_ids()]


def synonym_groups_of_word(text: str) -> list[str]:
    """Return the groups of a single word; empty for several words, which mean something else."""
    return synonym_groups(text) if len(words_of(text)) == 1 else []


def is_one(text: str) -> bool:
    """Whether the text is a single word of the dictionary, other than a name."""
    found = words_of(text)
    if len(found) != 1 or found[0].is_oov():
        return False
    return bool(found[0].part_of_speech()[1] != "固有名詞")


def reading(text: str) -> str:
    """Return the reading in katakana; empty without SudachiPy."""
    return "".join(word.reading_form() for word in words_of(text))


def other_spellings(text: str) -> list[str]:
    """Return the reading and the dictionary's spelling, if they differ from the text."""
    read = reading(text).translate(_KATAKANA_TO_HIRAGANA)
    is_usable = _HIRAGANA.fullmatch(read) and len(read) >= SHORTEST_READING
    found = [read] if is_usable else []
    return [other for other in (*found, usual_spelling(text)) if other and other != text]


def usual_spelling(text: str) -> str:
    """Return the dictionary's spelling: 引越 gives 引っ越し; empty without SudachiPy."""
    return "".join(word.normalized_form() for word in words_of(text))


def words_of(text: str) -> Any:
    """Return the morphemes; empty without SudachiPy."""
    if not known():
        return []
    return _tokeniser().tokenize(text[:LONGEST_TEXT].encode("utf-8", "ignore").decode())


def _tokeniser() -> Any:
    """Return the tokeniser of this thread, because it is not thread-safe."""
    if not hasattr(_of_this_thread, "tokeniser"):
        # Imported here, because the package is optional.
        from sudachipy import SplitMode

        _of_this_thread.tokeniser = _dictionary().tokenizer(mode=SplitMode.A)
    return _of_this_thread.tokeniser


@cache
def _dictionary() -> Any:
    from sudachipy import Dictionary

    return Dictionary(dict="small")
