"""Ports on this machine's own address; nothing of the demo is reachable from outside."""

import random
import socket
import time

from demo.console import Trouble

LOOPBACK = "127.0.0.1"
NOT_FOR_CONNECTIONS = range(12_000, 32_000)


def is_free(port: int) -> bool:
    """Whether the port can be taken now. Raises Trouble for one that only root may take."""
    with socket.socket() as probe:
        # As the servers do: an address left behind by closed connections may be taken again.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except PermissionError as error:
            raise Trouble(f"ポート {port} は管理者しか使えません。1024 以上の番号を。") from error
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody uses, and that no connection of another program takes meanwhile.

    The kernel gives its own choice (port 0) to outgoing connections, too: between this answer and
    the start of a server that needs seconds to prepare, the port could be in use.
    """
    while not is_free(port := random.choice(NOT_FOR_CONNECTIONS)):  # nosec B311: no secret
        pass
    return port


def answers(port: int, host: str = LOOPBACK) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until_it_answers(port: int, *, seconds: float) -> None:
    """Wait for a server that was just started. Raises Trouble when it does not come up."""
    deadline = time.monotonic() + seconds
    while not answers(port):
        if time.monotonic() > deadline:
            raise Trouble(f"ポート {port} のサーバーが {seconds:.0f} 秒待っても応答しません。")
        time.sleep(0.05)
