"""The whole demo under a shifted clock: its README is true on any day, and after a night.

libfaketime (Debian's package faketime) shifts the clock of every process, PostgreSQL and Valkey
included, by the same number of seconds. Only the long form does it.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from demo.cards import HANAKO
from demo.environment import ROOT
from tests.conftest import TOKYO
from tests.progress import until
from tests.withstand.library import OpenLibrary
from tests.withstand.long import LONG, Tell

SHIFTER = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
STATEMENTS = "import django; django.setup(); from tests.demo.statements import main; main()"
HAVE_RUN = (
    "SELECT 1 FROM notifications_jobrun WHERE finished_at >= started_at AND job = ANY(%s)"
    " GROUP BY job"
)
DAILY = ["due_soon", "move_off_closed_days", "forget_closed_reservations"]
SUBJECT = "返却期限が近づいています"


def next_day(fits: tuple[int, int] | int) -> date:
    """The next day of that month and day, or of that weekday as date.weekday() counts."""
    ahead = (datetime.now(TOKYO).date() + timedelta(days=count) for count in range(1, 400))
    return next(day for day in ahead if fits in ((day.month, day.day), day.weekday()))


@pytest.mark.parametrize(
    ("fits", "clock"),
    [(1, time(8, 0)), (4, time(10, 30)), ((12, 30), time(7, 30)), ((4, 1), time(14, 0))],
    ids=["a Tuesday", "a Friday", "12-30", "04-01"],
)
def test_the_demo_is_true_to_its_readme_when_it_starts_on(
    fits: tuple[int, int] | int,
    clock: time,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Tell,
):
    day = next_day(fits)
    if SHIFTER is None:
        record_property("figure", f"{day}: not tried, faketime is missing (Debian: faketime)")
        pytest.skip("faketime is missing: apt install faketime")
    if not LONG:
        pytest.skip("only in the long form: python3 run.py withstand days")
    with tempfile.TemporaryDirectory(prefix="akiruno-days-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # as root, PostgreSQL runs as somebody else
        for moment in (
            datetime.combine(day, clock, TOKYO),
            datetime.combine(day + timedelta(days=1), time(10, 0), TOKYO),  # the second start
        ):
            shift_clock(moment, monkeypatch)
            with opened(folder / "library") as library:
                lines = look_at(library)
            assert lines[0].startswith(moment.date().isoformat())
            assert lines[1:] == [], f"{moment}: untrue"
            record_property("figure", f"{moment:%Y-%m-%d %H:%M}: every statement true")


def shift_clock(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """For processes started from now on; ours keeps the true time."""
    seconds = round((moment - datetime.now(TOKYO)).total_seconds())
    monkeypatch.setenv("LD_PRELOAD", str(SHIFTER))
    monkeypatch.setenv("FAKETIME", f"{seconds:+d}")
    monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    monkeypatch.setenv("NO_FAKE_STAT", "1")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / "shifted_clock"))


@contextmanager
def opened(folder: Path) -> Iterator[OpenLibrary]:
    library = OpenLibrary(folder)
    try:
        library.open()
        yield library
    finally:
        library.close()
        library.folder.unlock()


def look_at(library: OpenLibrary) -> list[str]:
    """The clock of the library and the untrue statements, once the jobs of the day have run."""
    until(lambda: len(library.facts(HAVE_RUN, DAILY)) == len(DAILY))
    patron = library.visitor().log_in(HANAKO)
    assert "返却期限" in patron.get("/mypage/").text
    assert SUBJECT in library.visitor().get("/demo/mails/").text
    words: list[str] = []

    def are_true() -> bool:
        words[:] = ask_statements(library)
        return len(words) == 1

    try:
        until(are_true)  # a mail may be on its way
    except AssertionError:
        return words
    return words


def ask_statements(library: OpenLibrary) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", STATEMENTS],
        env=library.process("worker").program.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.stdout.splitlines()
