"""The common part of the backup commands."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from operation.backups import BackupTrouble, create


class BackupCommand(BaseCommand):
    """Reports a problem in one sentence. A traceback could contain rows of patrons."""

    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.do(options)
        except BackupTrouble as trouble:
            raise CommandError(str(trouble)) from None

    def do(self, options: dict[str, Any]) -> None:
        raise NotImplementedError

    @property
    def folder(self) -> Path:
        return Path(settings.BACKUP_FOLDER)


class CommandWithKey(BackupCommand):
    """Opens a sealed file. The key comes from standard input and is not stored."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="控えのファイル。なければ、いちばん新しいもの"
        )
        add_key(parser, required=True)

    def backup(self, file: Path | None) -> Path:
        if file is None:
            return create.newest(self.folder)
        return file if file.exists() else self.folder / file


def add_key(parser: ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--key", required=required, help="秘密の鍵のファイル。- なら標準入力")


def read_key(given: str) -> str:
    if given == "-":
        return sys.stdin.read()
    path = Path(given)
    if not path.is_file():
        raise BackupTrouble(f"鍵のファイル {path} がありません。")
    return path.read_text()
