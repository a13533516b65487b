"""The frame of every verb that changes loans, copies or reservations.

The lock order is: the acting patron, BibStatus rows, copies. Each level is locked in one statement,
ordered by primary key, because two orders could deadlock.
"""

import functools
import logging
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from akiruno_library import policy
from akiruno_library.refusals import Busy

logger = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

DEADLOCK_DETECTED = "40P01"
LOCK_NOT_AVAILABLE = "55P03"


def locked_transaction(verb: Callable[P, R]) -> Callable[P, R]:
    """Run the verb in a transaction with a short lock timeout; retry if a lock was not available.

    Inside another transaction it does not retry, because the outer one must be rolled back as a
    whole. Raises Busy if every attempt failed.
    """

    @functools.wraps(verb)
    def framed(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return verb(*args, **kwargs)
        for attempt in range(policy.LOCK_ATTEMPTS):
            try:
                with transaction.atomic():
                    wait_briefly_for_locks()
                    return verb(*args, **kwargs)
            except OperationalError as error:
                sqlstate = getattr(error.__cause__, "sqlstate", None)
                if sqlstate not in (DEADLOCK_DETECTED, LOCK_NOT_AVAILABLE):
                    raise
                logger.warning("%s met %s, attempt %d", verb.__name__, sqlstate, attempt + 1)
                # Random, because two verbs that met once would meet again after equal pauses.
                time.sleep(random.uniform(0.01, 0.05) * (attempt + 1))  # noqa: S311
        raise Busy

    return framed


def wait_briefly_for_locks() -> None:
    """Set lock_timeout for this transaction. SET LOCAL also works behind PgBouncer."""
    milliseconds = int(policy.LOCK_TIMEOUT.total_seconds() * 1000)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {milliseconds}")
