"""Makes the worker skip invalid messages in Redis and continue.

Redis is not trusted (docs/security.md). kombu stops the worker at bytes that are not JSON, so
whoever can write into Redis could stop all mail with one message.
"""

import json
import logging
from collections.abc import Callable
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError

logger = logging.getLogger(__name__)
Reply = Callable[..., Any]


class Channel(redis.Channel):
    def _connparams(self, asynchronous: bool = False) -> Any:
        """Say that the connection is lost, when kombu has already taken it apart.

        With a task open, kombu 5.7 asks a connection that is gone for its host; the worker took
        the AttributeError for a fault of its own and ended instead of connecting again.
        """
        if self.connection.client is None:
            raise ConnectionError("the connection is closed")
        return super()._connparams(asynchronous)

    def _create_client(self, asynchronous: bool = False) -> Any:
        """Check the messages in Redis' replies, before kombu reads them.

        Errors of the connection must reach kombu: a worker that does not hear of a lost
        connection waits for ever.
        """
        client = super()._create_client(asynchronous)
        blocking = client.response_callbacks["BRPOP"]
        client.set_response_callback("RPOP", lambda item, **_: self._readable(item))
        client.set_response_callback("BRPOP", self._only_readable(blocking))
        return client

    def _only_readable(self, reply: Reply) -> Reply:
        def checked(response: Any, **options: Any) -> Any:
            queue_and_item = reply(response, **options)
            return queue_and_item if queue_and_item and self._readable(queue_and_item[1]) else None

        return checked

    def _readable(self, item: bytes | None) -> bytes | None:
        """Return the item, or None if no message can be made from it."""
        if item is None:
            return None
        try:
            self.Message(json.loads(item), channel=self)
        except Exception as error:  # bytes of an attacker can raise anything
            logger.warning("the queue held an invalid message: %s", type(error).__name__)
            return None
        return item


class Transport(redis.Transport):
    Channel = Channel


def use() -> None:
    """Register the transport for Redis URLs with and without TLS."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
