"""The floors of the house: an app imports only from the floors below it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog import search

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


# The names that catalog/search/__init__.py offers.
DOOR_OF_SEARCH = {f"catalog.search.{name}" for name in search.__all__}

# Inside the catalogue a folder imports only from the folders and modules before it.
FLOORS_OF_THE_CATALOGUE = [
    *("isbn", "refusals", "models", "calendar", "outage", "indexing", "search", "display"),
    *("readiness", "ndc", "copies", "help", "imports", "results", "browsing", "bib_page"),
    *("statistics", "kids", "feeds", "api", "staff", "templatetags", "context_processors"),
    *("admin", "management", "views", "urls", "apps"),
]


def rooms_of(app: str) -> Iterator[tuple[str, str, str]]:
    """Each import between two rooms of an app: where it stands, the room it is in, the other."""
    for own, path, tree in modules():
        parts = Path(path).with_suffix("").parts
        if own != app or "migrations" in parts or len(parts) < 2 or parts[1] == "__init__":
            continue
        for node in ast.walk(tree):
            for name in imported(node, path):
                target = name.split(".")
                if target[0] == app and len(target) > 1 and target[1] != parts[1]:
                    yield path, parts[1], target[1]


def test_no_arrow_goes_up_inside_the_catalogue():
    floor = {room: number for number, room in enumerate(FLOORS_OF_THE_CATALOGUE)}
    upwards = [
        f"{path} imports {target}"
        for path, room, target in rooms_of("catalog")
        if floor[target] > floor[room]
    ]
    assert upwards == []


def test_every_room_of_the_catalogue_has_a_floor():
    rooms = {
        path.stem
        for path in (ROOT / "catalog").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert rooms - {"__init__", "migrations"} == set(FLOORS_OF_THE_CATALOGUE)


def folder(room: str, app: str) -> bool:
    return (ROOT / app / room).is_dir()


@pytest.mark.parametrize("app", [app for app in FLOORS if app not in ("catalog", "bench")])
def test_no_two_folders_of_an_app_import_each_other(app):
    both_ways = {(one, other) for _, one, other in rooms_of(app) if folder(one, app)}
    assert {pair for pair in both_ways if pair[::-1] in both_ways} == set()


def test_the_search_engine_has_one_door():
    past_the_door = [
        f"{path} imports {name}"
        for _, path, tree in modules()
        if not path.startswith("catalog/search/")
        for node in ast.walk(tree)
        for name in imported(node, path)
        if name.startswith("catalog.search.") and name not in DOOR_OF_SEARCH
    ]
    assert past_the_door == []
