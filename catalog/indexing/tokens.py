"""What the index holds of a text, and what a query asks of it: tokens parted by our own hand.

tantivy sees them through its whitespace analyser, so a token never contains a space.
"""

import re
import unicodedata
from collections.abc import Iterable
from operator import add

from akiruno_library import policy
from japanese.normalise import CJK, compact, fold, joined

_RUN = re.compile(f"[{CJK}]+|[^ {CJK}]+")
_LONE_KANA = re.compile("[ァ-ヺ]ー?")
_CJK_RUN = re.compile(f"[{CJK}]+")
LONGEST_JAPANESE_BEGINNING = 4  # what is longer tells enough to be looked for as a phrase
LONGEST_BEGINNING = 8  # letters of a Latin word; who has typed more has typed it whole
_KANJI = re.compile("[〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003fffd]")

# A catalogue's reading writes these particles as they sound; a patron types them as they are spelt.
_SOUNDED = {"ハ": "ワ", "ヘ": "エ"}
_SPELT = {sound: spelling for spelling, sound in _SOUNDED.items()}
_PARTICLES = {*_SOUNDED, *_SPELT}


def tokens(text: str) -> list[str]:
    """Overlapping pairs of Japanese characters, Latin words and numbers whole, in order.

    Spaces and marks between Japanese characters do not part them (村上 春樹 holds 上春);
    a single Japanese character between other things stands as itself.
    """
    return cut(joined(text))


def cut(folded: str) -> list[str]:
    """The tokens of what `joined` has folded already."""
    found: list[str] = []
    for run in _RUN.findall(folded):
        if len(run) == 1 or not _CJK_RUN.match(run):
            found.append(run)
        else:
            found += map(add, run, run[1:])
    return found


def beginnings(folded: str) -> list[str]:
    """How a folded text begins, one Japanese character more each time; so does each Latin word
    and number within it, letter by letter."""
    found: list[str] = []
    for at, run in enumerate(_RUN.findall(folded)):
        if not _CJK_RUN.match(run):
            found += shortened(run, LONGEST_BEGINNING)
        elif at == 0:
            found += shortened(run, LONGEST_JAPANESE_BEGINNING)
    return [*dict.fromkeys(found)]


def shortened(text: str, most: int) -> list[str]:
    """Its first character, its first two, and so on."""
    return [text[:length] for length in range(1, min(len(text), most) + 1)]


def parts(text: str) -> list[str]:
    """Runs of Japanese characters, Latin words and numbers, folded, in order."""
    return _RUN.findall(joined(text))


def written(text: str) -> list[str]:
    """Pairs of the characters as they stand, unfolded: they tell a variant from the very word."""
    plain = unicodedata.normalize("NFKC", text.encode("utf-8", "ignore").decode()).lower()
    letters = "".join(sign for sign in plain if sign.isalnum())
    return [*map(add, letters, letters[1:])] or [letters] * bool(letters)


def value_tokens(values: Iterable[str]) -> list[list[str]]:
    """The tokens of each value apart, so that no pair spans two values; equal lists once."""
    distinct = dict.fromkeys(tuple(tokens(value)) for value in values)
    return [list(value) for value in distinct if value]


def kanji(text: str) -> list[str]:
    """Each kanji of the text, folded, in order: a query of a single kanji asks for these."""
    return kanji_in(compact(text))


def kanji_in(folded: str) -> list[str]:
    return _KANJI.findall(folded)


def query_terms(text: str) -> list[str]:
    """What a person typed, parted at any space, unfolded; terms with nothing to look for left out.

    So is a single kana beside other terms (銀河 の 鉄道): it stands in no pair. Where there is
    nothing else, somebody parts every kana from the next (わ が は い): they are one word.
    Only the first 200 characters and 10 terms count.
    """
    terms = [term for term in text[: policy.QUERY_MAX_CHARACTERS].split() if compact(term)]
    telling = [term for term in terms if not _LONE_KANA.fullmatch(compact(term))]
    return (telling or ["".join(terms)] * bool(terms))[: policy.QUERY_MAX_TERMS]


def reading_forms(reading: str) -> set[str]:
    """Every spelling under which a catalogue's spaced reading may be typed, spaced and unspaced.

    ワガハイ ワ ネコ デ アル is also looked for as わがはいはねこである.
    """
    words = reading.split()
    forms: set[str] = set()
    has_particles = not _PARTICLES.isdisjoint(words)
    for particles in ({}, _SPELT, _SOUNDED) if has_particles else ({},):
        spaced = " ".join(particles.get(word, word) for word in words)
        folded = fold(spaced)
        forms |= {folded, folded.replace(" ", ""), compact(spaced)}
    return forms - {""}
