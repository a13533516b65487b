"""manage.py import_bibs FILE: imports CSV, MARC 21 or MARCXML into the catalogue."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from catalog.imports import Problem, UnreadableFile, import_file


class Command(BaseCommand):
    help = "書誌を取り込みます(CSV、MARC 21、MARCXML)。何度実行しても同じ結果になります。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="取り込むファイル")
        parser.add_argument("--mapping", help="CSVの対応表の名前(aozora、library)かパス")
        parser.add_argument("--source", help="取込元の名前。番号はこの中で見分けます")
        parser.add_argument("--dry-run", action="store_true", help="書き込まずに試します")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"ファイル「{path}」がありません。")
        on_a_terminal = sys.stderr.isatty()
        with tqdm(
            total=path.stat().st_size, unit="B", unit_scale=True, disable=not on_a_terminal
        ) as bar:

            def tell(problem: Problem) -> None:
                tqdm.write(str(problem), file=sys.stderr)

            try:
                report = import_file(
                    path,
                    mapping=options["mapping"],
                    source=options["source"],
                    dry_run=options["dry_run"],
                    progress=lambda read: bar.update(read - bar.n) and None,
                    tell=tell,
                )
            except UnreadableFile as error:
                raise CommandError(f"{path.name}: {error}") from error
        if options["dry_run"]:
            self.stdout.write("試しただけで、書き込んでいません。")
        for line in report.lines():
            self.stdout.write(line)
