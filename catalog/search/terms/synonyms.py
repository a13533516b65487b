"""Words of the same meaning: パソコン and コンピュータ, 育児 and 子育て.

The dictionary (optional extra `words`) says which words belong to one group.
"""

from tantivy import Query, Schema

from catalog.indexing import morphemes, word_starts
from catalog.indexing.schema import SYNONYMS
from catalog.search.terms.scope import Scope, Term, any_of

FEW_HITS = 10  # a search with fewer is extended by synonyms


def synonym_variants(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match titles, series and subjects with a word of the same group."""
    groups = morphemes.synonym_groups_of_word(term.text) if scope.everywhere else []
    if not groups:
        return []
    found = any_of([Query.term_query(schema, SYNONYMS, group) for group in groups])
    return [Query.const_score_query(found, 1.0)]


def has_synonyms(term: str, hits: int) -> bool:
    """Whether a term with so few hits is extended; a short one only if it has none."""
    is_short = word_starts.short_kana(term) or word_starts.two_kanji(term)
    return hits < (1 if is_short else FEW_HITS) and bool(morphemes.synonym_groups_of_word(term))
