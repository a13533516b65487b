"""Every line of what must be withstood is tried by tests that are really there."""

import ast

import pytest

from demo.environment import ROOT
from tests.withstand.table import TABLE


def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line.name)
def test_what_tries_a_line_is_there(line):
    assert line.tests
    for test in line.tests:
        path, _, name = test.partition("::")
        tests = {one for one in names_in(path) if one.startswith("test_")}
        assert tests, path
        assert not name or name in tests, test


def test_the_names_of_lines_differ():
    assert len({line.name for line in TABLE}) == len(TABLE)
