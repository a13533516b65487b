from typing import Any

from django.conf import settings

from operation.backups.command import BackupCommand
from operation.backups.create import back_up


class Command(BackupCommand):
    help = (
        "データベースの控えを、暗号にして BACKUP_FOLDER に置きます。毎晩実行してください。"
        "古いものは消し、終わったことを運用のようすに記録します。"
    )

    def do(self, options: dict[str, Any]) -> None:
        path = back_up(self.folder, settings.BACKUP_RECIPIENTS)
        self.stdout.write(f"{path}({path.stat().st_size / 1e6:,.1f}MB)")
