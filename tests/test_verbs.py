"""Each verb stands in tests/verb_table.py, and what the table says of it is true."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import resolve

from catalog.help.topics import GROUPS
from notifications.jobs import JOBS
from reservations import diagram
from tests.reservations import busy_reservations
from tests.reservations.test_model import NO_VERBS, RULES, Queues
from tests.test_imports import FLOORS, functions, imported, modules
from tests.test_urls import ADMIN as TABLES_OF_THE_ADMIN
from tests.url_table import ADMIN_LOGIN, CLASSIFIED, LOGIN
from tests.verb_table import ADMIN, JOB, VERBS, Verb, met, modelled, raced

ROOT = Path(__file__).resolve().parent.parent
FRAME = "locked_transaction"
every_verb = pytest.mark.parametrize("path", VERBS)


def framed() -> Iterator[str]:
    """The dotted names of all functions that the frame decorates."""
    for app, path, tree in modules():
        for function in functions(tree):
            names = {name for one in function.decorator_list for name in words_in(one)}
            if app != "bench" and FRAME in names:
                yield f"{path.removesuffix('.py').replace('/', '.')}.{function.name}"


def words_in(tree: ast.AST) -> set[str]:
    """The names and attributes in a piece of code."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return found | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_every_verb_stands_in_the_table_and_nothing_else():
    assert set(framed()) - set(VERBS) == set()
    assert set(VERBS) - set(framed()) == set()


@every_verb
def test_a_verb_is_tried_against_the_others_or_says_why_not(path: str):
    verb = VERBS[path]
    assert bool(verb.met or verb.raced or verb.model) != bool(verb.alone)


# --- What tries it ------------------------------------------------------------------------------


def in_the_interleavings() -> dict[str, set[str]]:
    """For each name of the interleavings the words of its lambda, and of the helpers it calls."""
    tree = ast.parse(inspect.getsource(busy_reservations))
    helpers = {one.name: words_in(one) for one in tree.body if isinstance(one, ast.FunctionDef)}
    [table] = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict)
    ]
    found = {}
    for key, value in zip(table.keys, table.values, strict=True):
        words = words_in(value)
        called = {word for name in words & helpers.keys() for word in helpers[name]}
        found[ast.literal_eval(key)] = words | called
    return found


def in_the_model() -> dict[str, set[str]]:
    """For each rule of the state machine the words of its method, and of the methods it calls."""

    def words(name: str) -> set[str]:
        return words_in(ast.parse(textwrap.dedent(inspect.getsource(getattr(Queues, name)))))

    own = {name for name in dir(Queues) if inspect.isfunction(getattr(Queues, name))}
    return {
        rule: words(rule) | {word for name in words(rule) & own - {rule} for word in words(name)}
        for rule in RULES
    }


def test_the_interleavings_have_each_name_once():
    assert sorted(met()) == sorted(in_the_interleavings())


def test_every_rule_of_the_state_machine_is_of_a_verb_or_none():
    assert set(RULES) == modelled() | NO_VERBS
    assert modelled() & NO_VERBS == set()


@every_verb
def test_what_tries_a_verb_calls_it(path: str):
    function, verb = path.rpartition(".")[2], VERBS[path]
    others = {"place": "place_again", "lapse": "lapse_all_overdue"}
    names = {function, others.get(function, function)}
    for name in verb.met:
        assert names & in_the_interleavings()[name], name
    for rule in verb.model:
        assert names & in_the_model()[rule], rule


def test_the_race_of_all_verbs_names_each_function_once():
    weights = {path.rpartition(".")[2]: verb.raced for path, verb in VERBS.items() if verb.raced}
    assert sum(weights.values()) == len(raced())


# --- Who may do it ------------------------------------------------------------------------------


@every_verb
def test_who_may_do_it_stands_in_the_table_of_rights(path: str):
    assert VERBS[path].by
    for way in VERBS[path].by:
        if way.startswith(JOB):
            assert way.removeprefix(JOB) in JOBS
        elif way.startswith(ADMIN):
            assert way.removeprefix(ADMIN) in TABLES_OF_THE_ADMIN
        else:
            assert way in CLASSIFIED


def imports_of(path: str, *, arrows: dict[str, set[str]]) -> set[str]:
    """All modules that this one imports, also through others."""
    found, left = set(), [path]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += arrows.get(one, ())
    return found


@pytest.fixture(scope="module")
def arrows() -> dict[str, set[str]]:
    """For each module of ours the modules whose names it imports."""
    trees = {path.removesuffix(".py").replace("/", "."): tree for _, path, tree in modules()}
    known = {name.removesuffix(".__init__") for name in trees}
    found: dict[str, set[str]] = {}
    for name, tree in trees.items():
        for node in ast.walk(tree):
            for target in imported(node, name.replace(".", "/") + ".py"):
                if target.split(".")[0] in FLOORS:
                    parts = {target, target.rpartition(".")[0]}
                    found.setdefault(name.removesuffix(".__init__"), set()).update(parts & known)
    return found


@every_verb
def test_the_page_that_is_named_reaches_the_verb(path: str, arrows: dict[str, set[str]]):
    for way in VERBS[path].by:
        if way in CLASSIFIED:
            address = re.sub(r"{[^}]*}", "1", CLASSIFIED[way].path).partition("?")[0]
            view = inspect.unwrap(resolve(address).func)
            assert path.rpartition(".")[0] in imports_of(view.__module__, arrows=arrows), way


# --- What is written about it -------------------------------------------------------------------


def is_for_patrons(verb: Verb) -> bool:
    """Whether one of its addresses asks for the login of a patron, or for no login at all."""
    answers = [CLASSIFIED[way].nobody for way in verb.by if way in CLASSIFIED]
    return any(answer == LOGIN or answer != ADMIN_LOGIN for answer in answers)


@every_verb
def test_what_a_patron_does_stands_in_the_help(path: str):
    topics = {topic.slug for group in GROUPS for topic in group.topics}
    assert (VERBS[path].help in topics) == is_for_patrons(VERBS[path])


def test_every_arrow_in_the_diagram_of_states_is_of_a_verb():
    drawn = set(re.findall(r"--> \w+: (.+)", diagram.drawn()))
    assert {state for verb in VERBS.values() for state in verb.states} == drawn
