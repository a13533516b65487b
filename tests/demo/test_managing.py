"""What a Django engineer types first works, or says in one sentence what to type."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import managing, ports
from demo.data_folder import DataFolder
from demo.environment import ROOT
from demo.opening import start_servers
from demo.supervisor import Supervisor

WHERE_THE_DATA_LIE = (
    "from django.db import connection as c; r = c.cursor(); r.execute('SHOW data_directory');"
    "print(r.fetchone()[0])"
)
ASK = ["shell", "--no-imports", "--command", WHERE_THE_DATA_LIE]
OF_THIS_RUN = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")


@pytest.fixture(autouse=True)
def _settings_of_this_run_are_not_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OF_THIS_RUN:
        monkeypatch.delenv(name)


@pytest.fixture
def demos(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of all demos, where there is none yet."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)  # as root, PostgreSQL runs as somebody else
        monkeypatch.setattr(managing, "DEMOS", Path(name))
        yield Path(name)


@pytest.fixture
def filled(demos: Path) -> Iterator[DataFolder]:
    """A demo that was filled once and runs no longer."""
    folder = DataFolder(demos / "8010")
    assert folder.lock()
    folder.note_catalogue(None)
    folder.unlock()
    yield folder
    folder.wipe()


def test_a_command_meets_the_library_that_runs(
    filled: DataFolder, capfd: pytest.CaptureFixture[str]
) -> None:
    supervisor = Supervisor(filled.path)
    assert filled.lock()
    try:
        filled.make()
        start_servers(filled, ports.free_port(), supervisor)
        assert managing.manage(8010, ASK) == 0
        output = capfd.readouterr()
        assert output.out.splitlines()[-1] == str((filled.postgres / "data").resolve())
        assert "動いている見本の図書館(.demo/8010/)で行います" in output.err
        assert supervisor.child("postgres").is_running()
    finally:
        supervisor.stop()
        filled.unlock()


def test_a_library_that_stands_still_runs_for_as_long_as_the_command(
    filled: DataFolder, capfd: pytest.CaptureFixture[str]
) -> None:
    assert managing.manage(None, ASK) == 0
    output = capfd.readouterr()
    assert output.out == f"{(filled.postgres / 'data').resolve()}\n"  # nothing of ours among it
    assert "止まっている見本の図書館(.demo/8010/)で行います" in output.err
    assert not list((filled.path / "processes").iterdir())
    assert filled.lock()


def test_without_a_demo_migrations_can_be_made_on_a_library_for_once(
    demos: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert managing.manage(None, ["makemigrations", "--check", "--dry-run"]) == 0
    output = capfd.readouterr()
    assert output.out == "No changes detected\n"
    assert "終わると消える空の図書館で行います" in output.err


def test_the_status_of_a_command_is_handed_on(demos: Path) -> None:
    assert managing.manage(None, ["check", "nothing_of_ours"]) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["manage.py", "shell"], "python3 run.py manage shell と打ってください"),
        (["manage.py", "migrate", "loans"], "python3 run.py manage migrate loans と打って"),
        (["manage.py", "test"], "テストは python3 run.py test で動かします"),
        (["-m", "pytest", "tests/loans"], "テストは python3 run.py test tests/loans のように"),
    ],
)
def test_what_was_typed_without_settings_says_what_to_type(typed: list[str], sentence: str) -> None:
    said = subprocess.run(
        [sys.executable, *typed],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode != 0
    assert sentence in said.stdout + said.stderr
    assert "Traceback" not in said.stdout + said.stderr


def test_a_python_without_django_says_what_to_type() -> None:
    said = subprocess.run(
        [sys.executable, "-S", str(ROOT / "manage.py"), "shell"],
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "python3 run.py manage shell と打ってください" in said.stderr
    assert "Traceback" not in said.stderr
