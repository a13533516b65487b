"""No name uses a word that docs/words.md gave up: in backticks, in the last column of its tables.

Names are those of modules, classes, functions, variables, arguments and attributes, and the
variables of templates. The names of tests are sentences and may use any word.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = [
    "akiruno_library", "bench", "catalog", "circulation", "demo", "japanese", "loans",
    "notifications", "operation", "patrons", "reservations", "tests",
]  # fmt: skip
# Here the word has the meaning that words.md gives it.
ALLOWED = {"former": re.compile(r"_former_names?_")}  # of a patron, before a marriage
LAST_COLUMN = re.compile(r"^\|.*\|([^|]*)\|$", re.MULTILINE)
TAG = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
LITERAL = re.compile(r"\"[^\"]*\"|'[^']*'")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def given_up() -> set[str]:
    text = (ROOT / "docs/words.md").read_text(encoding="utf-8")
    return {word for column in LAST_COLUMN.findall(text) for word in re.findall(r"`(\w+)`", column)}


def names_in(path: Path) -> Iterator[str]:
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for field in ("id", "attr", "arg", "name", "asname"):
            if isinstance(name := getattr(node, field, None), str):
                yield name.rpartition(".")[2]


def variables_in(path: Path) -> Iterator[str]:
    for tag in TAG.findall(path.read_text(encoding="utf-8")):
        yield from re.findall(r"\w+", LITERAL.sub("", tag))


def offends(name: str, words: set[str]) -> bool:
    parts = f"_{HUMP.sub('_', name).lower().strip('_')}_"
    found = [word for word in words if f"_{word}_" in parts]
    return not name.startswith("test_") and any(
        word not in ALLOWED or not ALLOWED[word].search(parts) for word in found
    )


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_python_name_uses_a_word_that_was_given_up(folder: str):
    paths = [p for p in (ROOT / folder).rglob("*.py") if "migrations" not in p.parts]
    assert paths
    words = given_up()
    found = {
        f"{p.relative_to(ROOT)}: {n}" for p in paths for n in set(names_in(p)) if offends(n, words)
    }
    assert sorted(found) == []


def test_no_variable_of_a_template_uses_one():
    paths, words = list((ROOT / "templates").rglob("*.html")), given_up()
    found = {f"{p.name}: {n}" for p in paths for n in set(variables_in(p)) if offends(n, words)}
    assert sorted(found) == []


def test_the_table_is_read():
    assert {"shown", "wish", "told", "hopeless"} <= given_up()
    assert offends("HopelessList", given_up())
    assert not offends("FormerName", given_up())
