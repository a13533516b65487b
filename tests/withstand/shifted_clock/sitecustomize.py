"""Python under libfaketime: its `time.sleep` ends in EINVAL unless the monotonic clock is shifted.

With a shifted monotonic clock the timeouts of locks would last as long as the shift. So the
monotonic clock stays true, and sleeping is done by `select`, which libfaketime leaves right.
"""

import select
import time


def _sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


time.sleep = _sleep
