"""Makes the worker skip invalid messages in Redis and continue.

Redis is not trusted (docs/security.md). kombu stops the worker at bytes that are not JSON, so
whoever can write into Redis could stop all mail with one message.
"""

import logging
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis

logger = logging.getLogger(__name__)
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)


class Channel(redis.Channel):
    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)
        except UNREADABLE as error:
            raise _nothing_readable(error) from None

    def _get(self, queue: str, timeout: Any = None) -> Any:
        try:
            return super()._get(queue)
        except UNREADABLE as error:
            raise _nothing_readable(error) from None


class Transport(redis.Transport):
    Channel = Channel


def _nothing_readable(error: Exception) -> Empty:
    logger.warning("the queue held what is no errand: %s", type(error).__name__)
    return Empty()


def use() -> None:
    """Register the transport for Redis URLs with and without TLS."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
