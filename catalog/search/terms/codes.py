"""Terms that are codes or kinds: ISBN, class number, material type."""

import re

from tantivy import Query, Schema

from catalog.isbn import isbn_of
from catalog.search.class_numbers import within
from catalog.search.terms.scope import Scope, Term
from japanese.normalise import compact

_CLASS = re.compile(r"ndc(K?[0-9]{1,3}(?:\.[0-9]+)?)", re.IGNORECASE)
_MATERIALS = {
    compact(word): code
    for code, said in {
        "cd": "CD",
        "dvd": "DVD",
        "video": "ビデオ",
        "cassette": "カセット カセットテープ",
        "magazine": "雑誌",
        "kamishibai": "紙芝居 かみしばい",
        "large_kamishibai": "大型紙芝居",
        "picture_book": "絵本 えほん",
        "large_picture_book": "大型絵本 ビッグブック",
        "comic": "コミック 漫画 マンガ まんが",
        "large_print": "大活字本 大活字",
        "braille": "点字 点字本",
    }.items()
    for word in said.split()
}


def isbn_variants(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    isbn = isbn_of(term.text) if scope.everywhere else None
    return [Query.term_query(schema, "isbn", isbn)] if isbn else []


def class_variants(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    mark = _CLASS.fullmatch(term.text) if scope.everywhere else None
    found = within(schema, mark[1]) if mark else None
    return [found] if found else []


def material_variants(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match the material type, when the reader typed other words, too: 黒澤 DVD, 落語 CD."""
    code = _MATERIALS.get(compact(term.text)) if scope.everywhere and not term.is_only else None
    return [Query.term_query(schema, "material", code)] if code else []
