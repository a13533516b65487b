"""Variants with another spelling than the bib's but the same reading."""

import re

from tantivy import Occur, Query, Schema

from catalog.indexing import morphemes
from catalog.indexing.field_values import sounded
from catalog.indexing.tokens import kanji, tokens, written
from catalog.search.terms.scope import Scope, Term, all_of, phrase
from japanese.normalise import compact
from japanese.old_kana import as_spelt_today

_KANA_OR_NOT = re.compile("[ァ-ヺー]+|[^ァ-ヺー]+")
_KANA = re.compile("[ァ-ヺー]+")
_PARTICLE_OR_SOUND = re.compile("[ハヘワエ]")
_SHORTEST_SOUNDED = 3  # kana; fewer match inside too many other words
_SHORTEST_READING = 5
_LEAST_HALF_READ = 2  # kanji and runs of kana together


def particle_variants(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match kana with particles written as they sound: は as わ, へ as え."""
    kana = compact(term.text)
    if not scope.everywhere or len(kana) < _SHORTEST_SOUNDED:
        return []
    if not _KANA.fullmatch(kana) or not _PARTICLE_OR_SOUND.search(kana):
        return []
    return [phrase(schema, "sounded_bigrams", tokens(sounded(term.text)))]


def spelling_variants(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match the dictionary's normal form: 子供 equals 子ども.

    A single character is not expanded, because its normal form is often another word.
    """
    if not scope.in_title or len(compact(term.text)) < 2 or term.text.isascii():
        return []
    split = morphemes.split(term.text)
    return [phrase(schema, "words", split)] if split else []


def reading_variants(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match the whole reading: 奥の細道 finds おくのほそ道.

    Only for a mix of kanji and kana, where another writer may convert more or less of it.
    """
    if not scope.everywhere or not kanji(term.text) or not re.search("[ァ-ヺ]", compact(term.text)):
        return []
    read = sounded(morphemes.reading(term.text))
    return (
        [phrase(schema, "sounded_bigrams", tokens(read))] if len(read) >= _SHORTEST_READING else []
    )


def modern_kana(schema: Schema, term: str) -> Query | None:
    """Return the query for the modern spelling of historical kana (てふてふ, 思ひ出), or None."""
    typed = compact(term)
    today = as_spelt_today(typed)
    if today == typed or len(today) < _SHORTEST_SOUNDED:
        return None
    parts = tokens(today)
    found = [
        phrase(schema, "all_bigrams", parts),
        phrase(schema, "sounded_bigrams", tokens(sounded(today))),
    ]
    return Query.boolean_query([(Occur.Should, query) for query in found])


def spelt_in_kana(schema: Schema, term: str) -> Query | None:
    """Return the query for titles and names that write the word in kana: 幽霊 for ゆうれいせん."""
    read = morphemes.reading(term) if kanji(term) else ""
    if len(read) < _SHORTEST_SOUNDED or not _KANA.fullmatch(read):
        return None
    hiragana = "".join(chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign for sign in read)
    found = [phrase(schema, "written_bigrams", written(kana)) for kana in (hiragana, read)]
    return Query.boolean_query([(Occur.Should, query) for query in found])


def half_converted(schema: Schema, term: str) -> Query | None:
    """Match every kanji in the title and every run of kana in its reading: 鬼めつの刃."""
    runs = _KANA_OR_NOT.findall(compact(term))
    read = [run for run in runs if _KANA.fullmatch(run)]
    long_runs = [run for run in read if len(run) > 1]
    signs = kanji(term)
    if not long_runs or not signs or len(long_runs) + len(signs) < _LEAST_HALF_READ:
        return None
    found = [Query.term_query(schema, "title_kanji", sign) for sign in signs]
    return all_of(
        [*found, *(phrase(schema, "sounded_bigrams", tokens(sounded(run))) for run in long_runs)]
    )
