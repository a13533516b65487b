"""manage.py import_authorities FILE: other names and see-references from an authority file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.imports.authorities import import_authorities
from catalog.imports.records import UnreadableFile


class Command(BaseCommand):
    help = (
        "典拠ファイルから、著者の別の名前と件名への案内を取り込みます。くり返しても同じ結果です。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="MARC、MARCXML、RDF/JSON、タブ区切りのファイル")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        if not path.is_file():
            raise CommandError(f"ファイル「{path}」がありません。")
        try:
            report = import_authorities(path)
        except (UnreadableFile, ValueError) as error:
            raise CommandError(f"{path.name}: {error}") from error
        self.stdout.write(
            f"典拠{report.read:,}件を読みました。別の名前が付いた著者 {report.names:,}人、"
            f"件名への案内 {report.references:,}件、読めなかったもの {report.problems:,}件。"
        )
