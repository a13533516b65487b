from typing import Any

from operation.backups.command import BackupCommand
from operation.backups.sealing import new_key


class Command(BackupCommand):
    help = (
        "控えの鍵の対を作って見せます。1行めの公開鍵を BACKUP_RECIPIENTS に、"
        "全体をこのコンピューターではないところに置いてください。"
    )

    def do(self, options: dict[str, Any]) -> None:
        self.stdout.write(new_key(), ending="")
