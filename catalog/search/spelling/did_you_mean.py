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

from collections.abc import Iterator

from catalog.indexing.tokens import query_terms
from catalog.search import index as on_disk
from catalog.search.engine import count
from catalog.search.request import SearchRequest
from catalog.search.spelling.candidates import candidates_for
from catalog.search.spelling.corrections import (
    Correction,
    corrections_by_likeness,
    half_converted_corrections,
)
from catalog.search.spelling.forms import typed_forms

# Characters of one word; longer words are sentences, and comparing them is slow.
LONGEST_CORRECTED = 30


def did_you_mean(q: str) -> str | None:
    """Return the corrected search if it has hits, otherwise None. Raises SearchUnavailable."""
    typed = query_terms(q)
    corrected = [_kept_or_corrected(term) for term in typed]
    whole = " ".join(corrected)
    return whole if corrected != typed and count(SearchRequest(q=whole)) else None


def _kept_or_corrected(term: str) -> str:
    if len(term) > LONGEST_CORRECTED or count(SearchRequest(q=term)):
        return term
    best = min(_corrections(term), default=None)
    return best.words if best else term


def _corrections(term: str) -> Iterator[Correction]:
    forms = [form for form in typed_forms(term) if form.allowed]
    with on_disk.reading() as reader:
        searcher, schema = reader.searcher(), reader.schema
        candidates = candidates_for(searcher, schema, forms)
    for candidate in candidates:
        yield from half_converted_corrections(term, candidate)
        for form in forms:
            yield from corrections_by_likeness(form, candidate)
