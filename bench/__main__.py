"""`python -m bench --bibs 50000`: an invented library on servers of its own, and its table."""

import argparse
import os
import time
from pathlib import Path

import django

from bench.servers import servers
from demo.console import step


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--bibs", type=int, default=50_000, help="how many (from 5,000 on)")
    parser.add_argument("--fill-only", action="store_true", help="stop after filling; no servers")
    parser.add_argument("--keep", type=Path, help="a folder for the data; it is used again")
    options = parser.parse_args()
    if options.bibs < 5_000:
        parser.error("fewer than 5,000 bibs have too few copies and loans to measure")
    if options.fill_only:
        _fill(options.bibs)
        return
    with servers(options.keep) as environment:
        os.environ.update(environment)
        _fill(options.bibs)
        _measure(options.bibs)


def _fill(bibs: int) -> None:
    """Make tables and rows in the database that DATABASE_URL names; it has to be empty."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akiruno_library.settings")
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


def _measure(bibs: int) -> None:
    from django.utils import timezone

    from bench import library
    from bench.figures import HEADING
    from bench.measuring import measure

    begun = time.monotonic()
    seconds, megabytes = library.rebuild_index()
    print(
        f"\n{bibs} bibs, {timezone.localdate()}, {os.cpu_count()} cores, the client among them.\n"
    )
    print(f"Index rebuilt in {seconds:.1f} s, at most {megabytes:.0f} MB (proportional).\n")
    print(HEADING, flush=True)
    with library.opened() as open_library:
        for figures in measure(open_library):
            print(figures.line(), flush=True)
        workers = "、".join(f"{size:.0f}" for size in open_library.web_megabytes())
    print(f"\nPrivate memory of the web workers afterwards: {workers} MB.")
    print(f"Measured in {time.monotonic() - begun:.0f} s.")


if __name__ == "__main__":
    main()
