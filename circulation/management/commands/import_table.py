"""manage.py import_table patrons FILE: patrons, copies, favourites, loans, reservations."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from catalog.imports import Problem, UnreadableFile
from catalog.imports.copies import COPIES, CopyWriter
from catalog.imports.tables import import_table
from circulation.imports import LOANS, RESERVATIONS, LoanWriter, ReservationWriter
from patrons.imports import FAVOURITES, PATRONS, FavouriteWriter, PatronWriter

TABLES = {
    "patrons": (PATRONS, PatronWriter),
    "copies": (COPIES, CopyWriter),
    "favourites": (FAVOURITES, FavouriteWriter),
    "loans": (LOANS, LoanWriter),
    "reservations": (RESERVATIONS, ReservationWriter),
}


class Command(BaseCommand):
    help = (
        "利用者・所蔵・これまでのお気に入り・貸出・予約をCSVから取り込みます。"
        "何度実行しても同じ結果になります。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", choices=TABLES, help="何の表か")
        parser.add_argument("file", type=Path, help="取り込むCSVファイル")
        parser.add_argument("--mapping", type=Path, help="自館の対応表(TOML)のパス")
        parser.add_argument("--dry-run", action="store_true", help="書き込まずに試します")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"ファイル「{path}」がありません。")
        kind, writer = TABLES[options["table"]]
        with tqdm(
            total=path.stat().st_size, unit="B", unit_scale=True, disable=not sys.stderr.isatty()
        ) as bar:

            def tell(problem: Problem) -> None:
                tqdm.write(str(problem), file=sys.stderr)

            try:
                report = import_table(
                    path,
                    kind,
                    writer(dry_run=options["dry_run"]),
                    mapping=options["mapping"],
                    progress=lambda read: bar.update(read - bar.n) and None,
                    tell=tell,
                )
            except UnreadableFile as error:
                raise CommandError(f"{path.name}: {error}") from error
        if options["dry_run"]:
            self.stdout.write("試しただけで、書き込んでいません。")
        for line in report.lines():
            self.stdout.write(line)
