"""Which mistakes are tried, and that the code of a mutant really takes the place of the old."""

from types import FunctionType

import pytest

from tests.mutation.operators import mutants_of, with_marks
from tests.mutation.session import replace_code


def changes(statement: str) -> list[str]:
    source = f"def f(x):\n    {statement}\n"
    return [mutant.change.split(" → ")[1] for mutant in mutants_of(source, "m.py")]


@pytest.mark.parametrize(
    ("statement", "mistakes"),
    [
        ("return x < 3", ["return x <= 3", "return x < 4"]),
        ("return x and not y", ["return x or not y", "return x and y"]),
        ("return -x + 1", ["return -x - 1", "return x + 1", "return -x + 2"]),
        ("tell(x)", ["pass"]),
        ("x.day = y", ["pass"]),
        ("raise No(x + 1)", ["pass"]),
        ("return q.order_by('-a')", ["q.order_by()", "q.order_by('a')"]),
        ("return q.filter(a__lt=x)", ["return q.filter()", "return q.filter(a__lte=x)"]),
        ("return q.open().first()", ["return q.first()"]),
        ("return [y for y in x if y]", ["return [y for y in x]"]),
        ("return min(x)", ["return max(x)"]),
    ],
)
def test_a_mistake_is_tried(statement: str, mistakes: list[str]):
    assert [one.strip() for one in changes(statement)] == [
        one if one in changes(statement) else f"return {one}" for one in mistakes
    ]


@pytest.mark.parametrize(
    "statement",
    ["lock_queues_of(x)", "q.select_for_update(no_key=True)", '"""Text."""', "y: int = f'{x + 1}'"],
)
def test_locks_and_text_are_left_alone(statement: str):
    assert changes(statement) == []


def test_a_condition_is_tried_as_always_and_as_never():
    assert changes("if x: pass") == ["if True:", "if False:"]


SOURCE = """
def at_least(x):
    if x >= LEAST:
        return True
    return False
LEAST = 3
"""


def module() -> dict:
    names: dict = {}
    exec(compile(SOURCE, "m.py", "exec"), names)  # noqa: S102
    return names


def test_a_mutant_takes_the_place_of_the_function_that_others_hold():
    held: FunctionType = module()["at_least"]
    assert held(3)
    mutant = next(one for one in mutants_of(SOURCE, "m.py") if one.change.endswith("x > LEAST:"))
    replace_code([held], mutant.code)
    assert not held(3)
    assert held(4)


def test_constants_are_named_and_stand_by_themselves():
    constants = [one for one in mutants_of(SOURCE, "m.py") if one.is_constant]
    assert [(one.place, one.change) for one in constants] == [("LEAST", "LEAST = 3 → LEAST = 4")]


def test_what_is_reached_is_told_line_by_line():
    names, reached = module(), set()
    replace_code([names["at_least"]], with_marks(SOURCE, "m.py"))
    names["at_least"].__globals__["reached_line"] = reached.add
    names["at_least"](1)
    assert reached == {3, 5}
