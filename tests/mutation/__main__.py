"""`python3 run.py mutate`: does a test notice when a rule is written wrong?

1. Each target of targets.py is one process of pytest (session.py), two at a time, each with a
   database of its own. A test that fails without any mutant ends the target.
2. Every mutant that no test noticed is printed; the command fails for those that
   survivors.py does not explain.
3. With --write the table is kept in docs/withstanding.md between its marks.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import Queue
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from demo.checks import servers
from demo.command_line import stop_like_ctrl_c
from demo.console import say
from demo.environment import ROOT
from tests.mutation.survivors import EXPLAINED
from tests.mutation.targets import TARGETS, Target

REPORT = ROOT / "docs" / "withstanding.md"
BEGIN, END = "<!-- mutants: python3 run.py mutate --write -->\n", "<!-- end of mutants -->"
HEADING = (
    "| module | mutants | noticed | not noticed, explained | not explained | minutes | on |\n"
    "|---|--:|--:|--:|--:|--:|---|"
)
KILLED, SLOW = "killed", "slow"  # a mutant that never ends is noticed, too


@dataclass(frozen=True)
class Outcome:
    target: Target
    mutants: Sequence[Mapping[str, str]]
    minutes: float
    trouble: str = ""
    """What pytest said, when the target could not be tried."""

    @property
    def survivors(self) -> list[Mapping[str, str]]:
        return [one for one in self.mutants if one["outcome"] not in (KILLED, SLOW)]

    @property
    def unexplained(self) -> list[Mapping[str, str]]:
        return [one for one in self.survivors if key_of(one) not in EXPLAINED]

    def row(self) -> str:
        count, alive, bare = len(self.mutants), len(self.survivors), len(self.unexplained)
        day = f"{datetime.now(ZoneInfo('Asia/Tokyo')):%Y-%m-%d}"
        cells = [f"`{self.target.file}`", count, count - alive, alive - bare, bare]
        return f"| {' | '.join(map(str, cells))} | {self.minutes:.1f} | {day} |"


def key_of(mutant: Mapping[str, str]) -> tuple[str, str, str]:
    return mutant["target"], mutant["place"], mutant["change"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 run.py mutate", description=__doc__)
    parser.add_argument("targets", nargs="*", help=f"some of them: {' '.join(TARGETS)}")
    parser.add_argument("--processes", type=int, default=2, help="how many targets at a time")
    parser.add_argument("--write", action="store_true", help=f"keep the table in {REPORT.name}")
    options = parser.parse_args()
    stop_like_ctrl_c()
    if unknown := set(options.targets) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    chosen = [one for name, one in TARGETS.items() if name in (options.targets or TARGETS)]
    with servers() as environment, ThreadPoolExecutor(options.processes) as pool:
        databases: Queue[str] = Queue()
        for number in range(options.processes):
            databases.put(f"mutants_{number}")
        outcomes = list(pool.map(partial(tried, environment, databases), chosen))
    say(f"\n{HEADING}\n" + "\n".join(one.row() for one in outcomes))
    if options.write:
        keep(outcomes)
    return int(any(one.trouble or one.unexplained for one in outcomes))


def tried(environment: Mapping[str, str], databases: Queue[str], target: Target) -> Outcome:
    """Run one target in its own process and print what it found."""
    database, begun = databases.get(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="akiruno-mutants-") as folder:
        outcomes = Path(folder) / "outcomes"
        outcomes.touch()
        plugin = ["-p", "tests.mutation.session", f"--mutate={target.name}"]
        quiet = ["-q", "-p", "no:cacheprovider", "-p", "no:playwright", "--reuse-db"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *quiet, *plugin, f"--outcomes={outcomes}"]
            + [str(test) for test in target.tests],
            env={**environment, "DATABASE_URL": _with(environment["DATABASE_URL"], database)},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        mutants = [json.loads(line) for line in outcomes.read_text().splitlines()]
    databases.put(database)
    trouble = "" if mutants and not done.returncode else done.stdout[-3000:] + done.stderr[-3000:]
    outcome = Outcome(target, mutants, (time.monotonic() - begun) / 60, trouble)
    say(_in_words(outcome))
    return outcome


def _with(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _in_words(outcome: Outcome) -> str:
    counts = Counter(one["outcome"] for one in outcome.mutants)
    lines = [f"{outcome.target.name}: {dict(counts)}, {outcome.minutes:.1f} minutes"]
    for one in outcome.survivors:
        why = EXPLAINED.get(key_of(one), f"NOT EXPLAINED ({one['outcome']})")
        lines.append(f"  {one['place']}, line {one['line']}: {one['change']}\n    {why}")
    return "\n".join([*lines, outcome.trouble] if outcome.trouble else lines)


def keep(outcomes: Sequence[Outcome]) -> None:
    """Targets that were not tried this time keep the figures they have."""
    before, _, rest = REPORT.read_text().partition(BEGIN)
    kept, _, after = rest.partition(END)
    rows = {row.split("`")[1]: row for row in kept.splitlines() if row.startswith("| `")}
    rows |= {one.target.file: one.row() for one in outcomes if not one.trouble}
    table = "\n".join(rows[one.file] for one in TARGETS.values() if one.file in rows)
    REPORT.write_text(f"{before}{BEGIN}{HEADING}\n{table}\n{END}{after}")


if __name__ == "__main__":
    os.nice(10)
    sys.exit(main())
