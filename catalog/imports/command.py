"""What the import commands share: their options, their report and their exit codes."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from catalog.imports import encodings
from catalog.imports.records import Problem, UnreadableFile
from catalog.imports.report import Report

# 0: everything is in. 1: the file cannot be read at all. 2: an option is wrong (argparse).
SOME_REFUSED, INCOMPLETE = 3, 4


class ImportCommand(BaseCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="取り込むファイル")
        parser.add_argument(
            "--encoding",
            choices=encodings.CHOICES,
            help="文字コード。省くと、ファイルの中身から判断します",
        )
        parser.add_argument("--dry-run", action="store_true", help="書き込まずに試します")

    def run(self, options: dict[str, Any], read: Callable[..., Report]) -> None:
        """Call `read` with the file, the encoding and what shows progress; then report."""
        path = _existing(options["file"])
        encoding = options.get("encoding")
        size, on_a_terminal = path.stat().st_size, sys.stderr.isatty()
        with tqdm(total=size, unit="B", unit_scale=True, disable=not on_a_terminal) as bar:

            def tell(problem: Problem) -> None:
                tqdm.write(str(problem), file=sys.stderr)

            try:
                report = read(
                    path,
                    encoding=encodings.named(encoding) if encoding else None,
                    progress=lambda read: bar.update(read - bar.n) and None,
                    tell=tell,
                )
            except UnreadableFile as error:
                raise CommandError(f"{path.name}: {error}") from error
        if options["dry_run"]:
            self.stdout.write("試しただけで、書き込んでいません。")
        for line in report.lines():
            self.stdout.write(line)
        _leave(report)


def _existing(path: Path) -> Path:
    if path.is_dir():
        raise CommandError(f"「{path}」はフォルダーです。中のファイルをひとつずつ示してください。")
    if not path.is_file():
        raise CommandError(f"ファイル「{path}」がありません。")
    return path


def _leave(report: Report) -> None:
    """Leave with the exit code of docs/moving-in.md."""
    if report.cut_off or not report.records:
        sys.exit(INCOMPLETE)
    if report.skipped:
        sys.exit(SOME_REFUSED)
