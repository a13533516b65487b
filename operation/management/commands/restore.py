from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from operation.backups.command import CommandWithKey, read_key
from operation.backups.restore import restore


class Command(CommandWithKey):
    help = (
        "控えを戻します。別のデータベースに戻して確かめ、消された読書履歴を消し直し、"
        "送信待ちのメールを取りやめてから、いまのものと入れ替えます。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--replace", action="store_true", help="中身のあるデータベースと入れ替えます"
        )

    def do(self, options: dict[str, Any]) -> None:
        backup = self.backup(options["file"])
        looked, settled, aside = restore(
            backup, read_key(options["key"]), replacing=options["replace"]
        )
        self.stdout.write(str(backup))
        for line in (*looked.lines(), *settled.lines()):
            self.stdout.write(line)
        if aside:
            self.stdout.write(f"前のデータベースは {aside} という名で残っています。")
        if looked.untrue:
            raise CommandError("戻しましたが、つじつまの合わない行があります。")
