from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command

from operation.after_restore import settle_restored_rows
from operation.backups.command import BackupCommand, add_key, read_key
from operation.backups.restore import listed_deletions


class Command(BackupCommand):
    help = (
        "restore のほかの方法でデータベースを戻したあと、ワーカーとビートを始める前に実行します。"
        "消された読書履歴を消し直し、送信待ちのメールを取りやめ、つじつまを確かめます。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_key(parser, required=False)

    def do(self, options: dict[str, Any]) -> None:
        key = options["key"]
        deletions = listed_deletions(self.folder, read_key(key)) if key else set()
        for line in settle_restored_rows(deletions).lines():
            self.stdout.write(line)
        call_command("check_invariants", stdout=self.stdout)
