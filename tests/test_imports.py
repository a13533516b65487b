"""The floors of the house: an app imports only from the floors below it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = [
    "japanese",
    "akiruno_library",
    "catalog",
    "notifications",
    "patrons",
    "loans",
    "reservations",
    "circulation",
    "operation",
    "demo",
    "bench",
]
OWN_ROOMS = {"views", "forms", "tasks"}  # nobody else's business


def modules() -> Iterator[tuple[str, str, ast.Module]]:
    """The app, the path and the tree of every module of ours."""
    for app in FLOORS:
        for path in sorted((ROOT / app).rglob("*.py")):
            yield app, str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def imported(node: ast.AST, path: str) -> list[str]:
    """The dotted names that a statement imports; a relative one is of its own app."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            base = ".".join([*Path(path).parts[: -node.level], base]).rstrip(".")
        return [f"{base}.{alias.name}" for alias in node.names]
    return []


def arrows() -> Iterator[tuple[str, str, str]]:
    """Each import from one of our apps in another: where it stands, the app and the name."""
    for app, path, tree in modules():
        for node in ast.walk(tree):
            for name in imported(node, path):
                target = name.split(".")[0]
                if target in FLOORS and target != app:
                    yield path, app, name


def test_no_arrow_goes_up_the_floors():
    upwards = [
        f"{path} imports {name}"
        for path, app, name in arrows()
        if FLOORS.index(name.split(".")[0]) > FLOORS.index(app)
    ]
    assert upwards == []


# The few tags by which the catalogue's pages show what lies above them.
TAGS_USED_UPWARDS = {
    "catalog/detail.html": {"due_days", "favourites", "waits"},
    "catalog/home.html": {"strip"},
    "catalog/help/topics/status.html": {"status_words"},
    "catalog/results.html": {"visitor", "waits"},
    "catalog/browsing/_rows.html": {"visitor", "waits"},
}


def test_pages_of_the_catalogue_load_no_other_tags_from_above():
    own = {path.stem for path in (ROOT / "catalog/templatetags").glob("*.py")} | {"static"}
    loaded = {}
    for path in (ROOT / "templates/catalog").rglob("*.html"):
        found = re.findall(r"{% load ([^%]*) %}", path.read_text("utf-8"))
        if above := {name for names in found for name in names.split()} - own:
            loaded[str(path.relative_to(ROOT / "templates"))] = above
    assert loaded == TAGS_USED_UPWARDS


def test_nobody_imports_the_views_forms_or_tasks_of_another_app():
    private = [
        f"{path} imports {name}"
        for path, app, name in arrows()
        if OWN_ROOMS & set(name.split(".")[1:])
    ]
    assert private == []


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_import_of_ours_hides_in_a_function():
    """AppConfig.ready is the one place where Django wants it so."""
    hidden = [
        f"{path}:{node.lineno} imports {name}"
        for app, path, tree in modules()
        if app not in ("demo", "bench")
        for function in functions(tree)
        if not (path.endswith("/apps.py") and function.name == "ready")
        for node in ast.walk(function)
        for name in imported(node, path)
        if name.split(".")[0] in FLOORS
    ]
    assert hidden == []


@pytest.mark.parametrize("app", FLOORS)
def test_every_floor_is_read(app):
    assert any(read == app for read, _, _ in modules())


def test_every_app_of_ours_has_a_floor():
    ours = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert ours - {"tests"} <= set(FLOORS)
