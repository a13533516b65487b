"""manage.py import_table patrons FILE: patrons, copies, favourites, lists, loans, reservations."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from catalog.imports.command import ImportCommand
from catalog.imports.copies import COPIES, CopyWriter
from catalog.imports.tables import import_table
from circulation.imports import LOANS, RESERVATIONS, LoanWriter, ReservationWriter
from patrons.favourite_imports import FAVOURITES, FavouriteWriter
from patrons.imports import PATRONS, PatronWriter
from patrons.list_imports import LISTS, ListWriter

TABLES = {
    "patrons": (PATRONS, PatronWriter),
    "copies": (COPIES, CopyWriter),
    "favourites": (FAVOURITES, FavouriteWriter),
    "lists": (LISTS, ListWriter),
    "loans": (LOANS, LoanWriter),
    "reservations": (RESERVATIONS, ReservationWriter),
}


class Command(ImportCommand):
    help = (
        "利用者・所蔵・これまでのお気に入り・お気に入りのリスト・貸出・予約をCSVから取り込みます。"
        "何度実行しても同じ結果になります。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", choices=TABLES, help="何の表か")
        super().add_arguments(parser)
        parser.add_argument("--mapping", type=Path, help="自館の対応表(TOML)のパス")

    def handle(self, *args: Any, **options: Any) -> None:
        kind, writer = TABLES[options["table"]]
        read = partial(
            import_table,
            kind=kind,
            writer=writer(dry_run=options["dry_run"]),
            mapping=options["mapping"],
        )
        self.run(options, read)
