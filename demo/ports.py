"""Ports on this machine's own address; nothing of the demo is reachable from outside."""

import socket
import time

from demo.console import Trouble

LOOPBACK = "127.0.0.1"


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
    """Any port that nobody uses."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


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
