from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from notifications import backups


class Command(BaseCommand):
    help = "控えを取り終えたことを記録します。控えの手順のいちばん後に書いてください。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("remark", nargs="?", default="", help="大きさや置き場所など")

    def handle(self, *args: Any, **options: Any) -> None:
        backups.note(remark=options["remark"])
        self.stdout.write("控えを記録しました。")
