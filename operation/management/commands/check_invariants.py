from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operation.invariants import offenders


class Command(BaseCommand):
    help = "貸出・予約・所蔵のつじつまを確かめます。"

    def handle(self, *args: Any, **options: Any) -> None:
        found = offenders()
        for name, ids in found.items():
            first_ids = ", ".join(str(pk) for pk in ids[:10])
            self.stderr.write(f"{name}: {len(ids)} ({first_ids})")
        if found:
            raise CommandError("つじつまの合わない行があります。")
        self.stdout.write("すべて合っています。")
