"""もしかして: a spelling suggestion for a search without hits.

1. a word with hits stays; every other word is corrected on its own
2. the index gives titles, contributors and series that share enough tokens with it
3. the candidate with the fewest differences, as written or as read, replaces it: a wrong
conversion (宮沢健二) has the reading of the right one, and 鬼めつの刃 is half converted
4. the corrected search must have hits

A poor suggestion is worse than none. A part of a title is suggested only if it consists of whole
words and has the first character of the input. The shorter the word, the more of it must be right
(`_is_likely`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.indexing import morphemes
from catalog.indexing.tokens import kanji, query_terms
from catalog.search import index as on_disk
from catalog.search.engine import count
from catalog.search.request import SearchRequest
from catalog.search.signs import read_signs
from catalog.search.spelling.candidates import candidates_for
from catalog.search.spelling.corrections import (
    Correction,
    corrections_by_likeness,
    half_converted_corrections,
)
from catalog.search.spelling.forms import typed_forms
from japanese.normalise import compact

_SHORTEST_CERTAIN, _LONG = 4, 9  # characters of a word with one, and with two differences
_SHORTEST_PART = 6  # characters of a word that may be a part of a title
# Characters of one word; longer words are sentences, and comparing them is slow.
LONGEST_CORRECTED = 30


@dataclass(frozen=True, slots=True)
class Meant:
    """A corrected search. A certain one may be shown at once."""

    words: str
    is_certain: bool


def did_you_mean(q: str) -> str | None:
    """Return the corrected search if it has hits, otherwise None. Raises SearchUnavailable."""
    found = correction_of(q)
    return found.words if found else None


def correction_of(q: str) -> Meant | None:
    """Return the corrected search if it has hits, and whether nothing else can be meant."""
    signed = read_signs(q)
    if signed.has_signs:
        return None
    typed = query_terms(signed.plain)
    corrected = [_kept_or_corrected(term) for term in typed]
    found = _with_hits(typed, corrected)
    if found is None and len(typed) > 1 and q.isascii():
        # norwegian wod: a word of three letters is too short to be corrected alone
        found = _with_hits([" ".join(typed)], [_kept_or_corrected(" ".join(typed))])
    return found


def _with_hits(typed: list[str], corrected: list[Meant]) -> Meant | None:
    words = [one.words for one in corrected]
    whole = " ".join(words)
    if words == typed or not count(SearchRequest(q=whole)):
        return None
    return Meant(whole, all(one.is_certain for one in corrected))


def _kept_or_corrected(term: str) -> Meant:
    if len(term) > LONGEST_CORRECTED or count(SearchRequest(q=term)):
        return Meant(term, is_certain=True)
    found = sorted(_corrections(term), key=lambda one: (one.rank, _unlike(one, term)))
    return Meant(found[0].words, _is_certain(term, found)) if found else Meant(term, True)


def _unlike(correction: Correction, term: str) -> int:
    """Of equal corrections the one in the reader's script is first: 東野圭吾 before 东野圭吾."""
    return -len(set(correction.words) & set(term))


def _is_certain(term: str, found: list[Correction]) -> bool:
    """Whether the best correction is close and no other one is as close."""
    best = found[0]
    length = len(compact(term))
    allowed = 1 if length < _LONG else 2
    shortest = _SHORTEST_PART if best.is_part and not term.isascii() else _SHORTEST_CERTAIN
    # A word of the dictionary is hardly a slip: ダイナソー is no part of きょだいな.
    if length < shortest or best.differences > allowed or morphemes.is_one(term):
        return False
    if length >= _SHORTEST_PART and _is_another_word(term, best.words):
        return False
    rivals = (other for other in found if other.differences <= best.differences)
    return all(other.of == best.of or _belong_together(best.words, other.words) for other in rivals)


def _is_another_word(term: str, words: str) -> bool:
    """Whether a kanji that is a word of its own was exchanged: 吾輩は犬である is no slip.

    One that is no word (描 for 猫), or is part of a longer word (コンビニ人聞), is a slip.
    """
    meant = kanji(words)
    typed = [word for word in morphemes.words_of(term) if not word.is_oov()]
    exchanged = {word.surface() for word in typed if kanji(word.surface()) == [word.surface()]}
    exchanged -= set(meant)
    alone = re.findall(r"(?<![一-鿿々])[一-鿿](?![一-鿿々])", term)
    return bool(exchanged & set(alone)) and len(meant) == len(kanji(term))


def _belong_together(one: str, other: str) -> bool:
    """Whether one contains the other, or is in another script: volumes, editions, originals."""
    first, second = sorted((compact(one), compact(other)), key=len)
    return first in second or one.isascii() != other.isascii()


def _corrections(term: str) -> Iterator[Correction]:
    forms = [form for form in typed_forms(term) if form.allowed]
    with on_disk.reading() as reader:
        searcher, schema = reader.searcher(), reader.schema
        candidates = candidates_for(searcher, schema, forms)
    for candidate in candidates:
        yield from half_converted_corrections(term, candidate)
        for form in forms:
            yield from corrections_by_likeness(form, candidate)
