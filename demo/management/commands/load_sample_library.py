"""manage.py load_sample_library: the demo's books and people, fit for today."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.imports import UnreadableFile
from demo import sample_library


class Command(BaseCommand):
    help = "見本の蔵書と利用者を用意します。二度目からは日付だけを進めます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--catalogue", type=Path, help="はじめてのときに、備え付けの目録のかわりに使うファイル"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        catalogue: Path | None = options["catalogue"]
        if catalogue and not catalogue.is_file():
            raise CommandError(f"ファイル「{catalogue}」がありません。")
        try:
            sample_library.load(catalogue, say=self.stdout.write)
        except UnreadableFile as error:
            raise CommandError(f"{catalogue}: {error}") from error
