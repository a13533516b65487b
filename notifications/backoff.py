import random
from datetime import timedelta


def backoff(attempts: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """Doubled with each attempt up to the longest, and a little different each time, so that
    what failed together does not come back together."""
    doubled = first * 2 ** min(max(attempts, 1) - 1, 20)
    return min(doubled, longest) * random.uniform(0.8, 1.2)  # noqa: S311
