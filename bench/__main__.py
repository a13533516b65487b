"""`python -m bench --bibs 500000`: an invented library on servers of its own, and its figures."""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import django

from bench.servers import servers
from demo.console import step

if TYPE_CHECKING:
    from bench.library import Errand


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--bibs", type=int, default=50_000, help="how many (from 5,000 on)")
    parser.add_argument("--fill-only", action="store_true", help="stop after filling; no servers")
    parser.add_argument("--keep", type=Path, help="a folder for the data; it is used again")
    parser.add_argument("--only", nargs="+", default=[], help="names of measurements")
    parser.add_argument("--no-import", action="store_true", help="leave the MARC import out")
    parser.add_argument("--no-rebuild", action="store_true", help="use the index that is there")
    parser.add_argument("--write", action="store_true", help="keep the figures in README.md")
    options = parser.parse_args()
    if options.bibs < 5_000:
        parser.error("fewer than 5,000 bibs have too few copies and loans to measure")
    if options.fill_only:
        fill(options.bibs)
        return
    with servers(options.keep) as environment:
        os.environ.update(environment)
        fill(options.bibs)
        _measure(options)


def fill(bibs: int) -> None:
    """Make tables and rows in the database that DATABASE_URL names, unless it has them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akiruno_library.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.catalogue import make_catalogue
    from bench.people import make_people
    from catalog.models import Bib

    with step("tables"):
        call_command("migrate", interactive=False, verbosity=0)
    if Bib.objects.exists():
        return
    with step(f"{bibs} bibs with their copies"):
        make_catalogue(bibs)
    with step("patrons, loans, reservations"):
        make_people(bibs)
    with step("statistics of the planner"), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _measure(options: argparse.Namespace) -> None:
    """Index, import, then the open portal line by line; printed as it goes, kept at the end."""
    from bench import library, results, stages
    from bench.registry import measurements
    from catalog.models import Bib
    from catalog.search import is_needed

    begun = time.monotonic()
    result = results.Result(Bib.objects.count())

    def remark(what: str, words: str) -> None:
        result.remarks[what] = words
        print(f"- {what}: {words}", flush=True)

    if not options.no_rebuild or is_needed():
        with library.rebuilding() as rebuild:
            pass
        remark("index rebuilt (aim ≤ 3 min, ≤ 600 MB for 500,000)", _cost_in_words(rebuild))
    if not options.no_import:
        remark("import of as many MARC records (aim ≤ 15 min for 500,000)", _imported(options))
    print(f"\n{results.HEADING}", flush=True)
    with library.opened() as open_library:
        memory = []
        for measurement in measurements(options.only):
            for figures in measurement.measure(open_library):
                print(result.add(figures), flush=True)
            memory.append(f"{max(open_library.web_megabytes()):.0f} MB after {measurement.name}")
    print()
    remark("private memory of the larger web worker (aim ≤ 120 MB)", ", ".join(memory))
    result.stages = {
        "a page of results": stages.stages_of_search(),
        "the page of a bib": stages.stages_of_detail(),
    }
    remark("measured in", f"{(time.monotonic() - begun) / 60:.1f} min")
    print(f"\n{result.stage_tables()}")
    if options.write:
        results.keep(result)


def _cost_in_words(rebuild: "Errand") -> str:
    return (
        f"{rebuild.seconds:.0f} s, {rebuild.cpu_seconds:.0f} s of processor time of its own, "
        f"at most {max(rebuild.megabytes):.0f} MB, load {os.getloadavg()[0]:.1f}"
    )


def _imported(options: argparse.Namespace) -> str:
    from bench.importing import import_records

    with tempfile.TemporaryDirectory(prefix="akiruno-bench-", dir=options.keep) as folder:
        done = import_records(Path(folder), options.bibs)
    speed = done.records / done.seconds
    return (
        f"{done.records:,} records ({done.file_megabytes:.0f} MB) in {done.seconds / 60:.1f} min, "
        f"{speed:.0f} a second; processor time {done.cpu_seconds:.0f} s and "
        f"{done.database_cpu_seconds:.0f} s in PostgreSQL; "
        f"memory {done.megabytes_at_a_tenth:.0f} MB after a tenth of the time, "
        f"at most {done.megabytes_at_most:.0f} MB; load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
