"""manage.py import_bibs FILE: imports CSV, MARC 21 or MARCXML into the catalogue."""

from argparse import ArgumentParser
from functools import partial
from typing import Any

from catalog.imports import import_file
from catalog.imports.command import ImportCommand


class Command(ImportCommand):
    help = "書誌を取り込みます(CSV、MARC 21、MARCXML)。何度実行しても同じ結果になります。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--mapping", help="CSVの対応表の名前(aozora、library)かパス")
        parser.add_argument("--source", help="取込元の名前。番号はこの中で見分けます")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {name: options[name] for name in ("mapping", "source", "dry_run")}
        self.run(options, partial(import_file, **given))
