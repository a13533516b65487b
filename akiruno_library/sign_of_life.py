"""Ends a process that is stuck, so that whatever supervises it starts it again.

A process that hangs neither ends nor does its work, and `restart: unless-stopped` waits for an end.
"""

import logging
import os
import threading
import time
from datetime import timedelta

from akiruno_library import policy

logger = logging.getLogger(__name__)
STUCK = 75  # exit status: a temporary failure; try again


class SignOfLife:
    """The loop of the process calls `give` at each turn. Without a call the process ends."""

    def __init__(self, program: str, *, within: timedelta = policy.STUCK_AFTER) -> None:
        self._program = program
        self._within = within.total_seconds()
        self._last = time.monotonic()
        threading.Thread(target=self._watch, name="sign of life", daemon=True).start()

    def give(self, *_: object) -> None:
        self._last = time.monotonic()

    def _watch(self) -> None:
        step = self._within / 10
        while time.monotonic() - self._last < self._within:
            before = time.monotonic()
            time.sleep(step)
            if time.monotonic() - before > 2 * step:
                self.give()  # the whole process was stopped, not only its loop
        logger.critical("alarm: %s is stuck and ends", self._program)
        # No clean end: whatever is stuck would be waited for. Everything here survives a kill.
        os._exit(STUCK)
