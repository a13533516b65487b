"""`python3 run.py withstand`: the long form of every line, and a report of it.

1. Each line of table.py is one run of pytest in its long form, on the same servers.
2. What a test tells as its "figure" stands in the report beside what the line asks for; what
   several tests count under one name is added up.
3. The report is printed and, with --write, kept in docs/withstanding.md between its marks.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import django

from demo.checks import servers
from demo.command_line import stop_like_ctrl_c
from demo.console import say
from demo.environment import ROOT
from tests.withstand.table import TABLE, Line

REPORT = ROOT / "docs" / "withstanding.md"
BEGIN, END = "<!-- figures: python3 run.py withstand --write -->\n", "<!-- end of figures -->"
LONG_FORM = {"WITHSTAND_LONG": "1", "HYPOTHESIS_PROFILE": "nightly"}


@dataclass(frozen=True)
class Outcome:
    line: Line
    passed: int
    failed: int
    skipped: int
    minutes: float
    figures: list[str]
    day: str
    load: float
    """How many programs wanted the processors while it ran, in the mean."""

    def row(self) -> str:
        held = "○" if self.passed and not self.failed and not self.skipped else "×"
        counts = f"{self.passed} of {self.passed + self.failed + self.skipped}"
        said = "<br>".join(self.figures) or "—"
        cells = [self.line.tried, self.line.must, held, counts, f"{self.minutes:.1f}"]
        cells += [f"{self.load:.0f}", self.day, said]
        return f"| {' | '.join(cells)} |"


HEADING = (
    "| tried | must | held | tests | minutes | load | on | figures |\n"
    "|---|---|:-:|--:|--:|--:|---|---|"
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 run.py withstand", description=__doc__)
    names = [line.name for line in TABLE]
    parser.add_argument("lines", nargs="*", help=f"some lines: {' '.join(names)}")
    parser.add_argument("--short", action="store_true", help="the short forms, as in every run")
    parser.add_argument("--write", action="store_true", help=f"keep the report in {REPORT.name}")
    options = parser.parse_args()
    stop_like_ctrl_c()
    if unknown := set(options.lines) - set(names):
        parser.error(f"no such line: {', '.join(sorted(unknown))}")
    outcomes = []
    say(HEADING)
    with servers() as environment:
        environment |= {} if options.short else LONG_FORM
        for line in TABLE:
            if not options.lines or line.name in options.lines:
                outcomes.append(tried(line, environment))
                say(outcomes[-1].row())
                if options.write:
                    keep(outcomes)
    return int(any(one.failed or not one.passed for one in outcomes))


def tried(line: Line, environment: Mapping[str, str]) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="akiruno-report-") as folder:
        report = Path(folder) / "report.xml"
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        begun, loads = time.monotonic(), [os.getloadavg()[0]]
        with (Path(folder) / "output").open("w") as output:
            running = subprocess.Popen(
                [*pytest, f"--junitxml={report}", *line.tests],
                env=dict(environment),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            while running.poll() is None:
                time.sleep(1)
                loads.append(os.getloadavg()[0])
        minutes, load = (time.monotonic() - begun) / 60, statistics.mean(loads)
        last_words = Path(output.name).read_text()[-3000:]
        if running.returncode:
            say(last_words)
        counts = read(report) if report.exists() else (0, 1, 0, [last_words[-200:]])
        passed, failed, skipped, figures = counts
        day = f"{datetime.now(ZoneInfo('Asia/Tokyo')):%Y-%m-%d}"
        return Outcome(line, passed, failed, skipped, minutes, figures, day, load)


def read(path: Path) -> tuple[int, int, int, list[str]]:
    """How many tests passed, failed and were skipped, and what they told."""
    report = ElementTree.parse(path).getroot()  # noqa: S314  # by the pytest just run
    cases = list(report.iter("testcase"))
    failed = [one for one in cases if {"failure", "error"} & {part.tag for part in one}]
    skipped = [one for one in cases if one.find("skipped") is not None]
    output = [(one.get("name", ""), one.get("value", "")) for one in report.iter("property")]
    figures = [value for name, value in output if name == "figure"]
    counted: Counter[str] = Counter()
    for name, value in output:
        if name != "figure":
            counted[name] += int(value)
    figures += [f"{name}: {number:,}" for name, number in counted.items()]
    passed = len(cases) - len(failed) - len(skipped)
    return passed, len(failed), len(skipped), figures


def keep(outcomes: list[Outcome]) -> None:
    """Lines that were not tried this time keep the figures they have."""
    text = REPORT.read_text()
    before, _, rest = text.partition(BEGIN)
    kept, _, after = rest.partition(END)
    output = [row for row in kept.splitlines() if row[:2] == "| " and row[:7] != HEADING[:7]]
    rows = {row.split(" | ")[0].removeprefix("| "): row for row in output}
    rows |= {one.line.tried: one.row() for one in outcomes}
    table = "\n".join(rows[line.tried] for line in TABLE if line.tried in rows)
    when = (
        f"Last: Python {sys.version.split()[0]}, Django {django.get_version()},"
        f' {os.cpu_count()} cores. "load" is the mean number of programs that wanted them.\n'
    )
    REPORT.write_text(f"{before}{BEGIN}{when}\n{HEADING}\n{table}\n{END}{after}")


if __name__ == "__main__":
    sys.exit(main())
