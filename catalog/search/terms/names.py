"""Names that are half converted, or joined to a title by の."""

import re

from tantivy import Query, Schema

from catalog.indexing.tokens import kanji
from catalog.search.terms.scope import SCOPES, Scope, Term, all_of, as_typed
from japanese.normalise import compact

_KANA_OR_NOT = re.compile("[ァ-ヺー]+|[^ァ-ヺー]+")
_WORKS = {
    *("本", "絵本", "小説", "作品", "著書", "童話", "お話", "エッセイ", "詩集", "漫画", "マンガ"),
    *("ほん", "えほん", "おはなし", "まんが"),
}
_SHORTEST_OF_TWO = 2  # characters on either side of a の
_MOST_OF = 3  # each の adds clauses; from the fourth on they belong to a title


def half_converted_name(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match a name of which only the first part was converted: 東野けいご."""
    parts = _KANA_OR_NOT.findall(compact(term.text))
    if not scope.in_names or len(parts) != 2 or not kanji(parts[0]) or len(parts[1]) < 2:
        return []
    return [all_of([as_typed(schema, part, SCOPES["author"]) for part in parts])]


def work_of_a_person(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match a title by a contributor (カフカの変身), and books by or of a name (猫の本)."""
    if not scope.everywhere:
        return []
    found: list[Query] = []
    for at, sign in enumerate(term.text):
        if len(found) == _MOST_OF:
            break
        name, title = term.text[:at], term.text[at + 1 :]
        if sign == "の" and title in _WORKS and (kanji(name) or len(name) >= _SHORTEST_OF_TWO):
            found.append(as_typed(schema, name, scope))
        elif sign == "の" and min(len(name), len(title)) >= _SHORTEST_OF_TWO:
            parts = ((name, SCOPES["author"]), (title, SCOPES["title"]))
            found.append(all_of([as_typed(schema, part, place) for part, place in parts]))
    return found
