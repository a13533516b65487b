"""Compiles a sentence (sentences.py) into queries."""

from dataclasses import replace

from tantivy import Occur, Query, Schema

from catalog.indexing.tokens import kanji, tokens
from catalog.search.boosts import exact_boosts
from catalog.search.query_builder import QueryBuilder
from catalog.search.request import SearchRequest
from catalog.search.sentences import Sentence
from catalog.search.terms.scope import ANYWHERE, Term, all_of, any_of, as_typed
from catalog.search.terms.single_kanji import is_single_kanji, single_kanji_word
from catalog.search.terms.synonyms import synonym_variants
from catalog.search.terms.variants import must_match_at_word_start
from japanese.normalise import compact

# Constant scores, so that the number of words found decides before anything else does.
THE_SUBJECT = 30.0
A_WORD, A_RAISING_WORD, IN_TITLE_OR_SUBJECT, THE_TOPIC = 40.0, 12.0, 15.0, 25.0


class SentenceQueryBuilder(QueryBuilder):
    """Matches most words of a sentence and what its other words mean."""

    def __init__(self, request: SearchRequest, schema: Schema, sentence: Sentence) -> None:
        self._sentence = sentence
        super().__init__(_sorted(replace(request, q=""), sentence), schema)

    def _words(self) -> list[Query]:
        schema, sentence = self._schema, self._sentence
        words = [_word(schema, parts) for parts in sentence.words]
        self.boosts += [Query.const_score_query(word, A_WORD) for word in words]
        # What is asked about usually comes first: 図書館の歴史 is about libraries.
        self.boosts += [Query.const_score_query(word, THE_TOPIC) for word in words[:1]]
        for parts in sentence.words:
            self.boosts += _about(schema, "".join(parts))
        # Of several words a whole name would outweigh that both are found.
        if len(words) == 1:
            self.boosts += exact_boosts(schema, "".join(sentence.words[0]))
        self.boosts += [
            Query.const_score_query(as_typed(schema, word, ANYWHERE), A_RAISING_WORD)
            for word in sentence.raising
        ]
        found = [_exactly(_meant(schema, m.values)) for m in sentence.meanings if m.values]
        if words:
            each = [(Occur.Should, word) for word in words]
            found.append(Query.boolean_query(each, minimum_number_should_match=sentence.least))
        return found or [Query.exists_query("bib")]


def _sorted(request: SearchRequest, sentence: Sentence) -> SearchRequest:
    """Return the request in the order that the sentence asks for, if the reader chose none."""
    orders = [meaning.sort for meaning in sentence.meanings if meaning.sort]
    if orders and request.sort == "relevance":
        return replace(request, sort=orders[0])
    return request


def _word(schema: Schema, parts: tuple[str, ...]) -> Query:
    """Match the word, or all its parts: 夏目漱石 is 夏目 and 漱石, too."""
    whole = "".join(parts)
    if is_single_kanji(whole):
        return single_kanji_word(schema, whole)
    term = Term(whole, is_only=True)
    found = any_of(
        [
            must_match_at_word_start(schema, term, ANYWHERE),
            *synonym_variants(schema, term, ANYWHERE),
        ]
    )
    if len(parts) == 1:
        return found
    each = [_word(schema, (part,)) for part in parts]
    return any_of([found, Query.boost_query(all_of(each), 0.5)])


def _about(schema: Schema, word: str) -> list[Query]:
    """Return boosts for a word in the title or the subjects."""
    parts = tokens(word)
    if len(parts) == 1 and kanji(word):
        return []
    found = [
        Query.phrase_query(schema, field, [*parts])
        if len(parts) > 1
        else Query.term_query(schema, field, parts[0])
        for field in ("title_bigrams", "subject_bigrams")
        if parts
    ]
    whole = Query.term_query(schema, "subject_exact", compact(word))
    return [
        *(Query.const_score_query(query, IN_TITLE_OR_SUBJECT) for query in found),
        Query.const_score_query(whole, THE_SUBJECT),
    ]


def _meant(schema: Schema, values: tuple[tuple[str, str], ...]) -> Query:
    return any_of([Query.term_query(schema, field, value) for field, value in values])


def _exactly(condition: Query) -> Query:
    return Query.const_score_query(condition, 0.0)
