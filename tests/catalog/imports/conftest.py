from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog.imports import Problem, Report, import_file


@dataclass
class Imported:
    """What an import reported: its numbers and its sentences."""

    report: Report
    problems: list[Problem]

    @property
    def sentences(self) -> list[str]:
        return [str(problem) for problem in self.problems]


@pytest.fixture
def imported(tmp_path: Path, db: None) -> Callable[..., Imported]:
    """Import what stands in a file of this content."""

    def run(content: str | bytes, **options: object) -> Imported:
        path = tmp_path / "catalogue"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        problems: list[Problem] = []
        return Imported(import_file(path, tell=problems.append, **options), problems)  # type: ignore[arg-type]

    return run
