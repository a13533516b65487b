"""Parses NDC classes as typed: 913.6, ９１３, NDC 913, and K913 for children's books."""

import re
from collections.abc import Callable

from tantivy import Occur, Query, Schema

from catalog.indexing.field_values import class_beginnings

NDC, _AUDIENCE, _CHILD = "ndc", "audience", "child"
_LONGEST = 20
_NAMED = re.compile(r"^NDC[\s:]*")


def within(schema: Schema, text: str) -> Query | None:
    """Return a query for a class and its subclasses; None if the text names no class."""
    return _query(schema, text, lambda each: Query.term_query(schema, NDC, each))


def exactly(schema: Schema, text: str) -> Query | None:
    """Return a query for a class without its subclasses; None if the text names no class."""
    return _query(schema, text, lambda each: Query.term_query(schema, NDC, f"={each}"))


def _query(schema: Schema, text: str, of: Callable[[str], Query]) -> Query | None:
    """The prefix K marks a children's book: K913.

    Some bibs have the K in their class; others only have the audience `child`. K913 finds both.
    """
    beginnings = class_beginnings(text[:_LONGEST])
    mark = _NAMED.sub("", beginnings[-1]) if beginnings else ""
    bare = mark.removeprefix("K")
    if not mark:
        return None
    if bare == mark:
        return of(mark)
    for_children = Query.term_query(schema, _AUDIENCE, _CHILD)
    if not bare:
        return for_children
    shelved = Query.boolean_query([(Occur.Must, of(bare)), (Occur.Must, for_children)])
    return Query.boolean_query([(Occur.Should, of(mark)), (Occur.Should, shelved)])
