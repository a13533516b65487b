from typing import Any

from django.conf import settings

from operation.backups.command import BackupCommand
from operation.backups.create import write_deletions


class Command(BackupCommand):
    help = (
        "消された読書履歴の番号と日時を、暗号にして BACKUP_FOLDER に置きます。"
        "控えより新しいものがあれば、復元しても、消したものは戻りません。"
    )

    def do(self, options: dict[str, Any]) -> None:
        path, number = write_deletions(self.folder, settings.BACKUP_RECIPIENTS)
        self.stdout.write(f"{path}({number}件)")
