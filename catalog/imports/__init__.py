"""Importing bibliographic records: `import_file` for whoever has a file.

Read → finish → write, a batch at a time, so that memory stays flat whatever the size.
"""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from catalog.imports.detection import open_source
from catalog.imports.pipeline import Run
from catalog.imports.records import Problem, UnreadableFile
from catalog.imports.report import Report
from catalog.imports.writer import Loader

__all__ = ["Problem", "Report", "UnreadableFile", "import_file"]


def import_file(
    path: Path,
    *,
    mapping: str | None = None,
    source: str | None = None,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
    tell: Callable[[Problem], None] | None = None,
) -> Report:
    """Bring every good record of the file into the catalogue.

    `progress` hears after each batch how many bytes have been read, `tell` every problem.
    Raises UnreadableFile when the file as a whole is none we know.
    """
    started = time.monotonic()
    with path.open("rb") as file:
        opened = open_source(file, mapping)
        run = Run(Loader(source or opened.name, dry_run=dry_run), tell)
        run.report.kind = opened.kind
        with closing(opened.entries) as entries:
            run.over(entries, lambda: progress(file.tell()) if progress else None)
    run.report.seconds = time.monotonic() - started
    return run.report
