"""The public interface of the search engine.

Other packages import from this module only, so everything behind it may change, tantivy included.
`tests/test_imports.py` fails on an import that bypasses it.
"""

from catalog.search.answering import search
from catalog.search.clauses import FIELDS, JOINTS, MATCHES, NDC, Clause
from catalog.search.engine import IndexState, count, index_state
from catalog.search.facets import Facets
from catalog.search.indexer import keep_up
from catalog.search.rebuilding import RebuildUnderWay, is_needed, rebuild
from catalog.search.request import Answer, SearchRequest
from catalog.search.segmentation import segment
from catalog.search.signs import words_of
from catalog.search.spelling.did_you_mean import did_you_mean
from catalog.search.suggestions import Suggestion, suggest
from catalog.search.terms.romaji import is_romaji

__all__ = [
    "FIELDS",
    "JOINTS",
    "MATCHES",
    "NDC",
    "Answer",
    "Clause",
    "Facets",
    "IndexState",
    "RebuildUnderWay",
    "SearchRequest",
    "Suggestion",
    "count",
    "did_you_mean",
    "index_state",
    "is_needed",
    "is_romaji",
    "keep_up",
    "rebuild",
    "search",
    "segment",
    "suggest",
    "words_of",
]
