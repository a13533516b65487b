from typing import Any

from django.core.management.base import BaseCommand

from loans.history import deletions


class Command(BaseCommand):
    help = (
        "消された読書履歴の控えを書き出します(番号と日時だけで、だれの何かはわかりません)。"
        "バックアップより新しい控えが、復元のときに要ります。"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for one in deletions():
            entry = "" if one.entry_number is None else one.entry_number
            line = f"{one.patron_number},{entry},{int(one.withdrew)},{one.at.isoformat()}"
            self.stdout.write(line)
