"""How gunicorn serves the portal: gunicorn -c python:akiruno_library.serving …wsgi.

The environment says where and with how many processes; see .env.example.
"""

import ctypes
import os
import tempfile
from contextlib import suppress
from typing import Any

from akiruno_library.logs import configuration

bind = os.environ.get("BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 4
worker_class = "gthread"
preload_app = True  # one copy of the code in memory, shared by all workers
timeout = 30
graceful_timeout = int(os.environ.get("GRACEFUL_SECONDS", "20"))
keepalive = 65  # longer than nginx keeps its own connections to us
_IN_MEMORY = "/dev/shm"  # noqa: S108  # nosec: gunicorn makes a nameless file there
worker_tmp_dir = _IN_MEMORY if os.path.isdir(_IN_MEMORY) else None  # noqa: PTH112
control_socket_disable = True
# An address of any length gets a kind page from us, not gunicorn's bare English; nginx bounds it.
limit_request_line = 0
accesslog = None  # the portal writes its own line a request, without addresses and search words
logconfig_dict = configuration(os.environ.get("LOG_LEVEL", "INFO"))

# Hashing a password takes 19 MB. Left to itself, glibc learns to keep so large a piece for each
# thread for ever (80 MB a worker); with a fixed threshold it gives the memory back at once.
_M_MMAP_THRESHOLD, _LARGE = -3, 1 << 20
with suppress(OSError, AttributeError):  # another C library
    ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)

# What the workers count is summed through files; each start counts anew.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="akiruno-figures-"))


def child_exit(server: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
