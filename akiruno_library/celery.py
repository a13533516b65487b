import os
from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler
from celery.signals import worker_ready

from akiruno_library import broker
from akiruno_library.sign_of_life import SignOfLife

SIGN_EVERY = 10.0  # seconds

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akiruno_library.settings")

broker.use()
app = Celery("akiruno_library")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def _watch_the_worker(sender: Any, **_: Any) -> None:
    """The timer runs in the loop that takes tasks, so it stops when the loop does."""
    sender.timer.call_repeatedly(SIGN_EVERY, SignOfLife("the worker").give)


class WatchedScheduler(PersistentScheduler):
    """Beat's own scheduler; a beat that ticks no more ends."""

    def setup_schedule(self) -> None:
        self._sign = SignOfLife("beat")
        super().setup_schedule()

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        self._sign.give()
        return super().tick(*args, **kwargs)
