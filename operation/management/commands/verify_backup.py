from typing import Any

from django.core.management.base import CommandError

from operation.backups.command import CommandWithKey, read_key
from operation.backups.restore import verify


class Command(CommandWithKey):
    help = (
        "控えを別のデータベースに戻し、数とつじつまを確かめて、そのデータベースを消します。"
        "動いている図書館はそのままです。"
    )

    def do(self, options: dict[str, Any]) -> None:
        backup = self.backup(options["file"])
        looked = verify(backup, read_key(options["key"]))
        self.stdout.write(str(backup))
        for line in looked.lines():
            self.stdout.write(line)
        if looked.untrue:
            raise CommandError("つじつまの合わない行があります。")
