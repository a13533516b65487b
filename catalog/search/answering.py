"""Answers a request: as typed, read otherwise (engine.py), or corrected (spelling/)."""

from dataclasses import replace

from catalog.search import engine
from catalog.search.request import Answer, SearchRequest
from catalog.search.spelling.did_you_mean import correction_of


def search(request: SearchRequest) -> Answer:
    """Return the answer of the engine; if there are no hits, that of a certain correction.

    An uncertain correction, or one that the reader declined, is only named. Raises
    SearchUnavailable.
    """
    answer = engine.search(request)
    if answer.total or not request.q:
        return answer
    meant = correction_of(request.q)
    if meant and meant.is_certain and not request.as_typed:
        corrected = engine.search(replace(request, q=meant.words))
        if corrected.total:
            return replace(corrected, corrected_words=meant.words)
    return replace(answer, meant=meant.words) if meant else answer
