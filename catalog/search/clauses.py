"""Clauses of the advanced query: a field, a kind of match, and a joint to the clauses above.

The clauses are evaluated from the first to the last, and each is joined to the result so far: A
または B かつ C means (A または B) かつ C.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tantivy import Occur, Query, Schema

from catalog.indexing.field_values import LONGEST_WHOLE, sounded
from catalog.search.class_numbers import NDC, exactly, within
from japanese.normalise import compact

# The fields that hold whole values, for each field of the form. Readings are compared by sound.
_TITLE, _AUTHOR = ("title_exact", "title_reading"), ("author_exact", "author_variants")
WHOLE_VALUES = {
    "all": (*_TITLE, *_AUTHOR, "publisher_exact", "subject_exact", "series_exact"),
    "title": _TITLE,
    "author": _AUTHOR,
    "publisher": ("publisher_exact",),
    "subject": ("subject_exact",),
    "series": ("series_exact",),
    "isbn": ("isbn",),
}
ISBN = "isbn"
FIELDS = (*WHOLE_VALUES, NDC)
MATCHES = ("contains", "starts", "is")
JOINTS = ("and", "or", "not")
_BY_SOUND = "title_reading"


@dataclass(frozen=True, slots=True)
class Clause:
    field: str
    text: str
    match: str = "contains"
    joint: str = "and"  # the first clause has no clause above, so only `not` matters there


def whole_value(schema: Schema, clause: Clause) -> Query | None:
    """Return the query for a whole value or its beginning; None if no text is left."""
    if clause.field == NDC:
        return _class(schema, clause)
    found = [
        _is(schema, name, value) if clause.match == "is" else _begins(schema, name, value)
        for name in WHOLE_VALUES[clause.field]
        if (value := _compared(name, clause.text))
    ]
    return _any(found) if found else None


def joined(parts: Iterable[tuple[str, Query]]) -> Query | None:
    """Combine all clauses into one query, from the first to the last."""
    found: Query | None = None
    for joint, part in parts:
        if joint == "not":
            # A boolean query with only MustNot matches nothing in tantivy, so the first clause
            # excludes from all bibs.
            found = Query.boolean_query(
                [(Occur.Must, found or Query.exists_query("bib")), (Occur.MustNot, part)]
            )
        elif found is None:
            found = part
        else:
            occur = Occur.Should if joint == "or" else Occur.Must
            found = Query.boolean_query([(occur, found), (occur, part)])
    return found


def _class(schema: Schema, clause: Clause) -> Query | None:
    found = (exactly if clause.match == "is" else within)(schema, clause.text)
    return Query.const_score_query(found, 0.0) if found else None


def _compared(name: str, text: str) -> str:
    # `compact` and `sounded` may shorten the text, so the cut before them is generous; the exact
    # cut follows. Without the first cut a very long input would cost time.
    text = text[: 2 * LONGEST_WHOLE]
    if name == ISBN:
        return "".join(sign for sign in compact(text).upper() if sign in "0123456789X")
    return (sounded(text) if name == _BY_SOUND else compact(text))[:LONGEST_WHOLE]


def _is(schema: Schema, name: str, value: str) -> Query:
    return Query.term_query(schema, name, value)


def _begins(schema: Schema, name: str, value: str) -> Query:
    """Match values that begin with `value`.

    A fuzzy query with distance 0 walks only the terms with this prefix. tantivy's regex query would
    interpret signs that the reader typed.
    """
    return Query.fuzzy_term_query(schema, name, value, distance=0, prefix=True)


def _any(queries: list[Query]) -> Query:
    found = Query.boolean_query([(Occur.Should, query) for query in queries])
    return Query.const_score_query(found, 1.0)
