from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from reservations.diagram import drawn

PATH = Path("docs") / "reservation-states.md"


class Command(BaseCommand):
    help = "予約の状態の図を、移り変わりの表から docs に描きます。"

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / PATH).write_text(drawn(), "utf-8")
        self.stdout.write(str(PATH))
