"""Bring tables, books, patrons and index to today's state; what is there already stays.

Three commands of the portal in one process, because loading Django takes longer than most of them.
It writes its steps to the terminal; whatever goes wrong goes to its log.
"""

import argparse
import io
from pathlib import Path

import django
from django.core.management import call_command

from demo.console import say, step
from demo.data_folder import DataFolder


def fill(folder: DataFolder, catalogue: Path | None) -> None:
    """Run the commands in order; `catalogue` counts only while nothing has been loaded yet."""
    with step("データベースの表"):
        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
    new = folder.loaded_catalogue() is None
    output = io.StringIO()
    with step("蔵書と利用者"):
        chosen = catalogue if new else None
        call_command("load_sample_library", catalogue=chosen, stdout=output)
    if new:
        folder.note_catalogue(catalogue)
        for line in output.getvalue().splitlines():
            say(f"    {line}")
    with step("検索の索引"):
        call_command("rebuild_index", if_needed=True, stdout=output)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--catalogue", type=Path)
    options = parser.parse_args()
    fill(DataFolder(options.folder), options.catalogue)
