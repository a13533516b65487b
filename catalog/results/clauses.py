"""The clauses of 詳細検索 in a URL (f1 m1 t1 op2 f2 m2 t2 …), and their Japanese names."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from django.http import QueryDict

from akiruno_library import policy
from catalog.search import FIELDS, JOINTS, MATCHES, Clause

FIELD_WORDS = {
    "all": "すべて",
    "title": "題名",
    "author": "著者",
    "publisher": "出版者",
    "subject": "件名",
    "series": "シリーズ",
    "ndc": "分類",
    "isbn": "ISBN",
}
MATCH_WORDS = {"contains": "を含む", "starts": "で始まる", "is": "と一致する"}
JOINT_WORDS = {"and": "かつ", "or": "または", "not": "のぞく"}


def read_clauses(parameters: QueryDict, clean: Callable[[str], str]) -> tuple[Clause, ...]:
    """Read the clauses. An unknown value becomes the default: すべて, を含む, かつ.

    A clause without text is skipped.
    """
    return without_joint_above(
        Clause(
            field=_known(parameters.get(f"f{number}", ""), FIELDS),
            text=text,
            match=_known(parameters.get(f"m{number}", ""), MATCHES),
            joint=_known(parameters.get(f"op{number}", ""), JOINTS),
        )
        for number in range(1, policy.SEARCH_ROWS + 1)
        if (text := clean(parameters.get(f"t{number}", "")))
    )


def without_joint_above(rows: Iterable[Clause]) -> tuple[Clause, ...]:
    """Remove the "or" of the first clause, which has no clause above. "not" stays valid."""
    first, *rest = tuple(rows) or (None,)
    if first is None:
        return ()
    return (replace(first, joint="and") if first.joint == "or" else first, *rest)


def clause_parameters(rows: Iterable[Clause]) -> list[tuple[str, str]]:
    pairs = []
    for number, row in enumerate(rows, start=1):
        if number > 1 or row.joint == "not":
            pairs.append((f"op{number}", row.joint))
        pairs += [(f"f{number}", row.field), (f"m{number}", row.match), (f"t{number}", row.text)]
    return pairs


def said(row: Clause, *, is_first: bool) -> str:
    """Return the clause in words: または 題名「春」を含む."""
    joint = "" if is_first and row.joint != "not" else f"{JOINT_WORDS[row.joint]} "
    return f"{joint}{FIELD_WORDS[row.field]}「{row.text}」{MATCH_WORDS[row.match]}"


def _known(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else known[0]
