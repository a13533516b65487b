"""A year of publication beside other words: 村上春樹 1987, 理科年表 令和6年, '24."""

import re

from tantivy import Query, Schema

from catalog.search.terms.scope import Scope, Term, any_of
from japanese.numerals import plain
from japanese.years import western_year

_YEAR = re.compile(
    "(?:1[5-9]|20)[0-9]{2}年?|(?:明治|大正|昭和|平成|令和)(?:元|[0-9〇一二三四五六七八九十]+)年?"
)


def year_variants(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    if term.is_only or not scope.everywhere or not _YEAR.fullmatch(plain(term.text)):
        return []
    year = western_year(term.text)
    if not year:
        return []
    # An annual of 2024 is often published in 2023, and has the year in its title or volume.
    found = [Query.term_query(schema, "year", year)]
    found += [Query.term_query(schema, scope.bigrams, str(year))]
    return [Query.const_score_query(any_of(found), 1.0)]
