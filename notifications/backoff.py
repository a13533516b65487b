import random
from datetime import timedelta


def backoff(attempts: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """Return the pause before the next attempt: doubled with each attempt, at most `longest`.

    The random factor of 0.8 to 1.2 prevents that mails which failed together are tried together
    again.
    """
    doubled = first * 2 ** min(max(attempts, 1) - 1, 20)
    return min(doubled, longest) * random.uniform(0.8, 1.2)  # noqa: S311
