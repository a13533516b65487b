from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from circulation.restoring import settle_restored_rows
from loans.history import Deletion
from notifications.letters import KINDS


class Command(BaseCommand):
    help = (
        "バックアップを復元したあと、ワーカーとビートを始める前に一度だけ実行します。"
        "消された読書履歴を消し直し、送信待ちのメールを取りやめ、つじつまを確かめます。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--deletions", type=Path, help="write_deletions で書き出した、いちばん新しい控え"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["deletions"]
        done = settle_restored_rows(_read(path) if path else [])
        self.stdout.write(f"消し直した読書履歴と同意: {done.deleted_again}件")
        for kind, number in sorted(done.withdrawn.items()):
            name = KINDS[kind].name if kind in KINDS else kind
            self.stdout.write(f"取りやめたお知らせ: {name} {number}件")
        call_command("check_invariants", stdout=self.stdout)


def _read(path: Path) -> list[Deletion]:
    """Raises CommandError with the line that is none."""
    found = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            patron, entry, withdrew, at = line.split(",")
            number_of_entry = int(entry) if entry else None
            moment = datetime.fromisoformat(at)
            found.append(Deletion(int(patron), number_of_entry, withdrew == "1", moment))
        except ValueError as error:
            raise CommandError(f"{path} の{number}行目が読めません。") from error
    return found
