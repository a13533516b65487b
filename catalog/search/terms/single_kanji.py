"""A single kanji as a word: 猫 stands for ねこ and ネコ, but not for a part of another word."""

from tantivy import Query, Schema

from catalog.indexing import morphemes
from catalog.indexing.tokens import kanji
from catalog.search.terms.scope import Scope, Term, any_of
from japanese.normalise import compact

COUNTERS = frozenset("年月日号巻部集冊版")  # after a number they are rarely words of a title


def is_single_kanji(text: str) -> bool:
    return kanji(text) == [compact(text)]


def single_kanji_word(schema: Schema, text: str) -> Query:
    """Match the kanji as a word of a title, or as a whole title, subject or name."""
    folded = compact(text)
    fields = [("words", folded), ("title_exact", folded), ("subject_exact", folded)]
    fields += [("author_exact", folded), ("words", compact(morphemes.usual_spelling(text)))]
    return any_of([Query.term_query(schema, name, value) for name, value in fields if value])


def kana_variants(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match titles in which the word is spelt in kana: 猫 finds 11ぴきのねこ."""
    if not scope.in_title or not is_single_kanji(term.text):
        return []
    # The dictionary makes ねこ 猫, but leaves くま as it is.
    values = (compact(term.text), compact(morphemes.reading(term.text)))
    return [
        Query.term_query(schema, "words", value)
        for value in values
        if len(value) != 1 or kanji(value)
    ]
