import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.console import Trouble
from demo.environment import ROOT
from demo.processes import birth_of
from demo.supervisor import Program, Supervisor
from tests.progress import HANG, until

SLEEP_SECONDS = 600
SLEEPS = f"import time; time.sleep({SLEEP_SECONDS})"
IS_STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEPS
HAS_A_CHILD = (
    "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', "
    f"{SLEEPS!r}]); print(child.pid, flush=True); child.wait()"
)


def program(name: str, code: str) -> Program:
    return Program(name, name, [sys.executable, "-c", code])


def pid_of(folder: Path, name: str) -> int:
    return int((folder / "processes" / name).read_text().split()[0])


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path)
    yield supervisor
    supervisor.stop()


def test_stopping_ends_even_a_stubborn_program_and_its_children(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    supervisor.start(program("stubborn", IS_STUBBORN), program("parent", HAS_A_CHILD))
    log = tmp_path / "logs" / "parent.log"
    until(lambda: log.read_text().strip())
    pids = [pid_of(tmp_path, "stubborn"), pid_of(tmp_path, "parent"), int(log.read_text())]
    begun = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - begun < SLEEP_SECONDS / 2, "they did not end by themselves"
    until(lambda: not any(birth_of(pid) for pid in pids))
    assert not list((tmp_path / "processes").iterdir())


def test_a_program_that_ends_by_itself_is_started_again_after_a_growing_pause(
    supervisor: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor.start(program("短気", "raise SystemExit(7)"))
    child = supervisor.children()[0]
    first = child.process.pid
    child.process.wait()
    child.revive()
    assert "短気が止まったので(終了コード 7)、1 秒後に始め直します" in capsys.readouterr().out
    child.revive()
    assert child.process.pid == first, "not before the pause is over"

    def revived() -> bool:
        child.revive()
        return child.process.pid != first

    until(revived, "the new start after the pause")
    child.process.wait()
    child.revive()
    assert "2 秒後に始め直します" in capsys.readouterr().out


def test_an_errand_that_fails_shows_the_end_of_its_log(supervisor: Supervisor) -> None:
    with pytest.raises(Trouble, match=r"(?s)migrateがうまくいきませんでした.*no such table"):
        supervisor.run(program("migrate", "raise SystemExit('no such table')"))


def test_what_a_killed_run_left_is_found_and_stopped(tmp_path: Path) -> None:
    # A stranger as the parent: it starts a program that our death signal does not reach.
    left = subprocess.Popen([sys.executable, "-c", SLEEPS], start_new_session=True)
    notes = tmp_path / "processes"
    notes.mkdir()
    (notes / "web").write_text(f"{left.pid} {birth_of(left.pid)}")
    assert Supervisor(tmp_path).end_left_behind() == 1
    assert left.wait(HANG) == -signal.SIGTERM
    assert not list(notes.iterdir())


def test_a_number_that_belongs_to_somebody_else_by_now_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", SLEEPS])
    try:
        (tmp_path / "processes").mkdir()
        (tmp_path / "processes" / "web").write_text(f"{stranger.pid} 1")
        assert Supervisor(tmp_path).end_left_behind() == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; "
        "from demo.supervisor import Program, Supervisor; "
        f"Supervisor(Path({str(tmp_path)!r})).start("
        f"Program('web', 'web', [sys.executable, '-c', {SLEEPS!r}])); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    note = tmp_path / "processes" / "web"
    until(lambda: note.exists() and note.read_text())
    child = pid_of(tmp_path, "web")
    assert birth_of(child)
    parent.kill()
    parent.wait()
    until(lambda: birth_of(child) is None)
