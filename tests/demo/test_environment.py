import os
import sys
from pathlib import Path

import pytest

from demo import environment
from demo.console import DISK_IS_FULL, Trouble


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose environment is this very Python's."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "demo.txt").write_text("django==5.2.19")
    (tmp_path / "requirements" / "test.txt").write_text("django==5.2.19\npytest==8.3")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "PYTHON", python)
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / "prepared")
    monkeypatch.setattr(environment, "REQUIREMENTS", tmp_path / "requirements")
    return tmp_path


def test_compiled_code_is_kept_in_the_environment_where_it_may_not_lie_beside_the_code(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(environment.VENV))  # as if we were in it already
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    environment.enter([])
    assert "PYTHONPYCACHEPREFIX" not in os.environ
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    environment.enter([])
    assert os.environ["PYTHONPYCACHEPREFIX"] == str(environment.VENV / "bytecode")
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ


def note_as_prepared(kind: str) -> None:
    environment.STAMP.write_text(environment._stamp(kind))


@pytest.mark.parametrize(
    ("prepared", "wanted", "fits"),
    [
        ("demo", "demo", True),
        ("test", "test", True),
        ("test", "demo", True),
        ("demo", "test", False),
    ],
)
def test_an_environment_for_tests_serves_the_demo_too(
    checkout: Path, prepared: str, wanted: str, fits: bool
) -> None:
    note_as_prepared(prepared)
    assert environment._is_prepared(wanted) is fits


def test_a_changed_lock_file_asks_for_a_new_preparation(checkout: Path) -> None:
    note_as_prepared("demo")
    (checkout / "requirements" / "demo.txt").write_text("django==5.2.20")
    assert not environment._is_prepared("demo")


def test_an_environment_whose_python_is_gone_is_not_prepared(checkout: Path) -> None:
    note_as_prepared("demo")
    environment.PYTHON.unlink()
    environment.PYTHON.symlink_to("/nowhere/python3")
    assert not environment._is_prepared("demo")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("error: Failed to fetch: `…/django-5.2.19.whl`\n  dns error", "インターネット"),
        ("WARNING: NewConnectionError: Failed to establish a new connection", "インターネット"),
        ("failed to write: No space left on device (os error 28)", DISK_IS_FULL[:10]),
        ("error: Distribution not compatible", "Distribution not compatible"),
    ],
)
def test_a_failed_install_says_what_was_missing(checkout: Path, said: str, sentence: str) -> None:
    script = f"import sys; sys.exit({said!r})"
    with pytest.raises(Trouble, match=sentence):
        environment._install([sys.executable, "-c", script])
