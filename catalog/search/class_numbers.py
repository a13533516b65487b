"""Parses NDC classes as typed: 913.6, ９１３, NDC 913, and K913 for children's books."""

import re

from tantivy import Occur, Query, Schema

from catalog.indexing.field_values import class_beginnings

NDC, _AUDIENCE, _CHILD = "ndc", "audience", "child"
_LONGEST = 20
_NAMED = re.compile(r"^NDC[\s:]*")


def within(schema: Schema, text: str, *, itself: bool = False) -> Query | None:
    """Return a query for a class and its subclasses, or with `itself` for the class alone.

    Returns None if no class is left to search for. The prefix K marks a children's book. Some bibs
    have the K in their class; others only have the audience `child`. K913 finds both.
    """
    beginnings = class_beginnings(text[:_LONGEST])
    mark = _NAMED.sub("", beginnings[-1]) if beginnings else ""
    bare = mark.removeprefix("K")

    def of(each: str) -> Query:
        return Query.term_query(schema, NDC, f"={each}" if itself else each)

    if not mark:
        return None
    if bare == mark:
        return of(mark)
    for_children = Query.term_query(schema, _AUDIENCE, _CHILD)
    if not bare:
        return for_children
    shelved = Query.boolean_query([(Occur.Must, of(bare)), (Occur.Must, for_children)])
    return Query.boolean_query([(Occur.Should, of(mark)), (Occur.Should, shelved)])
