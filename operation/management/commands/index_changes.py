import signal
from types import FrameType

from django.core.management.base import BaseCommand

from akiruno_library.sign_of_life import SignOfLife
from catalog.search import keep_up
from operation import watchman


def stop(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


class Command(BaseCommand):
    help = (
        "Keeps the search index true to the database, until it is stopped; "
        "builds it first when there is none that fits. Tells alarms meanwhile."
    )

    def handle(self, **options: object) -> None:
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        watchman.start()
        keep_up(SignOfLife("the indexer").give)
