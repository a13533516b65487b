"""How gunicorn serves the portal: gunicorn -c python:akiruno_library.serving …wsgi.

The environment says where and with how many processes; see .env.example.
"""

import ctypes
import os
import tempfile
from contextlib import suppress
from typing import Any

from akiruno_library.environment import read_or_stop
from akiruno_library.logs import configuration

_given = read_or_stop()

bind = os.environ.get("BIND", "0.0.0.0:8000")
workers = _given["WEB_WORKERS"]
threads = 4
worker_class = "gthread"
preload_app = True  # one copy of the code in memory, shared by all workers
timeout = 30
graceful_timeout = int(os.environ.get("GRACEFUL_SECONDS", "20"))
keepalive = 65  # seconds; longer than nginx keeps its connections, so nginx never uses a closed one
_IN_MEMORY = "/dev/shm"  # noqa: S108  # nosec: gunicorn makes a nameless file there
worker_tmp_dir = _IN_MEMORY if os.path.isdir(_IN_MEMORY) else None  # noqa: PTH112
control_socket_disable = True
# A URL of any length gets our own error page instead of gunicorn's English one; nginx limits it.
limit_request_line = 0
accesslog = None  # the portal writes its own line for each request, without URLs and search words
logconfig_dict = configuration(_given["LOG_LEVEL"])

# Hashing a password takes 19 MB. By default glibc keeps such a block for each thread for ever (80
# MB a worker). With a fixed threshold it returns the memory at once.
_M_MMAP_THRESHOLD, _LARGE = -3, 1 << 20
with suppress(OSError, AttributeError):  # another C library than glibc
    ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)

# The workers count into files, which are summed. Each start uses a new folder, because old files
# would add up.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="akiruno-figures-"))


def child_exit(server: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
