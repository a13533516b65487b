"""Foreign words and names in katakana or Latin letters, in any transliteration."""

from tantivy import Occur, Query, Schema

from catalog.search.terms.romaji import is_romaji
from catalog.search.terms.scope import Scope, Term, all_of, as_typed
from japanese import loanwords
from japanese.romaji import katakana_of, loose_romaji


def transliteration_variants(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match other transliterations: ドストエーフスキイ, ゲエテの詩."""
    if scope.loanwords and is_romaji(term.text):
        forms = loanwords.long_forms(katakana_of(loose_romaji(term.text)))
        return [_constant(_transliterated(schema, term.text, forms, scope))] if forms else []
    parts = loanwords.parts(term.text) if scope.loanwords else []
    if not any(forms for _, forms in parts):
        return []
    found = [_transliterated(schema, part, forms, scope) for part, forms in parts]
    return [_constant(all_of(found))]


def short_name(schema: Schema, term: str) -> Query | None:
    """Return the query for a name whatever its long vowels: ゲテ is Goethe; None for other text."""
    found = loanwords.skeleton(term)
    return Query.term_query(schema, "author_loanwords", found) if found else None


def _constant(query: Query) -> Query:
    """Give every transliteration the same score, so that a volume number decides the order."""
    return Query.const_score_query(query, 1.0)


def _transliterated(schema: Schema, part: str, forms: list[str], scope: Scope) -> Query:
    found = [Query.term_query(schema, field, form) for field in scope.loanwords for form in forms]
    if not found:
        return as_typed(schema, part, scope)
    return Query.boolean_query([(Occur.Should, query) for query in found])
