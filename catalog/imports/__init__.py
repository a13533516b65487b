"""Imports bibliographic records: `import_file` is the entry.

Read → finish → write, one batch at a time, so that memory use does not depend on the size.
"""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from catalog.imports.detection import open_source
from catalog.imports.encodings import Encoding
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
    encoding: Encoding | None = None,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
    tell: Callable[[Problem], None] | None = None,
) -> Report:
    """Import every valid record of the file.

    `progress` receives the bytes read after each batch, `tell` every problem. Raises UnreadableFile
    if the format of the file is unknown.
    """
    started = time.monotonic()
    with path.open("rb") as file:
        opened = open_source(file, mapping, encoding)
        run = Run(Loader(source or opened.name, dry_run=dry_run), tell)
        run.report.kind = opened.kind
        with closing(opened.entries) as entries:
            run.over(entries, lambda: progress(file.tell()) if progress else None)
    run.report.seconds = time.monotonic() - started
    return run.report
