"""The tokens of texts and queries, made in Python.

tantivy splits them with its whitespace tokeniser, so a token never contains a space.
"""

import re
import unicodedata
from collections.abc import Iterable
from operator import add

from akiruno_library import policy
from japanese.normalise import CJK, compact, fold, joined

# A change between letters and figures parts words: python3 is python and 3.
_RUN = re.compile(f"[{CJK}]+|[0-9]+|[^ 0-9{CJK}]+")
_LONE_KANA = re.compile("[ァ-ヺ]ー?")
_CJK_RUN = re.compile(f"[{CJK}]+")
LONGEST_JAPANESE_BEGINNING = 4  # a longer beginning is selective enough for a phrase query
LONGEST_BEGINNING = 8  # letters of a Latin word; a longer input is usually complete
_KANJI = re.compile("[〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003fffd]")

# Catalogues write these particles by sound; patrons type them by spelling.
_SOUNDED = {"ハ": "ワ", "ヘ": "エ"}
_SPELT = {sound: spelling for spelling, sound in _SOUNDED.items()}
_PARTICLES = {*_SOUNDED, *_SPELT}


def tokens(text: str) -> list[str]:
    """Return bigrams of Japanese characters, and Latin words and numbers as a whole, in order.

    Letters and figures that touch are two tokens. Spaces and marks between Japanese characters do
    not separate bigrams (村上 春樹 contains 上春).
    A single Japanese character between other things is a token of its own.
    """
    return cut(joined(text))


def cut(folded: str) -> list[str]:
    """Return the tokens of a text that `joined` has already folded."""
    found: list[str] = []
    for run in _RUN.findall(folded):
        if len(run) == 1 or not _CJK_RUN.match(run):
            found.append(run)
        else:
            found += map(add, run, run[1:])
    return found


def beginnings(folded: str) -> list[str]:
    """Return the prefixes of the first Japanese run, and of each Latin word and number."""
    found: list[str] = []
    for at, run in enumerate(_RUN.findall(folded)):
        if not _CJK_RUN.match(run):
            found += shortened(run, LONGEST_BEGINNING)
        elif at == 0:
            found += shortened(run, LONGEST_JAPANESE_BEGINNING)
    return [*dict.fromkeys(found)]


def shortened(text: str, most: int) -> list[str]:
    """Return the prefixes of the text up to this length."""
    return [text[:length] for length in range(1, min(len(text), most) + 1)]


def parts(text: str) -> list[str]:
    """Return the runs of Japanese characters, Latin words and numbers, folded, in order."""
    return _RUN.findall(joined(text))


def written(text: str) -> list[str]:
    """Return bigrams of the unfolded characters, to distinguish a variant from the typed word."""
    plain = unicodedata.normalize("NFKC", text.encode("utf-8", "ignore").decode()).lower()
    romaji_trigrams = "".join(sign for sign in plain if sign.isalnum())
    return [*map(add, romaji_trigrams, romaji_trigrams[1:])] or [romaji_trigrams] * bool(
        romaji_trigrams
    )


def value_tokens(values: Iterable[str]) -> list[list[str]]:
    """Return the tokens of each value separately, so that no bigram spans two values."""
    distinct = dict.fromkeys(tuple(tokens(value)) for value in values)
    return [list(value) for value in distinct if value]


def kanji(text: str) -> list[str]:
    """Return each kanji of the folded text, in order."""
    return kanji_in(compact(text))


def kanji_in(folded: str) -> list[str]:
    return _KANJI.findall(folded)


def query_terms(text: str) -> list[str]:
    """Return the typed terms, split at spaces and unfolded; empty terms are left out.

    A single kana beside other terms (銀河 の 鉄道) is left out, because it is in no bigram. If
    there are only single kana (わ が は い), they are joined into one word. Limits:
    policy.QUERY_MAX_CHARACTERS and policy.QUERY_MAX_TERMS.
    """
    terms = [term for term in text[: policy.QUERY_MAX_CHARACTERS].split() if compact(term)]
    specific = [term for term in terms if not _LONE_KANA.fullmatch(compact(term))]
    return (specific or ["".join(terms)] * bool(terms))[: policy.QUERY_MAX_TERMS]


def reading_forms(reading: str) -> set[str]:
    """Return every form in which a catalogue's spaced reading may be typed.

    ワガハイ ワ ネコ デ アル is also found as わがはいはねこである.
    """
    words = reading.split()
    forms: set[str] = set()
    has_particles = not _PARTICLES.isdisjoint(words)
    for particles in ({}, _SPELT, _SOUNDED) if has_particles else ({},):
        spaced = " ".join(particles.get(word, word) for word in words)
        folded = fold(spaced)
        forms |= {folded, folded.replace(" ", ""), compact(spaced)}
    return forms - {""}
