"""Figures kept as JSON, one file for each size; README.md and the curve are written from them."""

import json
import os
import platform
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bench.curve import Line, curve
from bench.figures import FLOOR, Figures

HERE = Path(__file__).parent
KEPT = HERE / "results"
README = HERE / "README.md"
CURVE = HERE / "curve.svg"
BEGIN, END = "<!-- figures: written by python -m bench --write -->", "<!-- end of figures -->"
HEADING = (
    "| what | times | p50 ms | p95 ms | × floor | per second | CPU web ms | CPU database ms "
    "| aim | load |\n|---|--:|--:|--:|--:|--:|--:|--:|---|--:|"
)
DRAWN = {
    "search page: mixed": "a page of results",
    "detail page, first visit": "the page of a bib",
    "autocomplete": "words while typing",
    "engine alone: mixed": "the engine alone",
}


@dataclass
class Result:
    """One run, as it is printed and kept."""

    bibs: int
    day: str = field(default_factory=lambda: date.today().isoformat())  # noqa: DTZ011
    machine: str = field(default_factory=lambda: f"{_processor()}, {os.cpu_count()} cores")
    remarks: dict[str, str] = field(default_factory=dict)
    stages: dict[str, dict[str, float]] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def add(self, figures: Figures) -> str:
        """Keep these figures and give their line of the table."""
        kept = {
            "what": figures.what,
            "times": len(figures.times),
            "p50": round(figures.p50, 2),
            "p95": round(figures.p95, 2),
            "per_second": _rounded(figures.per_second),
            "cpu_web": _rounded(figures.cpu_web),
            "cpu_database": _rounded(figures.cpu_database),
            "aim": figures.aim,
            "load": round(figures.load, 1),
        }
        self.lines.append(kept)
        return self._line(kept)

    def tables(self) -> str:
        parts = [
            f"### {self.bibs:,} bibs",
            f"{self.day}, {self.machine}, the clients on the same machine.",
            "",
        ]
        parts += [f"- {what}: {words}" for what, words in self.remarks.items()]
        parts += ["", HEADING, *map(self._line, self.lines)]
        return "\n".join([*parts, self.stage_tables()])

    def stage_tables(self) -> str:
        parts = []
        for page, spent in self.stages.items():
            parts += ["", f"Processor time of {page}, {sum(spent.values()):.1f} ms in all:", ""]
            parts += ["| stage | ms | share |", "|---|--:|--:|"]
            parts += [
                f"| {stage} | {ms:.2f} | {ms / sum(spent.values()):.0%} |"
                for stage, ms in spent.items()
            ]
        return "\n".join(parts) + "\n"

    def value(self, what: str, of: str) -> float | None:
        return next((line[of] for line in self.lines if line["what"] == what), None)

    def _line(self, line: dict[str, Any]) -> str:
        floor = self.value(FLOOR, "p50")
        over = f"{line['p50'] / floor:.0f}" if floor else ""
        costs = [_in_words(line[name]) for name in ("per_second", "cpu_web", "cpu_database")]
        cells = [line["what"], line["times"], f"{line['p50']:.1f}", f"{line['p95']:.1f}", over]
        return f"| {' | '.join(map(str, [*cells, *costs, line['aim'], line['load']]))} |"


def keep(result: Result) -> None:
    """Write the JSON, then the README's tables and the curve from all that is kept."""
    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"{result.bibs}.json"
    if path.exists():
        _take_over(Result(**json.loads(path.read_text())), result)
    path.write_text(json.dumps(vars(result), ensure_ascii=False, indent=1) + "\n")
    write_readme()


def _take_over(before: Result, result: Result) -> None:
    """Of an earlier run what this one left out; each line says itself how busy the machine was."""
    result.remarks = before.remarks | result.remarks
    measured = {line["what"]: line for line in result.lines}
    known = {line["what"] for line in before.lines}
    result.lines[:] = [
        *(measured.get(line["what"], line) for line in before.lines),
        *(line for line in result.lines if line["what"] not in known),
    ]


def write_readme() -> None:
    results = [Result(**json.loads(path.read_text())) for path in KEPT.glob("*.json")]
    results.sort(key=lambda one: one.bibs)
    before, _, rest = README.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    tables = "\n".join(result.tables() for result in results)
    README.write_text(f"{before}{BEGIN}\n\n{tables}\n{END}{after}")
    CURVE.write_text(curve(list(_drawn(results))))


def _drawn(results: list[Result]) -> list[Line]:
    lines = []
    for what, name in DRAWN.items():
        points = [(one.bibs, one.value(what, "p50"), one.value(what, "p95")) for one in results]
        if found := [(bibs, p50, p95) for bibs, p50, p95 in points if p50 and p95]:
            lines.append(Line(name, found))
    return lines


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _in_words(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _processor() -> str:
    """As the kernel names it; the platform's word where it does not."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
