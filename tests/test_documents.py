"""What the documents name is there: links, headings, files, commands, settings, services."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "bench/README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FROM_OUTSIDE = ("http:", "https:", "mailto:")
WRITTEN_BY_COMMANDS = {".artefacts/", ".demo/", ".venv/", "OUT/index.html", "secrets/", "backups/"}
SERVICES = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())["services"]
OF_COMPOSE = r"docker compose ((?:run|exec|restart|stop|logs|ps|build|up)\b[^`\n#|>&「]*)"
A_FILE = r"`([\w./-]+/[\w.-]+\.(?:py|md|conf|yml|html|css|js|toml|txt)|[\w./-]+/)`"
A_SETTING = r"(?<![\w.\"'-])([A-Z][A-Z]+(?:_[A-Z]+)+)(?![\w-])"


def name_of(document: Path) -> str:
    return str(document.relative_to(ROOT))


def named_in(pattern: str, document: Path) -> list[str]:
    return re.findall(pattern, document.read_text("utf-8"), re.MULTILINE)


every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)


@cache
def headings(document: Path) -> set[str]:
    """As the hosts of code make anchors of them."""
    text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    found = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in found}


@every_document
def test_every_link_leads_somewhere(document: Path):
    lost = []
    for target in named_in(r"\]\(([^)\s]+)\)", document):
        if target.startswith(FROM_OUTSIDE):
            continue
        path, _, anchor = target.partition("#")
        there = (document.parent / path).resolve() if path else document
        if not there.exists() or (anchor and anchor not in headings(there)):
            lost.append(target)
    assert lost == []


@every_document
def test_every_command_that_is_named_can_be_given(document: Path):
    assert set(named_in(r"manage\.py ([a-z_]{3,})", document)) <= set(get_commands())
    ours = {"demo", "test", "check", "manage", "withstand", "mutate"}
    assert set(named_in(r"run\.py ([a-z]+)", document)) <= ours


@every_document
def test_every_service_that_is_named_is_one(document: Path):
    for line in named_in(OF_COMPOSE, document):
        verb, *words = line.split()
        names = [
            word
            for before, word in zip([verb, *words], words, strict=False)
            if re.fullmatch("[a-z]+", word) and before not in ("-v", "--since", "-e")
        ]
        assert set(names[:1] if verb in ("run", "exec") else names) <= set(SERVICES), line


@every_document
def test_every_file_that_is_named_is_there(document: Path):
    beside = [ROOT, document.parent, ROOT / "tests", ROOT / "static", ROOT / "templates"]
    lost = {
        path
        for path in named_in(A_FILE, document)
        if not path.startswith("/") and not any((folder / path).exists() for folder in beside)
    }
    assert lost <= WRITTEN_BY_COMMANDS


@every_document
def test_every_test_that_is_named_is_there(document: Path):
    """With its file before it, or alone when the document says in which file it is."""
    named = set(named_in(r"`(?:tests/[\w/]+\.py::)?(test_\w+)`", document))
    assert named - tests_of_ours() == set()
    for path, test in named_in(r"`(tests/[\w/]+\.py)::(test_\w+)`", document):
        assert f"def {test}(" in (ROOT / path).read_text("utf-8"), test


@cache
def tests_of_ours() -> set[str]:
    texts = (path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for text in texts for name in re.findall(r"def (test_\w+)\(", text)}


@every_document
def test_every_setting_that_is_named_is_read(document: Path):
    names = {
        name for text in named_in(r"`([^`\n]+)`", document) for name in re.findall(A_SETTING, text)
    }
    assert names - known_names() == set()


@cache
def known_names() -> set[str]:
    """What an operator may set, and the constants of our own modules and of the tests."""
    explained = (ROOT / ".env.example").read_text() + (ROOT / "docker-compose.yml").read_text()
    known = set(re.findall(r"\b([A-Z][A-Z_]+)\b", explained))
    for folder in ("akiruno_library", "tests", "demo", "catalog", "notifications", "patrons"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            known |= set(re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', text))
            for node in ast.parse(text).body:
                if isinstance(node, ast.Assign):
                    known |= {one.id for one in node.targets if isinstance(one, ast.Name)}
    return known


def test_a_name_that_is_nowhere_is_noticed(tmp_path: Path):
    lines = ["`manage.py no_such_command`", "docker compose restart nobody", "[x](no.md)"]
    document = tmp_path / "x.md"
    document.write_text(
        "\n".join([*lines, "`catalog/nowhere.py`", "`NO_SUCH_SETTING`", "`test_no_such`"])
    )
    for look in (
        test_every_link_leads_somewhere,
        test_every_command_that_is_named_can_be_given,
        test_every_service_that_is_named_is_one,
        test_every_file_that_is_named_is_there,
        test_every_setting_that_is_named_is_read,
        test_every_test_that_is_named_is_there,
    ):
        with pytest.raises(AssertionError):
            look(document)


def test_decisions_are_numbered_in_a_row():
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs/decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_version_is_the_newest_that_the_changelog_tells_of(settings):
    newest = re.search(r"^## ([\d.]+)", (ROOT / "docs/changelog.md").read_text(), re.MULTILINE)
    assert newest
    assert newest[1] == settings.VERSION
