"""The lists of `python3 run.py mutate` are true: modules, tests and explanations exist."""

import pytest

from demo.environment import ROOT
from tests.mutation.operators import mutants_of
from tests.mutation.survivors import EXPLAINED
from tests.mutation.targets import TARGETS, Target


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_a_target_is_a_module_with_tests(target: Target):
    assert target.path.is_file()
    assert [test for test in target.tests if not (ROOT / test).exists()] == []
    assert next(iter(target.only(mutants_of(target.path.read_text(), target.file))), None)


def test_every_explanation_belongs_to_a_mutant_that_there_is():
    there_are = {
        (target.name, mutant.place, mutant.change)
        for target in TARGETS.values()
        for mutant in target.only(mutants_of(target.path.read_text(), target.file))
    }
    assert set(EXPLAINED) - there_are == set()
    assert all(EXPLAINED.values())
